import { describe, expect, it } from '@jest/globals';
import { blockerOf, LATER, LATEST, LIMIT, NOW, PENDING, READY, RUNNING } from '../../../test/support/waiting-facts.ts';
import { type Blocker, findBlockers, type LimitFact, type WaitingFacts } from './blockers.ts';

describe('a blocker', () => {
  it.each<[string, Partial<LimitFact>, Omit<Blocker, 'code'>]>([
    ['slots', {}, { open: true, detail: '1 of the 2 tasks allowed at once for account:7 are running.' }],
    [
      'a limit of slots that is reached',
      { running: 2 },
      { open: false, detail: '2 of the 2 tasks allowed at once for account:7 are running.' },
    ],
    [
      'a rate limit with tokens',
      { maxRunning: null, tokens: 3, nextTokenAt: LATER },
      { open: true, detail: 'The rate limit of account:7 allows 3 more now.' },
    ],
    [
      'a rate limit without tokens',
      { maxRunning: null, tokens: 0, nextTokenAt: LATER },
      {
        open: false,
        detail: 'The rate limit of account:7 allows 0 more now. The next may start at 2026-11-23T09:05:00.000Z.',
        until: LATER,
      },
    ],
    [
      'a rate limit whose next token is unknown',
      { maxRunning: null, tokens: 0 },
      { open: false, detail: 'The rate limit of account:7 allows 0 more now.' },
    ],
    [
      'both limits reached: the time is unknown',
      { running: 2, tokens: 0, nextTokenAt: LATER },
      {
        open: false,
        detail:
          '2 of the 2 tasks allowed at once for account:7 are running. The rate limit of account:7 allows 0 more now. The next may start at 2026-11-23T09:05:00.000Z.',
      },
    ],
  ])('describes %s', (_what, facts, blocker) => {
    expect(blockerOf('limit', { limits: [{ ...LIMIT, ...facts }] })).toEqual({ code: 'limit', ...blocker });
  });

  it('names the budget that a task waits for, without its amounts to a caller that does not see them', () => {
    const budget = { id: 'b1', name: 'daily', accountId: null, period: 'day', amount: '2.00 USD', spent: '1.90 USD', reserved: '0.00 USD' };
    expect(blockerOf('budget', { ...PENDING, budget })).toEqual({
      code: 'budget',
      open: false,
      detail:
        'The budget "daily" (b1) has no room for its next call: 1.90 USD of 2.00 USD a day are spent and 0.00 USD reserved. The task tries again at 2026-11-23T09:05:00.000Z, or when the budget is changed.',
      until: LATER,
    });
    expect(blockerOf('budget', { ...PENDING, budget, limitedCaller: true })?.detail).not.toMatch(/daily|b1|USD/);
    expect(blockerOf('budget', { ...PENDING, budget: { ...budget, accountId: 'a1' }, limitedCaller: true })?.detail).toContain('1.90 USD');
    expect(blockerOf('budget', { budget })).toBeUndefined(); // its time has come
    expect(blockerOf('budget', { budget, runAt: NOW })).toBeUndefined();
  });

  it('gives the end of the attempt, or of the lease before its start', () => {
    expect(blockerOf('running', { ...RUNNING, deadlineAt: LATEST })?.until).toBe(LATEST);
    expect(blockerOf('running', { ...RUNNING, status: 'assigned', deadlineAt: null })?.until).toBe(LATER);
    expect(blockerOf('running', { ...RUNNING, deadlineAt: null, leaseExpiresAt: null })?.until).toBeUndefined();
  });

  it('lists no dependencies when there are none', () => {
    expect(blockerOf('dependencies', {})).not.toHaveProperty('dependsOn');
  });

  it('lists the dependencies', () => {
    const dependencies = [
      { id: 'a', status: 'completed' as const, open: false },
      { id: 'b', status: 'running' as const, open: true },
    ];
    expect(blockerOf('dependencies', { status: 'pending', dependencies })).toEqual({
      code: 'dependencies',
      open: false,
      detail: '1 of the 2 tasks it depends on have not ended.',
      dependsOn: dependencies,
    });
  });

  it.each<[string, Partial<LimitFact>, boolean]>([
    ['has room', {}, true],
    ['has room', { tokens: 3 }, true],
    ['is reached', { running: 2 }, false],
    ['is reached', { tokens: 0 }, false],
  ])('says to a limited caller only whether a limit %s', (says, facts, open) => {
    const detail = `The limit of account:7 ${says} now.`;
    expect(blockerOf('limit', { limitedCaller: true, limits: [{ ...LIMIT, ...facts }] })).toEqual({ code: 'limit', open, detail });
  });

  it.each<[string, Partial<WaitingFacts>, boolean]>([
    ['a process of the server', { here: { slots: 5, running: 1 } }, true],
    ['a running task of the queue', { runningInQueue: 1 }, true],
    ['another process', { workerProcesses: 1 }, true],
    ['nothing', {}, false],
  ])('says to a limited caller only whether workers are known: %s', (_what, facts, open) => {
    const nothing = { limitedCaller: true, here: null, runningInQueue: 0, workersInQueue: 0, workerProcesses: 0 };
    const blocker = blockerOf('workers', { ...nothing, ...facts });
    expect(blocker?.open).toBe(open);
    expect(blocker?.detail === 'Processes that run tasks are connected to the database.').toBe(open);
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
});
