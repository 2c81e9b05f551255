import type { FailureClass } from './failure.ts';

/** Exponential back-off with full jitter: attempt n waits a random time up to `baseMs · 2^(n−1)`, at most `maxMs`. */
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
  /** Results of this task that were rejected before, and how many may be. */
  readonly rejections: number;
  readonly maxRejections: number;
  /** What the other side asked for (Retry-After), or null. */
  readonly retryAfterMs: number | null;
}

export type RetryDecision = { readonly retry: true; readonly delayMs: number } | { readonly retry: false };

// A second try cannot mend these: the input stays wrong, the result stays unstorable, the person's wish stays.
// After an unknown outcome a second try could do the work twice: an operator decides.
const FINAL: readonly FailureClass[] = ['invalid_input', 'invalid_output', 'unknown_outcome', 'cancelled'];
/** Far longer waits are somebody else's mistake: a Retry-After of a year would hide the task. */
const MAX_RETRY_AFTER_MS = 24 * 3_600_000;
const MAX_DELAY_MS = 366 * 24 * 3_600_000;

/** A wait as the database takes it: whole milliseconds, a year at most. Handlers compute theirs from fractions and headers. */
export function storableDelay(ms: number): number {
  return Math.floor(Math.min(Math.max(ms || 0, 0), MAX_DELAY_MS));
}

/** A rejected result spends a rejection, everything else an attempt. */
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
