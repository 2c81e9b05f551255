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
export interface Room {
  readonly key: string;
  /** By the number that runs. */
  slots: number;
  /** By the rate. */
  passes: number;
  /** What its bucket holds now; null without a rate. */
  readonly tokens: number | null;
  /** Once all its passes are used: until there is one more, milliseconds. Null without a rate. */
  readonly nextPassMs: number | null;
}

/** A token is there when it is nearly whole: sums of fractions fall short by less than this. */
const NEARLY = 1e-9;

export function roomOf({ key, maxRunning, rateCount, ratePeriodMs, ...bucket }: LimitState, running: number): Room {
  const slots = maxRunning === null ? Number.POSITIVE_INFINITY : Math.max(0, maxRunning - running);
  if (rateCount === null || ratePeriodMs === null) return { key, slots, passes: Number.POSITIVE_INFINITY, tokens: null, nextPassMs: null };
  const perToken = ratePeriodMs / rateCount;
  const tokens = Math.min(rateCount, (bucket.tokens ?? 0) + Math.max(0, bucket.elapsedMs ?? 0) / perToken);
  const passes = Math.floor(tokens + NEARLY);
  return { key, slots, passes, tokens, nextPassMs: Math.max(0, passes + 1 - tokens) * perToken };
}

export const isOpen = ({ slots, passes }: Room): boolean => slots > 0 && passes > 0;

export function enter(room: Room): void {
  room.slots -= 1;
  room.passes -= 1;
}
