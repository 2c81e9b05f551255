import { HEAD_START_SECONDS } from '../core/task/priority.ts';

/** The head start of a priority: some waiting time for each level, or none in a queue with the strategy fifo. */
export function headStart(queue: string, priority: string): string {
  return `CASE WHEN ${queue} = ANY (ARRAY(SELECT name FROM queues WHERE strategy = 'fifo')) THEN interval '0'
              ELSE ${priority} * interval '${HEAD_START_SECONDS} s' END`;
}
