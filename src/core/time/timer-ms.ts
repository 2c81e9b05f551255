/** The longest wait of a Node timer, 24.8 days. `setTimeout` fires at once beyond it. */
const LONGEST_TIMER_MS = 2_147_483_647;

/**
 * Milliseconds for any Node timer: whole, from 0 to 24.8 days. `AbortSignal.timeout` throws for a fraction, and a computed wait
 * is almost always one. Rounds up: a timer must not fire before its time.
 * @throws {RangeError} for NaN, which `setTimeout` takes for 1 ms.
 */
export function timerMs(ms: number): number {
  if (Number.isNaN(ms)) throw new RangeError('a timer takes a number of milliseconds, not NaN');
  return Math.min(Math.max(0, Math.ceil(ms)), LONGEST_TIMER_MS);
}
