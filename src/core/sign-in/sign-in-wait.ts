/** What a failed sign-in is counted for: the username, or the address of the client. */
export type FailureSource = 'username' | 'address';

/** Failures without a wait. Many people share one address, so it has more. */
export const FREE_FAILURES: Readonly<Record<FailureSource, number>> = { username: 5, address: 20 };
const FIRST_WAIT_S = 1;
export const LONGEST_WAIT_S = 900;
/** Failures are forgotten after a day without another one. */
export const FORGET_FAILURES_S = 86_400;

/** Seconds until the next attempt after so many failures in a row: none at first, then 1 s, doubled up to 15 minutes. */
export function signInWaitSeconds(source: FailureSource, failures: number): number {
  const beyond = failures - FREE_FAILURES[source];
  return beyond < 0 ? 0 : Math.min(FIRST_WAIT_S * 2 ** beyond, LONGEST_WAIT_S);
}
