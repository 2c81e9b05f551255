import type { TaskStatus } from '../core/task/states.ts';
import type { Fence } from '../core/task/task.ts';

/** A task that a statement changed, with its new status. */
export type TransitionResult = { id: string; status: TaskStatus; queue: string };

/** `epoch` and `owner` of the attempt that is over; `owner` is null when no attempt was leased. */
export type StoppedAttempt = Fence & { owner: string | null };
