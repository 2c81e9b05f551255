import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_IDS, mirrorPriority, toJobs } from './wake-up-job.ts';

const wakeUps = fc.array(
  fc.record({ id: fc.uuid(), queue: fc.constant('default'), priority: fc.option(fc.integer({ min: 1, max: 10 }), { nil: undefined }) }),
  { maxLength: 300 },
);

describe('toJobs', () => {
  it('names each task once, in order, in jobs of one priority and at most maxIds ids', () => {
    fc.assert(
      fc.property(wakeUps, fc.integer({ min: 1, max: MAX_IDS }), (all, maxIds) => {
        const jobs = toJobs(all, maxIds);
        for (const { data } of jobs) expect(data.ids.length).toBeLessThanOrEqual(maxIds);
        for (let priority = 1; priority <= 10; priority++) {
          const expected = all.filter((wakeUp) => (wakeUp.priority ?? 5) === priority).map(({ id }) => id);
          const same = jobs.filter(({ opts }) => opts.priority === mirrorPriority(priority));
          expect(same.flatMap(({ data }) => data.ids)).toEqual(expected);
          expect(same).toHaveLength(Math.ceil(expected.length / maxIds));
        }
      }),
    );
  });
});

it('the highest priority of a task is the smallest of BullMQ, and never 0', () => {
  expect([10, 5, 1].map(mirrorPriority)).toEqual([1, 6, 10]);
  expect(mirrorPriority(mirrorPriority(7))).toBe(7);
});
