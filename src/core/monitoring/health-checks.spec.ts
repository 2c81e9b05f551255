import { describe, expect, it } from '@jest/globals';
import { type DatedCheck, dated, degraded, down, ok, worstOf } from './health-check.ts';
import { installationChecks, type InstallationFacts } from './installation-checks.ts';
import { processChecks, type ProcessFacts } from './process-checks.ts';
import { inChinese } from './zh-health-checks.ts';

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

describe('the details', () => {
  const detailsOf = (checks: readonly { name: string; detail: string }[], ...names: string[]) =>
    names.map((name) => checks.find((check) => check.name === name)?.detail);

  it('of an installation have numbers for readers', () => {
    const names = ['tasks.failures', 'tasks.timeouts', 'queues.oldest', 'queues.handlers', 'queues.paused'];
    const queues = [QUEUE, { ...QUEUE, name: 'other', withoutHandler: 2, paused: true }, { ...QUEUE, oldestWaitingMs: null }];
    const rates = { failureRate: 0.1234, timeoutRate: 0.05 };
    expect(detailsOf(installationChecks({ ...INSTALLATION, queues, rates }), ...names)).toEqual([
      '12.3 % failed since yesterday',
      '5 % timed out since yesterday',
      'the oldest ready task has waited 15 min',
      'no process or agent can run tasks of other (2)',
      'paused: other',
    ]);
    const idle = { ...INSTALLATION, workersOnline: 0, queues: [{ ...QUEUE, submitted: 0 }] };
    expect(bad(installationChecks(idle))).toEqual([['workers.online', 'degraded']]);
    const limits = { ...INSTALLATION, queues: [{ ...QUEUE, submitted: 50 }], rates: { failureRate: 0.1, timeoutRate: 0.1 } };
    expect(bad(installationChecks(limits))).toEqual([]);
  });

  it('of a process have numbers for readers, or say that there are none', () => {
    const names = ['database.write', 'database.latency', 'database.pools', 'database.clock', 'loops.late', 'process.memory'];
    const measured = {
      ...PROCESS,
      database: { up: false, latencyMs: 12, message: 'it is read-only' },
      waiting: { api: 0, engine: 2, events: 1 },
      clockSkewMs: -6_150,
      heapUse: 0.456,
      loops: [
        { name: 'promoter', late: true, stuck: false, lastError: 'no' },
        { name: 'rescuer', late: true, stuck: false, lastError: null },
      ],
    };
    expect(detailsOf(processChecks(measured), ...names)).toEqual([
      'it is read-only',
      'a write takes 12 ms',
      '2 statements wait for the pool engine, 1 statements wait for the pool events',
      '6.2 s apart from the clock of the database',
      'promoter (no), rescuer',
      'the heap is 46 % full',
    ]);
    const unknown = { ...PROCESS, database: { up: false, latencyMs: null }, clockSkewMs: null };
    expect(detailsOf(processChecks(unknown), 'database.latency', 'database.clock')).toEqual(['not measured yet', 'not measured']);
    expect(detailsOf(processChecks({ ...PROCESS, clockSkewMs: 40 }), 'database.clock')).toEqual([
      '0 s apart from the clock of the database',
    ]);
    expect(detailsOf(processChecks({ ...PROCESS, database: { up: false, latencyMs: 3 } }), 'database.write')).toEqual([
      'no write was accepted for 15 s',
    ]);
  });

  it('are in Chinese for Chinese readers', () => {
    expect([inChinese(ok('a', 'it shuts down')), inChinese(down('a', 'a write takes 7 ms', 'wait for its successor'))]).toEqual([
      { name: 'a', status: 'ok', detail: '正在关闭', action: null },
      { name: 'a', status: 'down', detail: '一次写入用 7 毫秒', action: '等待接替它的进程' },
    ]);
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
