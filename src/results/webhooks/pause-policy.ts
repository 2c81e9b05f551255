import type { PauseReason } from './webhook.ts';

/** A short test of a broken receiver is no reason: so many attempts must have failed in a row. */
export const FAILURES_BEFORE_PAUSE = 10;
/** The receiver says that it never wants another delivery. */
export const GONE = 410;

export interface EndpointFailures {
  /** Attempts since the last success. */
  readonly failures: number;
  readonly failingSince: Date | null;
  readonly now: Date;
}

/**
 * Why an endpoint pauses by itself after an attempt; null when it does not. `afterMs`: how long every attempt must have failed, 0 for
 * never. `status`: of the answer, null without one.
 */
export function pauseReasonOf(
  { failures, failingSince, now }: EndpointFailures,
  status: number | null,
  afterMs: number,
): Exclude<PauseReason, 'operator'> | null {
  if (failingSince === null) return null;
  if (status === GONE) return 'gone';
  if (afterMs === 0 || failures < FAILURES_BEFORE_PAUSE) return null;
  return now.getTime() - failingSince.getTime() >= afterMs ? 'failing' : null;
}
