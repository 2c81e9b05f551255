/** A limit of a key as a claim finds it. */
export interface LimitState {
  readonly key: string;
  /** Leased tasks at once; null: any number. */
  readonly maxRunning: number | null;
  /** Claims in each period, in the long run; as many may come at once. */
  readonly rateCount: number | null;
  readonly ratePeriodMs: number | null;
  /** What the bucket held `elapsedMs` ago. */
  readonly tokens: number | null;
  readonly elapsedMs: number | null;
}

/** How many more tasks of a key may start now. */
export interface LimitBudget {
  readonly key: string;
  /** By the number that runs. */
  slots: number;
  /** By the rate. */
  tokens: number;
  /** What its bucket holds now; null without a rate. */
  readonly bucketTokens: number | null;
  /** Once all its passes are used: until there is one more, milliseconds. Null without a rate. */
  readonly nextTokenMs: number | null;
}

/** A token is there when it is nearly whole: sums of fractions fall short by less than this. */
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

export function consume(room: LimitBudget): void {
  room.slots -= 1;
  room.tokens -= 1;
}
