import { types } from 'node:util';
import { timerMs } from '../../core/time/timer-ms.ts';
import { isDatabaseConnectionError } from './database-client.ts';

/** The only list of database errors during an outage, overload or failover. Every retry, every 503 and every quiet loop uses it. */
const OF_THE_SERVER = [
  '08...', // no connection
  '53[0-3]..', // too many connections, out of memory, disk full; 53400 is a limit of the session, which stays
  '57P0[1235]', // the server stops, crashed, starts, or ended an idle session
];
const OF_ONE_STATEMENT = [
  '25006', // read-only: a standby, a server after a failover, or one whose host has stopped writes
  '25P0[34]', // idle_in_transaction_session_timeout, transaction_timeout
  '26000|42P05', // a pooler gave the statement another session
  '40001|40003|40P01', // serialisation failure, completion unknown, deadlock
  '55P03', // lock_timeout
];
const NETWORK = ['ECONN\\w+', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'];

/** Messages of pg about a lost connection, and of TypeORM about a transaction that lost its connection between two statements. */
const CONNECTION_MESSAGES = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'Query read timeout',
  'Client has encountered a connection error',
  'query runner (was )?already released',
];
/** A migration ran in between; the next connection plans the statement again. */
const STATEMENT_MESSAGES = ['cached plan must not change result type'];
/** statement_timeout: an immediate retry would run as long again, but a client may retry later. */
const STATEMENT_TIMEOUT = '57014';

const exactly = (...codes: string[]) => new RegExp(`^(?:${codes.join('|')})$`);
const STATEMENT_CODE = exactly(...OF_ONE_STATEMENT);
const CODE = exactly(...OF_THE_SERVER, ...OF_ONE_STATEMENT);
const NETWORK_CODE = exactly(...NETWORK);
const MESSAGE = new RegExp([...CONNECTION_MESSAGES, ...STATEMENT_MESSAGES].join('|'), 'i');
const STATEMENT_MESSAGE = new RegExp(STATEMENT_MESSAGES.join('|'), 'i');

/**
 * True when the same statement may succeed a moment later. Only for statements that are safe to repeat: fenced writes
 * and reads.
 */
export function isTransient(error: unknown): boolean {
  if (!types.isNativeError(error)) return false; // also accepts errors of other realms
  const code = codeOf(error);
  return CODE.test(code) || NETWORK_CODE.test(code) || MESSAGE.test(error.message);
}

/** True when no connection could be opened or the current one was lost, which is not the fault of a statement. */
export function isOutage(error: unknown): boolean {
  if (!types.isNativeError(error) || !isTransient(error)) return false;
  return !STATEMENT_CODE.test(codeOf(error)) && !STATEMENT_MESSAGE.test(error.message);
}

/**
 * True when the database is the cause and a client may retry later. A network error code counts only for a connection
 * to the database.
 */
export function isUnavailable(error: unknown): boolean {
  if (isDatabaseConnectionError(error)) return true;
  if (!types.isNativeError(error)) return false;
  const code = codeOf(error);
  return CODE.test(code) || code === STATEMENT_TIMEOUT || MESSAGE.test(error.message);
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

export interface RetryOptions {
  /** Time limit, counted from the first attempt. */
  forMs: number;
  signal?: AbortSignal;
}

/** Repeats `work` during short outages of the database, with jittered pauses of 20 ms to 1 s. */
export async function retryTransient<T>(options: RetryOptions, work: () => Promise<T>): Promise<T> {
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
