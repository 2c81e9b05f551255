import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TASK_STATUSES } from './states.ts';
import { type BlockerCode, QUEUE_COUNT_LIMIT, type WaitingFacts, findBlockers } from './blockers.ts';

const NOW = new Date('2026-11-23T09:00:00.000Z');
const LATER = new Date('2026-11-23T09:05:00.000Z');
const EARLIER = new Date('2026-11-23T08:00:00.000Z');

const READY: WaitingFacts = {
  limitedCaller: false,
  name: 'user-space-sync',
  status: 'submitted',
  queue: 'default',
  priority: 5,
  attempt: 0,
  maxAttempts: 3,
  runAt: EARLIER,
  expiresAt: null,
  owner: null,
  leaseExpiresAt: null,
  deadlineAt: null,
  externalId: null,
  terminalAt: null,
  error: null,
  dependencies: [],
  paused: { queue: null, definition: null },
  limits: [],
  capabilities: [],
  eligibleAgents: 0,
  crashes: 0,
  ahead: 0,
  handlerKnown: true,
  knownBy: 0,
  runningInQueue: 2,
  workersInQueue: 1,
  workerProcesses: 1,
  here: null,
};
const PAUSE = { by: 'ada', at: EARLIER };
const LIMIT = { key: 'account:7', maxRunning: 2, running: 1, tokens: null, nextTokenAt: null };
const PENDING: Partial<WaitingFacts> = { status: 'pending', runAt: LATER };
const RUNNING: Partial<WaitingFacts> = { status: 'running', attempt: 1, owner: 'host:7:boot', leaseExpiresAt: LATER, deadlineAt: LATER };

function closed(facts: Partial<WaitingFacts>): BlockerCode[] {
  return findBlockers({ ...READY, ...facts }, NOW)
    .blockers.filter(({ open }) => !open)
    .map(({ code }) => code);
}

function gate(code: BlockerCode, facts: Partial<WaitingFacts>) {
  return findBlockers({ ...READY, ...facts }, NOW).blockers.find((one) => one.code === code);
}

describe('findBlockers', () => {
  it.each<[string, Partial<WaitingFacts>, BlockerCode[], Date | null]>([
    ['nothing blocks a ready task that is next', {}, [], null],
    ['a requested delay', PENDING, ['delay'], LATER],
    ['the backoff after a failure', { ...PENDING, attempt: 1 }, ['backoff'], LATER],
    ['a start time in the past', { status: 'pending' }, [], null],
    ['an open dependency', { status: 'pending', dependencies: [{ id: 'a', status: 'running', open: true }] }, ['dependencies'], null],
    ['a dependency that has ended', { status: 'pending', dependencies: [{ id: 'a', status: 'completed', open: false }] }, [], null],
    [
      'both: the time is unknown',
      { ...PENDING, dependencies: [{ id: 'a', status: 'pending', open: true }] },
      ['dependencies', 'delay'],
      null,
    ],
    ['tasks ahead of it', { ahead: 3 }, ['position'], null],
    ['a paused queue', { paused: { queue: PAUSE, definition: null } }, ['paused'], null],
    ['a paused definition', { paused: { queue: null, definition: PAUSE } }, ['paused'], null],
    ['a key at its limit', { limits: [LIMIT, { ...LIMIT, running: 2 }] }, ['limit'], null],
    ['a used-up rate limit', { limits: [{ ...LIMIT, tokens: 0, nextTokenAt: LATER }] }, ['limit'], null],
    ['limits with capacity', { limits: [LIMIT, { ...LIMIT, tokens: 3 }] }, [], null],
    ['a missing capability', { capabilities: ['gpu'], eligibleAgents: 0 }, ['capability'], null],
    ['an available capability', { capabilities: ['gpu'], eligibleAgents: 1 }, [], null],
    ['quarantine, without a position in the queue', { crashes: 1, ahead: 3 }, ['quarantine'], null],
    ['a name without a handler in any process', { handlerKnown: false }, ['handler'], null],
    ['a name that a worker process knows', { handlerKnown: false, knownBy: 1 }, [], null],
    ['no workers', { runningInQueue: 0, workersInQueue: 0, workerProcesses: 0 }, ['workers'], null],
    ['slots of this process', { runningInQueue: 0, workerProcesses: 0, here: { slots: 5, running: 5 } }, [], null],
    ['a process that may serve its queue', { runningInQueue: 0, workersInQueue: 0 }, [], null],
    ['no attempt left', { attempt: 3 }, ['attempts'], null],
    ['an imminent expiry', { expiresAt: EARLIER }, ['expiry'], null],
    ['a distant expiry', { expiresAt: LATER }, [], null],
    ['a running task', RUNNING, ['running'], null],
    ['a leased task that has not started', { ...RUNNING, status: 'assigned', deadlineAt: null }, ['running'], null],
    ['a completed task', { status: 'completed', terminalAt: EARLIER }, ['final'], null],
    ['a failed task', { status: 'failed', terminalAt: EARLIER, runAt: LATER }, ['final'], null],
  ])('%s', (_what, facts, codes, earliestStart) => {
    expect(closed(facts)).toEqual(codes);
    expect(findBlockers({ ...READY, ...facts }, NOW).earliestStart).toEqual(earliestStart);
  });

  it.each<[BlockerCode, Partial<WaitingFacts>, string]>([
    ['position', { ahead: 3 }, '3 ready tasks of the queue default are ahead of it (its priority is 5).'],
    ['position', { ahead: QUEUE_COUNT_LIMIT }, '≥ 1000 ready tasks of the queue default are ahead of it (its priority is 5).'],
    [
      'backoff',
      { ...PENDING, attempt: 1, error: { code: 'ECONNRESET', message: 'hung up' } },
      'Not before 2026-11-23T09:05:00.000Z after attempt 1 failed (ECONNRESET: hung up).',
    ],
    [
      'running',
      RUNNING,
      'Attempt 1 of 3 is leased by host:7:boot and may take until 2026-11-23T09:05:00.000Z; its lease is valid until 2026-11-23T09:05:00.000Z and is renewed.',
    ],
    [
      'running',
      { ...RUNNING, owner: null, leaseExpiresAt: null, externalId: 'job-9' },
      'It waits for the external work job-9 and may take until 2026-11-23T09:05:00.000Z.',
    ],
    ['workers', { runningInQueue: 0 }, '1 other processes that run tasks are connected to the database; their queues are not known.'],
    [
      'workers',
      { runningInQueue: 0, here: { slots: 5, running: 0 } },
      'This process claims from the queue default: 0 of its 5 slots are busy.',
    ],
    ['final', { status: 'completed', terminalAt: EARLIER }, 'It ended completed at 2026-11-23T08:00:00.000Z. Run it again as a new task.'],
    [
      'final',
      { status: 'timeout', terminalAt: EARLIER },
      'It ended timeout at 2026-11-23T08:00:00.000Z. It runs again only after a manual retry.',
    ],
  ])('describes %s %#', (code, facts, detail) => {
    expect(gate(code, facts)?.detail).toBe(detail);
  });

  it('lists the dependencies', () => {
    const dependencies = [
      { id: 'a', status: 'completed' as const, open: false },
      { id: 'b', status: 'running' as const, open: true },
    ];
    expect(gate('dependencies', { status: 'pending', dependencies })).toEqual({
      code: 'dependencies',
      open: false,
      detail: '1 of the 2 tasks it depends on have not ended.',
      dependsOn: dependencies,
    });
  });

  it('has no number about tasks of other accounts for a limited caller', () => {
    const dependencies = [
      { id: 'a', status: 'completed' as const, open: false },
      { id: null, status: null, open: true },
    ];
    const facts = { limitedCaller: true, dependencies, ahead: 42, runningInQueue: 43, workersInQueue: 44, workerProcesses: 45 };
    const limits = [{ key: 'provider:x', maxRunning: 46, running: 46, tokens: 47, nextTokenAt: null }];
    const { blockers } = findBlockers({ ...READY, ...facts, limits }, NOW);
    expect(blockers.map(({ detail }) => detail).join(' ')).not.toMatch(/4[2-7]/);
    expect(blockers.map(({ code }) => code)).not.toContain('position');
    expect(blockers.find(({ code }) => code === 'limit')).toMatchObject({ open: false, detail: 'The limit of provider:x is reached now.' });
    expect(blockers.find(({ code }) => code === 'dependencies')?.detail).toBe(
      '1 of the 2 tasks it depends on have not ended. Outside of your accounts: 1.',
    );
  });

  it('lists each blocker once for any facts, and no start time in the past', () => {
    const time = fc.constantFrom(EARLIER, LATER);
    const facts = fc.record({
      status: fc.constantFrom(...TASK_STATUSES),
      attempt: fc.nat(4),
      runAt: time,
      expiresAt: fc.option(time),
      ahead: fc.nat(QUEUE_COUNT_LIMIT),
      handlerKnown: fc.boolean(),
      knownBy: fc.nat(2),
      runningInQueue: fc.nat(2),
      workerProcesses: fc.nat(2),
      dependencies: fc.array(fc.record({ id: fc.uuid(), status: fc.constantFrom(...TASK_STATUSES), open: fc.boolean() }), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(facts, (changes) => {
        const { blockers, earliestStart } = findBlockers({ ...READY, ...changes, terminalAt: EARLIER }, NOW);
        const codes = blockers.map(({ code }) => code);
        expect(new Set(codes).size).toBe(codes.length);
        expect(blockers.every(({ detail }) => detail.length > 10 && detail.endsWith('.'))).toBe(true);
        expect(earliestStart === null || earliestStart > NOW).toBe(true);
        expect(earliestStart === null || blockers.some(({ open, until }) => !open && until === earliestStart)).toBe(true);
      }),
    );
  });
});
