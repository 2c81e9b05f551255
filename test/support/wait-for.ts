import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 20;

/**
 * Queries a fact every 20 ms until it is true, and returns it. A rejection counts as "not yet" and is reported at the
 * timeout (default 45 s: a loaded machine is slow, and a passing test does not wait).
 */
export async function waitFor<T>(fact: () => Promise<T | undefined | false>, options: { what: string; timeoutMs?: number }): Promise<T> {
  const { what, timeoutMs = 45_000 } = options;
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    let problem: unknown;
    try {
      const value = await fact();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      problem = error;
    }
    if (Date.now() > deadline) {
      const reason = problem instanceof Error ? `: ${problem.message}` : '';
      throw new Error(`waited ${timeoutMs} ms in vain for ${what}${reason}`, { cause: problem });
    }
    await delay(POLL_MS);
  }
}
