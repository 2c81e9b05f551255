import { phaseOf, publicStatus, type TaskPhase, type TaskStatus } from '../../core/task/states.ts';
import { sseFrame } from '../../platform/http/sse-stream.ts';

/** An event of a task. Readers ignore a `version` that is not higher than the known one. */
export interface ExecutionEvent {
  executionId: string;
  taskName: string;
  status: string;
  phase: TaskPhase | null;
  attempt: number;
  /** 0–100; null when a later transition has happened, or none was reported. */
  progress: number | null;
  step: string | null;
  version: number;
  at: Date;
}

/** An audit row with the current state of its task. */
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

/** Null for a task that was deleted since. */
export function toExecutionEvent({ id, name, status, reason, attempt, progress, step, version, at }: EventRow): ExecutionEvent | null {
  if (name === null) return null;
  const phase = phaseOf({ status, attempt, externalId: reason === 'wait' ? '' : null });
  return { executionId: id, taskName: name, status: publicStatus(status), phase, attempt, progress, step, version, at };
}

/** The latest progress of a running task. It is not stored, so it has no id. */
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
