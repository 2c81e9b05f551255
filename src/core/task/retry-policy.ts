import type { FailureClass } from './failure.ts';

/**
 * Exponential backoff with full jitter: the wait after attempt n is random up to `baseMs · 2^(n−1)`, at most `maxMs`.
 */
export interface Backoff {
  readonly baseMs: number;
  readonly maxMs: number;
}

export interface AttemptFacts {
  readonly failureClass: FailureClass;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly backoff: Backoff;
  /** How many results of this task were rejected before, and how many may be. */
  readonly rejections: number;
  readonly maxRejections: number;
  /** The delay that the other side requested (Retry-After), or null. */
  readonly retryAfterMs: number | null;
}

export type RetryDecision = { readonly retry: true; readonly delayMs: number } | { readonly retry: false };

// A second attempt cannot succeed: the input stays invalid, the result stays unstorable, the cancellation remains.
// After an unknown outcome, a second attempt could do the work twice, so an operator decides.
const FINAL: readonly FailureClass[] = ['invalid_input', 'invalid_output', 'unknown_outcome', 'cancelled'];
/** A longer Retry-After is assumed to be a mistake: a delay of a year would hide the task. */
const MAX_RETRY_AFTER_MS = 24 * 3_600_000;
const MAX_DELAY_MS = 366 * 24 * 3_600_000;

/** Rounds a delay to whole milliseconds, between 0 and a year. Handlers compute delays from fractions and headers. */
export function storableDelay(ms: number): number {
  return Math.floor(Math.min(Math.max(ms || 0, 0), MAX_DELAY_MS));
}

/** A rejected result uses up a rejection; any other failure uses up an attempt. */
function isSpent({ failureClass, attempt, maxAttempts, rejections, maxRejections }: AttemptFacts): boolean {
  return failureClass === 'rejected' ? rejections >= maxRejections : attempt >= maxAttempts;
}

/** `random` in [0, 1). */
export function decideRetry(facts: AttemptFacts, random: number): RetryDecision {
  if (FINAL.includes(facts.failureClass) || isSpent(facts)) return { retry: false };
  const ceiling = Math.min(facts.backoff.maxMs, facts.backoff.baseMs * 2 ** Math.min(facts.attempt - 1, 30));
  const jittered = Math.floor(ceiling * random);
  const asked = Math.min(storableDelay(facts.retryAfterMs ?? 0), MAX_RETRY_AFTER_MS);
  return { retry: true, delayMs: asked > 0 ? asked + Math.min(jittered, Math.floor(asked / 10)) : jittered };
}
