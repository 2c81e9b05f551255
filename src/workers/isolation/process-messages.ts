import type { Failure } from '../../core/task/failure.ts';
import type { Outcome } from '../../core/task/outcome.ts';
import type { ClaimedTask, LogLevel } from '../../core/task/task.ts';
import type { StopReason } from '../attempts/attempt.ts';

/** Messages of a worker to the child process of an attempt. */
export type ProcessOrder =
  | { type: 'run'; task: ClaimedTask }
  | { type: 'stop'; reason: StopReason }
  | { type: 'answer'; call: number; value: unknown; error?: string };

/** Messages of an attempt. `of` names it: a handler that continues after its end must not report for the next one. */
export type AttemptMessage = { of: string } & (
  | { type: 'begun' }
  | { type: 'log'; level: LogLevel; message: string; data: unknown }
  | { type: 'progress'; percent: number; step: string | null }
  | { type: 'findStep'; call: number; step: string; inputs: unknown }
  | { type: 'saveStep'; call: number; step: string; inputs: unknown; output: unknown }
  | AttemptEndMessage
);

export type AttemptEndMessage = { type: 'ended'; outcome: Outcome } | { type: 'failed'; failure: Failure; retryAfterMs: number | null };

export type ProcessMessage = { type: 'ready' } | AttemptMessage;

export const nameOf = ({ id, epoch }: Pick<ClaimedTask, 'id' | 'epoch'>): string => `${id}/${epoch}`;
