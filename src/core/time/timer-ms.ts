/** The longest delay of a Node timer, 24.8 days. `setTimeout` fires at once beyond it. */
const LONGEST_TIMER_MS = 2_147_483_647;

/**
 * Milliseconds for any Node timer: whole, from 0 to 24.8 days. `AbortSignal.timeout` throws for a fraction, and a
 * computed delay almost always is one. Rounds up, because a timer must not fire too early.
 * @throws {RangeError} for NaN, which `setTimeout` treats as 1 ms.
 */
export function timerMs(ms: number): number {
  if (Number.isNaN(ms)) throw new RangeError('timerMs needs a number of milliseconds, not NaN');
  return Math.min(Math.max(0, Math.ceil(ms)), LONGEST_TIMER_MS);
}
