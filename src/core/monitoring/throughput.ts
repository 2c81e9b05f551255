const MINUTE_S = 60;
const DAY_S = 86_400;
/** As long as minutes are kept (engine/inspection/daily-statistics.sql.ts). */
const MAX_THROUGHPUT_SECONDS = 31 * DAY_S;
export const MAX_BUCKETS = 500;
/** As many as a chart shows. */
const DEFAULT_BUCKETS = 100;
/** Lengths of buckets that people read with ease. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440].map((minutes) => minutes * MINUTE_S);

export interface ThroughputWindow {
  readonly since: Date;
  readonly until: Date;
  readonly stepSeconds: number;
}

export type WindowProblem = 'empty' | 'too_long' | 'step' | 'too_many_buckets';

/** Whole minutes that contain the time, in buckets of one length. Without a step: the shortest with at most 100 buckets. */
export function throughputWindow(since: Date, until: Date, step?: number): ThroughputWindow | WindowProblem {
  const begin = Math.floor(since.getTime() / 60_000) * MINUTE_S;
  const length = until.getTime() / 1_000 - begin;
  if (until <= since) return 'empty';
  if (length > MAX_THROUGHPUT_SECONDS + MINUTE_S) return 'too_long';
  if (step !== undefined && (step < MINUTE_S || step % MINUTE_S !== 0)) return 'step';
  const stepSeconds = step ?? STEPS.find((one) => length / one <= DEFAULT_BUCKETS) ?? DAY_S;
  const buckets = Math.ceil(length / stepSeconds);
  if (buckets > MAX_BUCKETS) return 'too_many_buckets';
  return { since: new Date(begin * 1_000), until: new Date((begin + buckets * stepSeconds) * 1_000), stepSeconds };
}
