import { phaseOf, publicStatus, type TaskPhase } from '../../core/task/states.ts';
import type { FeedRow, ProgressRow, TaskFacts } from '../../engine/inspection/transition-feed-reader.ts';
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
  queue: string;
  /** The param `topic` of the task. */
  subject: string | null;
  /** Code of the last failure. */
  errorCode: string | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}

function factsOf({ queue, subject, errorCode, createdAt, startedAt, finishedAt }: TaskFacts): TaskFacts {
  return { queue, subject, errorCode, createdAt, startedAt, finishedAt };
}

/** Null for a task that was deleted meanwhile. */
export function toExecutionEvent(row: FeedRow): ExecutionEvent | null {
  const { id, name, status, reason, attempt, progress, step, version, at } = row;
  if (name === null) return null;
  const phase = phaseOf({ status, attempt, externalId: reason === 'wait' ? '' : null });
  return { executionId: id, taskName: name, status: publicStatus(status), phase, attempt, progress, step, version, at, ...factsOf(row) };
}

/** The progress of a running task. No row of the feed holds it, so the frame has no id. */
export function progressFrame(row: ProgressRow): string {
  const { id, name, status, attempt, externalId, progress, step, version, at } = row;
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
    ...factsOf(row),
  };
  return sseFrame({ event: 'execution', data });
}
