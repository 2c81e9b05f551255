import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { blockerOf, closed, EARLIER, LATER, LIMIT, NOW, PAUSE, PENDING, READY, RUNNING } from '../../../test/support/waiting-facts.ts';
import { type BlockerCode, findBlockers, QUEUE_COUNT_LIMIT, type WaitingFacts } from './blockers.ts';
import { isTerminal, TASK_STATUSES } from './states.ts';

describe('findBlockers', () => {
  it.each<[string, Partial<WaitingFacts>, BlockerCode[], Date | null]>([
    ['nothing blocks a ready task that is next', {}, [], null],
    ['a requested delay', PENDING, ['delay'], LATER],
    ['the backoff after a failure', { ...PENDING, attempt: 1 }, ['backoff'], LATER],
    ['a start time in the past', { status: 'pending' }, [], null],
    ['a start time that has come', { status: 'pending', runAt: NOW }, [], null],
    ['a pending task, without a position in the queue', { status: 'pending', ahead: 3 }, [], null],
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
    ['a task that an online agent can run', { queue: 'agents', eligibleAgents: 1, runningInQueue: 0, workerProcesses: 0 }, [], null],
    ['a task that no online agent can run', { queue: 'agents-eu', knownBy: 1 }, ['handler'], null],
    [
      'a task of agents that this server has no definition of',
      { queue: 'agents', eligibleAgents: 1, handlerKnown: false },
      ['handler'],
      null,
    ],
    ['no workers', { runningInQueue: 0, workersInQueue: 0, workerProcesses: 0 }, ['workers'], null],
    ['slots of this process', { runningInQueue: 0, workerProcesses: 0, here: { slots: 5, running: 5 } }, [], null],
    ['a process that may serve its queue', { runningInQueue: 0, workersInQueue: 0 }, [], null],
    ['no attempt left', { attempt: 3 }, ['attempts'], null],
    ['an imminent expiry', { expiresAt: EARLIER }, ['expiry'], null],
    ['an expiry that has come', { expiresAt: NOW }, ['expiry'], null],
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
    [
      'running',
      { ...RUNNING, owner: null, leaseExpiresAt: null, deadlineAt: null },
      'Attempt 1 of 3 is leased by a worker and has not started.',
    ],
    ['dependencies', {}, 'It depends on no other task.'],
    [
      'dependencies',
      {
        status: 'pending',
        dependencies: [
          { id: 'a', status: 'failed', open: true },
          { id: 'b', status: 'running', open: true },
          { id: 'c', status: 'timeout', open: true },
          { id: 'd', status: 'cancelled', open: false },
        ],
      },
      '3 of the 4 tasks it depends on must complete first. a ended failed, c ended timeout: retry these tasks too, or cancel this task and retry it with ignoreDependencies (--ignore-dependencies).',
    ],
    ['delay', {}, 'It may start at any time.'],
    ['delay', { ...PENDING, error: { code: 'busy', message: 'hung up' } }, 'Not before 2026-11-23T09:05:00.000Z.'],
    ['backoff', { attempt: 1 }, 'The backoff before its next attempt is over.'],
    ['attempts', { attempt: 2 }, '2 of 3 attempts are used.'],
    [
      'paused',
      { paused: { queue: PAUSE, definition: PAUSE } },
      'The queue default was paused by ada at 2026-11-23T08:00:00.000Z. The task user-space-sync was paused by ada at 2026-11-23T08:00:00.000Z.',
    ],
    ['capability', { capabilities: ['gpu', 'llm'] }, 'It needs gpu and llm; no online worker or agent has that.'],
    ['capability', { capabilities: ['gpu'], eligibleAgents: 2 }, 'It needs gpu; 2 online workers or agents have that.'],
    ['quarantine', { crashes: 1 }, 'Its process ended once while it ran, so it waits for a quarantine slot.'],
    ['quarantine', { crashes: 2 }, 'Its process ended 2 times while it ran, so it waits for a quarantine slot.'],
    ['handler', {}, 'This server has a handler for user-space-sync.'],
    ['handler', { handlerKnown: false, knownBy: 2 }, 'This server has no handler for user-space-sync; 2 worker processes have one.'],
    [
      'handler',
      { handlerKnown: false },
      'This server has no handler for user-space-sync, and no worker process has one. Start a build that has it, or cancel the task.',
    ],
    ['handler', { queue: 'agents', eligibleAgents: 2 }, '2 online agents can run it.'],
    ['handler', { queue: 'agents' }, 'No online agent can run it. Start an agent, or cancel the task.'],
    [
      'handler',
      { queue: 'agents', capabilities: ['gpu', 'llm'] },
      'No online agent can run it. Start an agent with gpu and llm, or cancel the task.',
    ],
    [
      'handler',
      { queue: 'agents', eligibleAgents: 1, handlerKnown: false },
      'This server has no definition of user-space-sync, so it leases the task to no agent. Start a build that has it, or cancel the task.',
    ],
    [
      'workers',
      { workerProcesses: 0, here: { slots: 5, running: 2 } },
      'This process claims from the queue default: 2 of its 5 slots are busy. 2 tasks of the queue default run now, on 1 workers.',
    ],
    [
      'workers',
      { runningInQueue: 0, workerProcesses: 0 },
      'No task of the queue default is running, this process does not claim from it, and no other process is known to.',
    ],
    ['position', {}, 'It is the next task of the queue default.'],
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
    expect(blockerOf(code, facts)?.detail).toBe(detail);
  });

  it('lists each blocker once for any facts, and no start time in the past', () => {
    const time = fc.constantFrom(EARLIER, NOW, LATER);
    const facts = fc.record({
      status: fc.constantFrom(...TASK_STATUSES),
      attempt: fc.nat(4),
      runAt: time,
      expiresAt: fc.option(time),
      ahead: fc.nat(QUEUE_COUNT_LIMIT),
      budget: fc.option(
        fc.record({
          id: fc.uuid(),
          name: fc.string(),
          accountId: fc.option(fc.uuid()),
          period: fc.constant('day'),
          amount: fc.string(),
          spent: fc.string(),
          reserved: fc.string(),
        }),
      ),
      handlerKnown: fc.boolean(),
      knownBy: fc.nat(2),
      runningInQueue: fc.nat(2),
      workerProcesses: fc.nat(2),
      dependencies: fc.array(fc.record({ id: fc.uuid(), status: fc.constantFrom(...TASK_STATUSES), open: fc.boolean() }), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(facts, (changes) => {
        const { blockers, earliestStart } = findBlockers(
          { ...READY, ...changes, terminalAt: isTerminal(changes.status) ? EARLIER : null },
          NOW,
        );
        const codes = blockers.map(({ code }) => code);
        expect(new Set(codes).size).toBe(codes.length);
        expect(blockers.every(({ detail }) => detail.length > 10 && detail.endsWith('.'))).toBe(true);
        expect(earliestStart === null || earliestStart > NOW).toBe(true);
        expect(earliestStart === null || blockers.some(({ open, until }) => !open && until === earliestStart)).toBe(true);
      }),
    );
  });
});
