import { phaseOf, publicStatus, type TaskPhase, type TaskStatus } from '../../core/task/states.ts';
import { sseFrame } from '../../platform/http/sse-stream.ts';

/** Something happened to a task. A `version` no higher than the one known is no news. */
export interface ExecutionEvent {
  executionId: string;
  taskName: string;
  status: string;
  phase: TaskPhase | null;
  attempt: number;
  /** 0–100; null when the task has gone on since, or tells none. */
  progress: number | null;
  step: string | null;
  version: number;
  at: Date;
}

/** A row of the audit with what its task is now. */
export interface EventRow {
  xid: string;
  id: string;
  version: number;
  attempt: number;
  status: TaskStatus;
  reason: string;
  at: Date;
  name: string | null;
  progress: number | null;
  step: string | null;
}

export interface ProgressRow {
  id: string;
  name: string;
  status: TaskStatus;
  attempt: number;
  externalId: string | null;
  progress: number;
  step: string | null;
  version: number;
  at: Date;
}

/** Null for a task that was deleted meanwhile. */
export function toExecutionEvent({ id, name, status, reason, attempt, progress, step, version, at }: EventRow): ExecutionEvent | null {
  if (name === null) return null;
  const phase = phaseOf({ status, attempt, externalId: reason === 'wait' ? '' : null });
  return { executionId: id, taskName: name, status: publicStatus(status), phase, attempt, progress, step, version, at };
}

/** The latest word on a running task. It is stored nowhere, so it has no id. */
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
