import pg from 'pg';
import { isWaitedFor } from './is-waited-for.ts';
import { waitFor } from './wait-for.ts';

/** What takes the lock. The change that it makes is rolled back unless `commits`. */
export interface HeldLock {
  readonly text: string;
  readonly values?: unknown[];
  readonly commits?: boolean;
}

/**
 * Takes a lock, starts `statement`, and releases the lock once the statement waits for it. `whileWaiting` runs before
 * the release. Resolves with the database's time just before the release, and the answer of the statement.
 */
export async function runBehindLock<T>(
  url: string,
  lock: HeldLock,
  statement: () => Promise<T>,
  whileWaiting: () => Promise<unknown> = () => Promise.resolve(),
): Promise<{ releasedAt: Date; answer: T }> {
  const holder = await lockedBy(url, lock);
  let answer: Promise<T>;
  let releasedAt: Date;
  try {
    answer = statement();
    if (!(await waitsFor(holder, answer))) {
      await answer; // its own error says more
      throw new Error('it did not wait for the lock');
    }
    await whileWaiting();
    const { rows } = await holder.query<{ at: Date }>(`SELECT date_trunc('milliseconds', clock_timestamp()) AS at`);
    releasedAt = (rows[0] as { at: Date }).at;
    await holder.query(lock.commits === true ? 'COMMIT' : 'ROLLBACK');
  } finally {
    await holder.end();
  }
  return { releasedAt, answer: await answer };
}

/** Takes a lock and resolves with the answer of a statement that must not wait for it. */
export async function runBesideLock<T>(url: string, lock: HeldLock, statement: () => Promise<T>): Promise<T> {
  const holder = await lockedBy(url, lock);
  let answer: Promise<T>;
  let waits: boolean;
  try {
    answer = statement();
    waits = await waitsFor(holder, answer);
  } finally {
    await holder.end();
  }
  const ended = await answer;
  if (waits) throw new Error('it waited for the lock');
  return ended;
}

/** Waits until this many sessions of the database wait for a lock. */
export function untilLockWaits(sql: (text: string) => Promise<readonly unknown[]>, count: number): Promise<true> {
  const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  return waitFor(async () => (await sql(waiting)).length >= count && true, { what: `${count} sessions to wait for a lock` });
}

/** A session in a transaction with the lock. */
async function lockedBy(url: string, { text, values = [] }: HeldLock): Promise<pg.Client> {
  const holder = new pg.Client({ connectionString: url, application_name: 'lock-holder' });
  await holder.connect();
  try {
    await holder.query('BEGIN');
    await holder.query(text, values);
  } catch (error) {
    await holder.end();
    throw error;
  }
  return holder;
}

/** False when the statement ended without waiting for the holder. */
async function waitsFor(holder: pg.Client, answer: Promise<unknown>): Promise<boolean> {
  let ended = false;
  const end = () => void (ended = true);
  answer.then(end, end);
  await waitFor(async () => ended || (await isWaitedFor(holder)), { what: 'the statement to wait for the lock' });
  return !ended;
}
