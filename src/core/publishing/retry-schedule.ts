/** The entry fails after this many `not_sent` calls, which takes about two hours. A person then decides. */
const MAX_CALLS = 8;
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 3_600_000;

export interface FailedCall {
  /** Calls so far, this one included. */
  readonly attempts: number;
  /** Undefined for an error that no channel classified. */
  readonly permanent?: boolean;
  /** When the channel wants the next call. */
  readonly retryAt?: Date | null;
}

/** Time of the next call after a `not_sent` failure. `permanent`: no further call. */
export function nextCallAt(
  { attempts, permanent = true, retryAt = null }: FailedCall,
  nowMs: number,
): { permanent: boolean; retryAt: Date | null } {
  if (permanent || attempts >= MAX_CALLS) return { permanent: true, retryAt: null };
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** Math.max(0, attempts - 1), LONGEST_PAUSE_MS);
  return { permanent: false, retryAt: new Date(Math.max(nowMs + pause, retryAt?.getTime() ?? 0)) };
}

/** Seconds until a channel that cannot tell is asked again: a tenth of the time since the call, between 10 s and an hour. */
export function nextProbeSeconds(ageSeconds: number): number {
  return Math.min(3_600, Math.max(10, Math.round(ageSeconds / 10)));
}
