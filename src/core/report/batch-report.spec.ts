import { describe, expect, it } from '@jest/globals';
import type { TaskStatus } from '../task/states.ts';
import { type BatchMember, batchReport } from './batch-report.ts';
import { percentilesOf } from './percentiles.ts';
import type { Step } from './timeline.ts';

const T0 = Date.UTC(2026, 10, 23);

/** Submitted at 0, claimed after `queuedMs`, ended `runMs` later. Null: not reached. */
function member(
  id: string,
  queuedMs: number | null,
  runMs: number | null,
  status: TaskStatus,
  more: Partial<BatchMember> = {},
): BatchMember {
  const step = (at: number, reason: string, to: TaskStatus): Step => ({
    version: 1,
    generation: 1,
    attempt: 1,
    epoch: 1,
    to,
    reason,
    actor: 'w',
    detail: null,
    at: new Date(T0 + at),
  });
  const steps: [Step, ...Step[]] = [step(0, 'submit', 'submitted')];
  if (queuedMs !== null) steps.push(step(queuedMs, 'claim', 'running'));
  if (queuedMs !== null && runMs !== null) steps.push(step(queuedMs + runMs, status === 'completed' ? 'complete' : 'fail', status));
  return { id, name: 'a', status, errorCode: null, steps, ...more };
}

describe('batchReport', () => {
  const members = [
    member('1', 10, 100, 'completed'),
    member('2', 20, 700, 'completed'),
    member('3', 30, 50, 'failed', { errorCode: 'busy', name: 'b' }),
    member('4', 40, 60, 'timeout', { errorCode: 'attempt_timeout', name: 'b' }),
    member('5', 50, 80, 'failed', { errorCode: 'busy', name: 'b' }),
    member('6', 60, 90, 'completed'),
    member('7', null, null, 'submitted'),
    member('8', 100, null, 'running'),
    member('9', 0, 0, 'cancelled', { steps: [member('x', null, null, 'submitted').steps[0]] }),
  ];
  const now = new Date(T0 + 1_000);
  const report = () => batchReport(members, now);

  it('counts tasks by status', () => {
    const { counts: all, names } = report();
    expect(all).toEqual({ total: 9, completed: 3, failed: 3, cancelled: 1, open: 2 });
    expect(names.map(({ name, counts }) => [name, counts.total, counts.completed, counts.failed])).toEqual([
      ['a', 6, 3, 0],
      ['b', 3, 0, 3],
    ]);
    const startsWithB = [...members.slice(2), ...members.slice(0, 2)];
    expect(batchReport(startsWithB, now).names.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('measures the tasks that have started, running ones until now', () => {
    const { times, wallMs, runMs, names } = report();
    expect(times).toEqual({
      queued: { p50: 40, p90: 100, p99: 100, max: 100 },
      run: { p50: 90, p90: 900, p99: 900, max: 900 },
    });
    expect([wallMs, runMs]).toEqual([1_000, 1_980]);
    expect(names[1]?.times.run).toEqual({ p50: 60, p90: 80, p99: 80, max: 80 });
  });

  it('spans the time from the first submission to the last end', () => {
    const late = member('2', 20, 700, 'completed');
    const [first, ...rest] = late.steps.map((step) => ({ ...step, at: new Date(step.at.getTime() + 500) }));
    const both = [member('1', 10, 100, 'completed'), { ...late, steps: [first as Step, ...rest] as [Step, ...Step[]] }];
    expect(batchReport(both, now).wallMs).toBe(1_220);
  });

  it('leaves a leased task that has not started out of the times', () => {
    const steps = member('1', 10, null, 'running').steps.map((step) =>
      step.to === 'running' ? { ...step, to: 'assigned' as const } : step,
    );
    expect(batchReport([member('1', 10, null, 'assigned', { steps: steps as [Step, ...Step[]] })], now).times).toEqual({
      queued: null,
      run: null,
    });
  });

  it('lists the five tasks that ran longest', () => {
    const { slowest } = report();
    expect(slowest.map(({ id, runMs }) => [id, runMs])).toEqual([
      ['8', 900],
      ['2', 700],
      ['1', 100],
      ['6', 90],
      ['5', 80],
    ]);
    expect(slowest[1]).toEqual({ id: '2', name: 'a', status: 'completed', runMs: 700, queuedMs: 20, attempts: 1 });
  });

  it('groups failures by code, the most frequent first, each with an example', () => {
    expect(report().failures).toEqual([
      { code: 'busy', count: 2, example: '3' },
      { code: 'attempt_timeout', count: 1, example: '4' },
    ]);
  });

  it('sorts failures of equal number by code, and names those without a code unknown', () => {
    const failed = ['b', 'a', 'c', null].map((errorCode, i) => member(`${i}`, 0, 1, 'failed', { errorCode }));
    const codes = (all: BatchMember[]) => batchReport(all, now).failures.map(({ code }) => code);
    expect(codes(failed)).toEqual(['a', 'b', 'c', 'unknown']);
    expect(codes(failed.toReversed())).toEqual(['a', 'b', 'c', 'unknown']);
  });

  it('has no times for an empty batch', () => {
    expect(batchReport([], new Date(T0))).toMatchObject({ counts: { total: 0 }, wallMs: 0, times: { queued: null, run: null }, names: [] });
  });
});

describe('percentilesOf', () => {
  it('uses the nearest rank', () => {
    expect(percentilesOf(Array.from({ length: 200 }, (_, i) => 200 - i))).toEqual({ p50: 100, p90: 180, p99: 198, max: 200 });
    expect(percentilesOf([7])).toEqual({ p50: 7, p90: 7, p99: 7, max: 7 });
  });
});
