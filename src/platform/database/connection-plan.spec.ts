import { describe, expect, it } from '@jest/globals';
import { loadSettings } from '../config/settings.ts';
import { tooManyConnections } from './connection-limit.ts';
import { connectionPlan, sumOf } from './connection-plan.ts';

const sum = (environment: Record<string, string>) =>
  sumOf(connectionPlan(loadSettings({ DATABASE_URL: 'postgres://h/d', ...environment })));

describe('connectionPlan', () => {
  // The table of docs/deployment.md.
  it.each([
    [14, 'api,worker,scheduler'],
    [13, 'api,scheduler'],
    [11, 'api'],
    [9, 'worker'],
    [9, 'worker,scheduler'],
    [8, 'scheduler'],
  ])('allows %i connections for %s', (connections, APP_ROLES) => {
    expect(sum({ APP_ROLES })).toBe(connections);
  });

  it('follows DATABASE_POOL_SIZE, the queue driver, and the process of a single task', () => {
    expect(sum({ DATABASE_POOL_SIZE: '20' })).toBe(26);
    expect(sum({ APP_ROLES: 'worker', DATABASE_POOL_SIZE: '2' })).toBe(8);
    expect(sum({ QUEUE_DRIVER: 'memory' })).toBe(15);
    expect(sum({ CONTENTHUB_ISOLATED: 'true' })).toBe(3);
  });

  it('lets two API processes, three workers and a scheduler share a server with the default of 100', () => {
    const six = 2 * sum({ APP_ROLES: 'api' }) + 3 * sum({ APP_ROLES: 'worker' }) + sum({ APP_ROLES: 'scheduler' });
    expect(six).toBe(57);
  });
});

describe('tooManyConnections', () => {
  it('is silent while all processes fit', () => {
    expect(tooManyConnections(14, { limit: 97, others: 13, processes: 6 })).toBeUndefined();
  });

  it('names the sum, what others hold, the limit and the remedy', () => {
    expect(tooManyConnections(14, { limit: 97, others: 14, processes: 6 })).toBe(
      '6 processes like this one open up to 84 connections and other programs hold 14, but the database allows 97. ' +
        'Raise max_connections, lower DATABASE_POOL_SIZE, or put a pooler in between (docs/deployment.md).',
    );
    expect(tooManyConnections(206, { limit: 97, others: 1, processes: 1 })).toMatch(/^This process opens up to 206 connections/);
  });
});
