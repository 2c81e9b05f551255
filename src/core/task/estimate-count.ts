/** What was read to count the rows of one status. */
export interface StatusSample {
  /** Rows of the status that were examined, the newest first. */
  readonly examined: number;
  /** How many of them match the filter. */
  readonly matched: number;
  /** Milliseconds between the first and the last of them. */
  readonly spanMs: number;
  /** Rows of the status in the table, by the statistics of the planner. */
  readonly total: number;
  /** Milliseconds of the filter's time; null without a beginning. */
  readonly windowMs: number | null;
}

/**
 * Counts as many as match among all rows as among those that were examined. A filter with a time counts as many in a millisecond as
 * were examined. At least what was seen.
 */
export function estimateCount({ examined, matched, spanMs, total, windowMs }: StatusSample): number {
  if (examined === 0) return 0;
  const inWindow = windowMs === null || spanMs <= 0 ? total : Math.min(total, (examined * windowMs) / spanMs);
  return Math.max(matched, Math.round((matched / examined) * Math.max(examined, inWindow)));
}
