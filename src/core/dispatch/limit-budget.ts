/** The stored state of a key's limit, as a claim reads it. */
export interface LimitState {
  readonly key: string;
  /** How many tasks may be leased at once; null means unlimited. */
  readonly maxRunning: number | null;
  /** How many claims each period allows on average. A burst may have the same number. */
  readonly rateCount: number | null;
  readonly ratePeriodMs: number | null;
  /** The tokens in the bucket `elapsedMs` ago. */
  readonly tokens: number | null;
  readonly elapsedMs: number | null;
}

/** How many more tasks of a key may start now. */
export interface LimitBudget {
  readonly key: string;
  /** Left of the limit on running tasks. */
  slots: number;
  /** Left of the rate limit. */
  tokens: number;
  /** The tokens in the bucket now; null without a rate limit. */
  readonly bucketTokens: number | null;
  /** Milliseconds from an empty bucket to the next token; null without a rate limit. */
  readonly nextTokenMs: number | null;
}

/** Sums of fractions fall short of a whole token by less than this. */
const ROUNDING_TOLERANCE = 1e-9;

export function limitBudgetOf({ key, maxRunning, rateCount, ratePeriodMs, ...bucket }: LimitState, running: number): LimitBudget {
  const slots = maxRunning === null ? Number.POSITIVE_INFINITY : Math.max(0, maxRunning - running);
  if (rateCount === null || ratePeriodMs === null)
    return { key, slots, tokens: Number.POSITIVE_INFINITY, bucketTokens: null, nextTokenMs: null };
  const perToken = ratePeriodMs / rateCount;
  const bucketTokens = Math.min(rateCount, (bucket.tokens ?? 0) + Math.max(0, bucket.elapsedMs ?? 0) / perToken);
  const tokens = Math.floor(bucketTokens + ROUNDING_TOLERANCE);
  return { key, slots, tokens, bucketTokens, nextTokenMs: Math.max(0, tokens + 1 - bucketTokens) * perToken };
}

export const hasCapacity = ({ slots, tokens }: LimitBudget): boolean => slots > 0 && tokens > 0;

export function consume(budget: LimitBudget): void {
  budget.slots -= 1;
  budget.tokens -= 1;
}
