import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MOST_IDS, toJobs } from './ticket-job.ts';

const ticket = fc.record(
  { id: fc.uuid(), queue: fc.constant('default'), priority: fc.integer({ min: 1, max: 10 }), epoch: fc.nat(5) },
  { requiredKeys: ['id', 'queue'] },
);

describe('toJobs', () => {
  it('names every task once, with others of its priority, under ids BullMQ accepts', () => {
    fc.assert(
      fc.property(fc.uniqueArray(ticket, { maxLength: 300, selector: ({ id }) => id }), (tickets) => {
        const jobs = toJobs(tickets);
        expect(jobs.flatMap(({ data }) => data.ids).sort()).toEqual(tickets.map(({ id }) => id).sort());
        const priorities = new Map(tickets.map(({ id, priority = 5 }) => [id, 11 - priority]));
        for (const { data, opts } of jobs) {
          expect(data.ids.length).toBeLessThanOrEqual(MOST_IDS);
          for (const id of data.ids) expect(priorities.get(id)).toBe(opts.priority);
          expect(opts.jobId).toMatch(/^[^:]*[^\d:][^:]*$/);
        }
        expect(new Set(jobs.map(({ opts }) => opts.jobId)).size).toBe(jobs.length);
      }),
    );
  });

  it('needs as few as possible, the highest priority first for BullMQ, which takes the smallest', () => {
    const tickets = Array.from({ length: 101 }, (_, n) => ({ id: `t${n}`, queue: 'default' }));
    expect(toJobs(tickets).map(({ data }) => data.ids.length)).toEqual([50, 50, 1]);
    const priorityOf = (priority: number) => toJobs([{ id: 't', queue: 'default', priority }])[0]?.opts.priority;
    expect([priorityOf(10), priorityOf(1)]).toEqual([1, 10]);
  });

  it('gives a task that is announced twice the same job, and its next attempt another', () => {
    const idOf = (epoch: number) => toJobs([{ id: 't', queue: 'default', epoch }])[0]?.opts.jobId;
    expect([idOf(0), idOf(0), idOf(1)]).toEqual(['t-0', 't-0', 't-1']);
  });

  it('never takes one list for another that begins alike', () => {
    const jobOf = (ids: string[]) => toJobs(ids.map((id) => ({ id, queue: 'default', epoch: 0 })))[0]?.opts.jobId;
    expect(new Set([jobOf(['a', 'b']), jobOf(['a', 'c']), jobOf(['a'])]).size).toBe(3);
  });
});
