import { types } from 'node:util';
import { timerMs } from '../../core/time/timer-ms.ts';

// Serialisation, deadlock, lock and shutdown errors of PostgreSQL, and its reports of lost connections and exhausted resources.
const TRANSIENT_STATES = /^(40001|40P01|55P03|57P0[123]|08...|53[0-9]{3}|25P03)$/;
// What pg says of a connection that went away, and TypeORM of a transaction that lost its own between two statements.
const TRANSIENT_MESSAGES =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|query runner (was )?already released/i;
/** Of a socket: the error does not say whose. */
const SOCKET_CODES = /^(ECONN\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/;

/** A transient error, of any realm, that only a database can have caused. */
export function isTransientDatabaseError(error: unknown): error is Error {
  return types.isNativeError(error) && (TRANSIENT_STATES.test(codeOf(error)) || TRANSIENT_MESSAGES.test(error.message));
}

/** May the same statement succeed a moment later? Only for statements that are safe to repeat: fenced writes and reads. */
export function isTransient(error: unknown): boolean {
  return isTransientDatabaseError(error) || (types.isNativeError(error) && SOCKET_CODES.test(codeOf(error)));
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Errors of one statement on a connection that works: serialisation, deadlock, lock timeout, state of a transaction. */
const OF_ONE_STATEMENT = /^(40...|55P03|25...)$/;

/** No connection can be had, or the one in use was lost. */
export function isOutage(error: unknown): boolean {
  if (!isTransient(error)) return false;
  return !OF_ONE_STATEMENT.test(String((error as { code?: unknown }).code));
}

export interface RetryOptions {
  /** Give up this long after the first try. */
  forMs: number;
  signal?: AbortSignal;
}

/** Repeats `work` through short outages of the database with jittered pauses of 20 ms to 1 s. */
export async function throughOutages<T>(options: RetryOptions, work: () => Promise<T>): Promise<T> {
  const until = performance.now() + options.forMs;
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      const pause = Math.min(1_000, 20 * 2 ** tries) * (0.5 + Math.random() / 2);
      if (!isTransient(error) || options.signal?.aborted || performance.now() + pause > until) throw error;
      await new Promise((ok) => setTimeout(ok, timerMs(pause)));
    }
  }
}
