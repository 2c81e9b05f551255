import type { Received } from './keyed-store.ts';

/** What /events says about an execution. */
export interface ExecutionEvent {
  readonly executionId: string;
  readonly taskName: string;
  readonly status: string;
  readonly phase: string | null;
  readonly attempt: number;
  readonly progress: number | null;
  readonly step: string | null;
  /** Rises with each transition; progress repeats the version of its transition. */
  readonly version: number;
  readonly at: string;
}

/** The members of a row that an event changes. */
export interface Patched {
  readonly status: string;
  readonly phase: string | null;
  readonly attempt: number;
  readonly progress: number | null;
  readonly step: string | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

/** True when an event is newer than the one that is known, and not a repetition from before a reconnection. */
export function supersedes(event: ExecutionEvent, known: ExecutionEvent | undefined): boolean {
  if (known === undefined || event.version > known.version) return true;
  return event.version === known.version && event.at >= known.at;
}

/**
 * The row with its newest event. Rows have no version, so an event counts unless the row was asked for after it came. Both times are of
 * this page: the clock of the server may differ by more than an execution takes.
 */
export function patch(row: Patched & { readonly fetchedAt: number }, live: Received<ExecutionEvent> | undefined): Patched {
  if (live === undefined || live.receivedAt < row.fetchedAt) return row;
  const event = live.data;
  const { status, phase, attempt, step, at } = event;
  const isRunning = status === 'running';
  return {
    status,
    phase,
    attempt,
    progress: event.progress ?? (isRunning ? row.progress : null),
    step,
    startedAt: row.startedAt ?? (isRunning ? at : null),
    finishedAt: isFinal(status) ? (row.finishedAt ?? at) : null,
  };
}

const FINAL = new Set(['completed', 'failed', 'timeout', 'cancelled']);
export const isFinal = (status: string): boolean => FINAL.has(status);
