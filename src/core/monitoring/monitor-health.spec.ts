import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { monitorHealth } from './monitor-health.ts';

const NORMAL = { completed: 90, failed: 10, timeout: 0, backlog: 50, workersOnline: 1 };

describe('the health of the monitor', () => {
  it.each([
    ['healthy at every threshold', {}, 'healthy', []],
    ['a warning above 10 % failures', { failed: 11 }, 'warning', ['failure_rate']],
    ['a warning at 20 % failures', { completed: 80, failed: 20 }, 'warning', ['failure_rate']],
    ['unhealthy above 20 % failures', { completed: 79, failed: 21 }, 'unhealthy', ['failure_rate']],
    ['a warning above 10 % timeouts', { completed: 80, failed: 0, timeout: 11 }, 'warning', ['failure_rate', 'timeout_rate']],
    ['a warning above a backlog of 50', { backlog: 51 }, 'warning', ['backlog']],
    ['unhealthy without a worker while tasks wait', { workersOnline: 0 }, 'unhealthy', ['no_worker']],
    ['a warning without a worker and without tasks', { workersOnline: 0, backlog: 0 }, 'warning', ['no_worker']],
  ])('is %s', (_, changes, status, codes) => {
    const health = monitorHealth({ ...NORMAL, ...changes });
    expect([health.status, health.problems.map(({ code }) => code)]).toEqual([status, codes]);
  });

  it('has the shares of those that failed or timed out, and of those that timed out', () => {
    expect(monitorHealth({ ...NORMAL, completed: 5, failed: 1, timeout: 2 })).toMatchObject({ failureRate: 0.375, timeoutRate: 0.25 });
  });

  it('has no rates when nothing ended', () => {
    expect(monitorHealth({ ...NORMAL, completed: 0, failed: 0 })).toMatchObject({
      failureRate: null,
      timeoutRate: null,
      status: 'healthy',
    });
  });

  it('never gets better with one more failure', () => {
    const rank = { healthy: 0, warning: 1, unhealthy: 2 };
    const n = fc.nat({ max: 1_000 });
    fc.assert(
      fc.property(n, n, n, n, n, (completed, failed, timeout, backlog, workersOnline) => {
        const facts = { completed, failed, timeout, backlog, workersOnline };
        const more = monitorHealth({ ...facts, failed: failed + 1 });
        expect(rank[more.status]).toBeGreaterThanOrEqual(rank[monitorHealth(facts).status]);
      }),
    );
  });
});
