import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Failure } from '../task/failure.ts';
import { isTerminal, TRANSITIONS, type TaskStatus } from '../task/states.ts';
import { executionReport } from './execution-report.ts';
import type { Step } from './timeline.ts';

const T0 = Date.UTC(2026, 10, 23);
const BUSY: Failure = { class: 'transient', code: 'busy', message: 'busy', fingerprint: '0' };

/** [ms since the first transition, reason, to, more] */
type Short = [at: number, reason: string, to: TaskStatus, more?: Partial<Step>];

function steps(...all: Short[]): [Step, ...Step[]] {
  return all.map(([at, reason, to, more], i) => ({
    version: i + 1,
    generation: 1,
    attempt: 1,
    epoch: 1,
    to,
    reason,
    actor: 'host:1:boot',
    detail: null,
    at: new Date(T0 + at),
    ...more,
  })) as [Step, ...Step[]];
}

const report = (...all: Short[]) => executionReport(steps(...all), new Date(T0 + 10_000));

describe('executionReport', () => {
  it('sums the time spent waiting, queued and running', () => {
    const reported = report(
      [0, 'submit', 'pending', { attempt: 0 }],
      [100, 'promote', 'submitted', { attempt: 0 }],
      [130, 'claim', 'running'],
      [180, 'complete', 'completed'],
    );
    expect(reported).toEqual({
      createdAt: new Date(T0),
      finishedAt: new Date(T0 + 180),
      wallMs: 180,
      runMs: 50,
      states: { waiting: 100, queued: 30, leased: 0, running: 50, external: 0, pausing: 0, ended: 0 },
      attempts: [
        {
          generation: 1,
          attempt: 1,
          worker: 'host:1:boot',
          claimedAt: new Date(T0 + 130),
          startedAt: new Date(T0 + 130),
          endedAt: new Date(T0 + 180),
          pausedMs: 0,
          queuedMs: 30,
          leasedMs: 0,
          runMs: 50,
          externalMs: 0,
          outcome: 'completed',
          error: null,
        },
      ],
    });
  });

  it('lists each attempt with its error, its pause and its worker', () => {
    const { attempts, states, runMs } = report(
      [0, 'submit', 'submitted', { attempt: 0 }],
      [10, 'claim', 'running', { actor: 'a' }],
      [30, 'retry', 'pending', { detail: BUSY }],
      [530, 'promote', 'submitted'],
      [540, 'assign', 'assigned', { attempt: 2, actor: 'b' }],
      [545, 'claim', 'running', { attempt: 2, actor: 'b' }],
      [600, 'fail', 'failed', { attempt: 2, detail: BUSY }],
    );
    expect(attempts).toMatchObject([
      { attempt: 1, worker: 'a', queuedMs: 10, pausedMs: 0, leasedMs: 0, runMs: 20, outcome: 'retried', error: BUSY },
      { attempt: 2, worker: 'b', queuedMs: 10, pausedMs: 500, leasedMs: 5, runMs: 55, outcome: 'failed', error: BUSY },
    ]);
    expect([attempts[1]?.claimedAt, attempts[1]?.startedAt]).toEqual([new Date(T0 + 540), new Date(T0 + 545)]);
    expect([runMs, states.pausing, states.leased]).toEqual([75, 500, 5]);
  });

  it.each<[string, string, TaskStatus, number, string, boolean]>([
    ['a crash', 'rescue', 'submitted', 1, 'crashed', true],
    ['the crash of another', 'rescue', 'submitted', 0, 'interrupted', false],
    ['a shutdown', 'release', 'submitted', 0, 'released', false],
    ['a snooze', 'snooze', 'pending', 0, 'snoozed', false],
    ['its time-out', 'time_out', 'submitted', 1, 'timeout', true],
    ['the time-out of the task', 'expire', 'timeout', 1, 'timeout', true],
    ['the time-out of its last attempt', 'fail', 'timeout', 1, 'timeout', true],
    ['a failure', 'fail', 'failed', 1, 'failed', true],
    ['a cancel', 'cancel', 'cancelled', 1, 'cancelled', false],
    ['a cancel by its handler', 'fail', 'cancelled', 1, 'cancelled', true],
  ])('reports the outcome and the error of %s', (_, reason, to, attempt, outcome, withError) => {
    const { attempts } = report([0, 'submit', 'submitted'], [5, 'claim', 'running'], [9, reason, to, { attempt, detail: BUSY }]);
    expect(attempts).toMatchObject([{ outcome, error: withError ? BUSY : null, runMs: 4, endedAt: new Date(T0 + 9) }]);
  });

  it('has no attempt when the task ended at once', () => {
    expect(report([0, 'submit', 'cancelled'])).toMatchObject({ wallMs: 0, finishedAt: new Date(T0), attempts: [] });
  });

  it('counts external work separately, within the same attempt', () => {
    const { attempts, runMs, states } = report(
      [0, 'submit', 'submitted'],
      [0, 'claim', 'running'],
      [10, 'wait', 'running'],
      [1_010, 'complete', 'completed'],
    );
    expect(attempts).toMatchObject([{ runMs: 10, externalMs: 1_000, outcome: 'completed' }]);
    expect([runMs, states.external]).toEqual([10, 1_000]);
  });

  it('counts until now while the task is open', () => {
    const reported = report([0, 'submit', 'submitted'], [4_000, 'claim', 'running']);
    expect(reported).toMatchObject({ finishedAt: null, wallMs: 10_000, runMs: 6_000 });
    expect(reported.attempts).toMatchObject([{ outcome: 'open', endedAt: null }]);
  });

  it('counts the time between an end and a manual retry only in the total', () => {
    const reported = report(
      [0, 'submit', 'submitted'],
      [1, 'claim', 'running'],
      [2, 'fail', 'failed'],
      [9_002, 'manual_retry', 'submitted', { generation: 2, attempt: 0, actor: 'ann' }],
      [9_003, 'claim', 'running', { generation: 2 }],
      [9_005, 'complete', 'completed', { generation: 2 }],
    );
    expect(reported).toMatchObject({ wallMs: 9_005, runMs: 3, states: { ended: 9_000, queued: 2 } });
    expect(reported.attempts.map(({ generation, outcome }) => [generation, outcome])).toEqual([
      [1, 'failed'],
      [2, 'completed'],
    ]);
  });

  it('treats a time that goes back as the same moment', () => {
    const reported = report([0, 'submit', 'submitted'], [50, 'claim', 'running'], [48, 'retry', 'submitted'], [60, 'cancel', 'cancelled']);
    expect(reported).toMatchObject({ wallMs: 60, runMs: 0, states: { queued: 60 } });
  });

  const life = fc.array(fc.tuple(fc.nat(), fc.integer({ min: -20, max: 500 })), { maxLength: 40 }).map((choices) => {
    const all: Short[] = [[0, 'submit', 'submitted']];
    let at = 0;
    for (const [choice, ms] of choices) {
      const from = (all.at(-1) as Short)[2];
      const edges = TRANSITIONS.flatMap(({ name, from: sources, to }) =>
        sources.includes(from) ? to.map((target): Short => [0, name, target]) : [],
      );
      const edge = edges[choice % edges.length];
      if (!edge) break; // completed
      at = Math.max(0, at + ms);
      all.push([at, edge[1], edge[2]]);
    }
    return all;
  });

  it('accounts for every millisecond exactly once, for any path through the transition table', () => {
    fc.assert(
      fc.property(life, (all) => {
        const { wallMs, states, attempts, runMs } = report(...all);
        const latest = Math.max(...all.map(([at]) => at));
        expect(wallMs).toBe(isTerminal((all.at(-1) as Short)[2]) ? latest : Math.max(latest, 10_000));
        expect(Object.values(states).reduce((sum, ms) => sum + ms, 0)).toBe(wallMs);
        const sum = (field: 'runMs' | 'leasedMs' | 'externalMs') => attempts.reduce((total, one) => total + one[field], 0);
        expect([sum('runMs'), sum('leasedMs'), sum('externalMs')]).toEqual([runMs, states.leased, states.external]);
        const leased = (to: TaskStatus) => to === 'assigned' || to === 'running';
        expect(attempts).toHaveLength(all.filter(([, , to], i) => leased(to) && !leased((all[i - 1] as Short)[2])).length);
        expect(attempts.slice(0, -1).every(({ outcome, endedAt }) => outcome !== 'open' && endedAt !== null)).toBe(true);
      }),
    );
  });
});
