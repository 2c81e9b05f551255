// What is asked of a contender in each cell.
const THROUGHPUT = 0.8;
const RECOVERY_SECONDS = 5;

/**
 * @param row figures of a cell @param clean figures of the same contender without disturbance, if measured
 * @returns {{whole?: number, third?: number, recovery?: number|null, missed: string[]}} whole and third: throughput as a
 * share of the clean cell. recovery: the longest in seconds, null: never. missed: empty when all is reached
 */
export function verdictOf(row, clean) {
  const share = (value) => (clean === undefined || clean.perSecond === 0 ? undefined : value / clean.perSecond);
  const [whole, third] = [share(row.perSecond), share(row.lastThird)];
  const recovery = row.recoveries.includes(null) ? null : row.recoveries.length > 0 ? Math.max(...row.recoveries) : undefined;
  const missed = [];
  if (whole < THROUGHPUT || third < THROUGHPUT) missed.push('throughput');
  if (recovery === null || recovery > RECOVERY_SECONDS) missed.push('recovery');
  if (row.notDone > 0) missed.push('lost');
  return { whole, third, recovery, missed };
}
