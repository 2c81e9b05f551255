import { phaseOf, publicStatus, type TaskPhase } from '../../core/task/states.ts';
import type { FeedRow, ProgressRow } from '../../engine/inspection/transition-feed-reader.ts';
import { sseFrame } from '../../platform/http/sse-stream.ts';

/** A transition or new progress of a task. A client ignores a `version` that is not above the one it knows. */
export interface ExecutionEvent {
  executionId: string;
  taskName: string;
  status: string;
  phase: TaskPhase | null;
  attempt: number;
  /** 0–100; null when the task has moved on since, or reports none. */
  progress: number | null;
  step: string | null;
  version: number;
  at: Date;
}

/** Null for a task that was deleted meanwhile. */
export function toExecutionEvent({ id, name, status, reason, attempt, progress, step, version, at }: FeedRow): ExecutionEvent | null {
  if (name === null) return null;
  const phase = phaseOf({ status, attempt, externalId: reason === 'wait' ? '' : null });
  return { executionId: id, taskName: name, status: publicStatus(status), phase, attempt, progress, step, version, at };
}

/** The progress of a running task. No row of the feed holds it, so the frame has no id. */
export function progressFrame({ id, name, status, attempt, externalId, progress, step, version, at }: ProgressRow): string {
  const phase = phaseOf({ status, attempt, externalId });
  const data: ExecutionEvent = {
    executionId: id,
    taskName: name,
    status: publicStatus(status),
    phase,
    attempt,
    progress,
    step,
    version,
    at,
  };
  return sseFrame({ event: 'execution', data });
}
