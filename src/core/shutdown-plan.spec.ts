import { describe, expect, it } from '@jest/globals';
import { drainMs, shutdownPlan } from './shutdown-plan.ts';

describe('a shutdown plan', () => {
  it('gives tasks 20 s of the usual 30', () => {
    expect(shutdownPlan(30_000)).toEqual({
      totalMs: 30_000,
      servingMs: 5_000,
      tasksMs: 20_000,
      graceMs: 3_000,
      settleMs: 3_000,
      answersMs: 2_500,
      closingMs: 1_000,
    });
    expect(drainMs(shutdownPlan(30_000))).toBe(26_000);
  });

  it.each([1_000, 3_000, 6_000, 29_999, 30_000, 600_000, 86_400_000])('fits into %i ms, hurried or not', (timeoutMs) => {
    for (const hurried of [false, true]) {
      const plan = shutdownPlan(timeoutMs, hurried);
      const { totalMs, servingMs, answersMs, closingMs, ...phases } = plan;
      expect(drainMs(plan) + answersMs + closingMs).toBeLessThan(totalMs);
      expect(servingMs).toBeLessThanOrEqual(drainMs(plan));
      expect(Math.min(answersMs, closingMs, ...Object.values(phases).slice(1))).toBeGreaterThan(0);
      expect(totalMs).toBeLessThanOrEqual(hurried ? 3_000 : timeoutMs);
    }
  });

  it('signals handlers at once when it is hurried', () => {
    expect(shutdownPlan(30_000, true)).toMatchObject({ totalMs: 3_000, servingMs: 0, tasksMs: 0, graceMs: 300 });
  });

  it('gives every further second to the tasks', () => {
    const [some, more] = [shutdownPlan(600_000), shutdownPlan(601_000)];
    expect(more.tasksMs - some.tasksMs).toBe(1_000);
    expect(more.graceMs).toBe(5_000);
  });
});
