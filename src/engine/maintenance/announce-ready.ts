import type { TaskQueue } from '../../queue/task-queue.ts';
import type { TransitionResult } from '../transition-result.ts';

/** Wakes workers for those rows of a transition that are ready. */
export function announceReady(queue: TaskQueue, rows: readonly TransitionResult[]): void {
  const ready = rows.filter((row) => row.status === 'submitted');
  if (ready.length > 0) queue.announce(ready);
}
