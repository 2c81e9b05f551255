import { describe, expect, it } from '@jest/globals';
import { type DatedCheck, dated, degraded, down, ok, worstOf } from './health-check.ts';
import { installationChecks, type InstallationFacts } from './installation-checks.ts';
import { processChecks, type ProcessFacts } from './process-checks.ts';

const QUEUE = { name: 'default', submitted: 1, withoutHandler: 0, oldestWaitingMs: 900_000, paused: false };
const INSTALLATION: InstallationFacts = {
  queues: [QUEUE],
  rates: { failureRate: 0.1, timeoutRate: null },
  overdueLeases: 0,
  workersOnline: 1,
  agentsOffline: 0,
  agentsQuarantined: 0,
  publishing: { overdue: 0, failed: 0, outcomeUnknown: 0 },
  pausedWebhooks: [],
  failingWebhooks: 0,
};
const PROCESS: ProcessFacts = {
  draining: false,
  database: { up: true, latencyMs: 250 },
  waiting: { api: 0 },
  queueProblems: [],
  loops: [{ name: 'promoter', late: false, stuck: false, lastError: null }],
  heapUse: 0.9,
  eventLoopUse: 0.9,
  clockSkewMs: 5_000,
};
const bad = (checks: readonly { name: string; status: string }[]) =>
  checks.filter(({ status }) => status !== 'ok').map(({ name, status }) => [name, status]);

describe('the checks of an installation', () => {
  it('are ok at every threshold', () => {
    expect(bad(installationChecks(INSTALLATION))).toEqual([]);
  });

  it.each([
    ['queues.backlog', 'degraded', { queues: [{ ...QUEUE, submitted: 51 }] }],
    ['queues.oldest', 'degraded', { queues: [{ ...QUEUE, oldestWaitingMs: 900_001 }] }],
    ['queues.handlers', 'degraded', { queues: [{ ...QUEUE, withoutHandler: 1 }] }],
    ['queues.paused', 'degraded', { queues: [{ ...QUEUE, paused: true, oldestWaitingMs: 9e9 }] }],
    ['tasks.failures', 'degraded', { rates: { failureRate: 0.11, timeoutRate: null } }],
    ['tasks.timeouts', 'degraded', { rates: { failureRate: null, timeoutRate: 0.11 } }],
    ['tasks.rescue', 'down', { overdueLeases: 1 }],
    ['workers.online', 'down', { workersOnline: 0 }],
    ['workers.online', 'degraded', { workersOnline: 0, queues: [] }],
    ['agents.offline', 'degraded', { agentsOffline: 1 }],
    ['agents.quarantine', 'degraded', { agentsQuarantined: 1 }],
    ['publishing.overdue', 'degraded', { publishing: { ...INSTALLATION.publishing, overdue: 1 } }],
    ['publishing.failed', 'degraded', { publishing: { ...INSTALLATION.publishing, failed: 1 } }],
    ['publishing.outcome', 'degraded', { publishing: { ...INSTALLATION.publishing, outcomeUnknown: 1 } }],
    ['webhooks.paused', 'degraded', { pausedWebhooks: ['newsroom'] }],
    ['webhooks.failing', 'degraded', { failingWebhooks: 1 }],
  ])('%s is %s', (name, status, changes) => {
    const checks = installationChecks({ ...INSTALLATION, ...changes });
    expect(bad(checks)).toEqual([[name, status]]);
    expect(checks.find((check) => check.name === name)?.action).not.toBeNull();
  });
});

describe('the checks of a process', () => {
  it('are ok at every threshold', () => {
    expect(bad(processChecks(PROCESS))).toEqual([]);
  });

  it('do not call a database down that nothing has asked yet', () => {
    const checks = processChecks({ ...PROCESS, database: { up: false, latencyMs: null } });
    expect(bad(checks)).toEqual([]);
    expect(checks.find(({ name }) => name === 'database.write')?.detail).toBe('not measured yet');
  });

  it.each([
    ['database.write', 'down', { database: { up: false, latencyMs: 3 } }],
    ['database.write', 'down', { database: { up: false, latencyMs: null, message: 'the database does not answer' } }],
    ['database.latency', 'degraded', { database: { up: true, latencyMs: 251 } }],
    ['database.pools', 'degraded', { waiting: { api: 0, engine: 2 } }],
    ['database.clock', 'degraded', { clockSkewMs: -5_001 }],
    ['loops.late', 'degraded', { loops: [{ name: 'promoter', late: true, stuck: false, lastError: 'no' }] }],
    ['loops.stuck', 'down', { loops: [{ name: 'promoter', late: false, stuck: true, lastError: null }] }],
    ['queue.driver', 'degraded', { queueProblems: ['Redis does not answer'] }],
    ['process.accepting', 'down', { draining: true }],
    ['process.memory', 'degraded', { heapUse: 0.91 }],
    ['process.event_loop', 'degraded', { eventLoopUse: 0.91 }],
  ])('%s is %s', (name, status, changes) => {
    const checks = processChecks({ ...PROCESS, ...changes });
    expect(bad(checks)).toEqual([[name, status]]);
    expect(checks.find((check) => check.name === name)?.action).not.toBeNull();
  });

  it('have names of their own, at least 15 with those of the installation', () => {
    const names = [...installationChecks(INSTALLATION), ...processChecks(PROCESS)].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(15);
  });
});

describe('a dated check', () => {
  const [first, later] = [new Date(1_000), new Date(2_000)];
  it('keeps the date of its status, and has a new one when the status changes', () => {
    const before: DatedCheck[] = [
      { ...ok('a', 'x'), since: first },
      { ...ok('b', 'x'), since: first },
    ];
    expect(dated([ok('a', 'y'), degraded('b', 'z', 'do'), down('c', 'z', 'do')], before, later).map(({ since }) => since)).toEqual([
      first,
      later,
      later,
    ]);
  });

  it('is as bad as the worst', () => {
    expect([worstOf([]), worstOf([ok('a', ''), degraded('b', '', '')]), worstOf([down('a', '', ''), degraded('b', '', '')])]).toEqual([
      'ok',
      'degraded',
      'down',
    ]);
  });
});
