import { HEAD_START_SECONDS } from '../core/task/priority.ts';

/** What a priority is worth: so much waiting for each level, or nothing in a queue that gives out in the order of arrival. */
export function headStart(queue: string, priority: string): string {
  return `CASE WHEN ${queue} = ANY (ARRAY(SELECT name FROM queues WHERE strategy = 'fifo')) THEN interval '0'
              ELSE ${priority} * interval '${HEAD_START_SECONDS} s' END`;
}
