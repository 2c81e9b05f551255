import { DEFAULT_PRIORITY } from '../../../core/task/priority.ts';
import type { WakeUp } from '../../task-queue.ts';

/** What a job stores in Redis: ids of tasks of one queue and one priority. */
export interface WakeUpData {
  readonly ids: readonly string[];
}

export interface WakeUpJob {
  readonly name: string;
  readonly data: WakeUpData;
  readonly opts: { readonly priority: number };
}

/** A round trip to Redis costs as much as claiming twenty tasks, and one worker gets all tasks of a job. */
export const MAX_IDS = 50;
const HIGHEST_PRIORITY = 10;

/** The fewest jobs for these wake-ups of one queue, with at most `maxIds` ids each. */
export function toJobs(wakeUps: readonly WakeUp[], maxIds = MAX_IDS): WakeUpJob[] {
  const jobs: WakeUpJob[] = [];
  for (const [priority, same] of Map.groupBy(wakeUps, (wakeUp) => wakeUp.priority ?? DEFAULT_PRIORITY)) {
    for (let i = 0; i < same.length; i += maxIds) {
      const ids = same.slice(i, i + maxIds).map(({ id }) => id);
      jobs.push({ name: 'tasks', data: { ids }, opts: { priority: mirrorPriority(priority) } });
    }
  }
  return jobs;
}

/** Converts either way: a task's priority is 1 to 10 with the highest first, BullMQ's has the smallest first and 0 for none. */
export const mirrorPriority = (priority: number): number => HIGHEST_PRIORITY + 1 - priority;
