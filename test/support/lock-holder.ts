import pg from 'pg';
import { isWaitedFor } from './is-waited-for.ts';
import { waitFor } from './wait-for.ts';

/**
 * Takes a lock, starts `statement`, and releases the lock once the statement waits for it. `whileWaiting` runs before
 * the release. Resolves with the database's time just before the release, and the answer of the statement.
 */
export async function runBehindLock<T>(
  url: string,
  lock: { text: string; values?: unknown[] },
  statement: () => Promise<T>,
  whileWaiting: () => Promise<unknown> = () => Promise.resolve(),
): Promise<{ releasedAt: Date; answer: T }> {
  const holder = new pg.Client({ connectionString: url, application_name: 'lock-holder' });
  await holder.connect();
  let answer: Promise<T> | undefined;
  let releasedAt: Date;
  try {
    await holder.query('BEGIN');
    await holder.query(lock.text, lock.values ?? []);
    answer = statement();
    let ended: unknown;
    answer.then(
      () => (ended = 'it did not wait for the lock'),
      (error: unknown) => (ended = error),
    );
    const blocked = async () => ended !== undefined || (await isWaitedFor(holder));
    await waitFor(blocked, { what: 'the statement to wait for the lock' });
    if (ended !== undefined) throw ended;
    await whileWaiting();
    const { rows } = await holder.query<{ at: Date }>(`SELECT date_trunc('milliseconds', clock_timestamp()) AS at`);
    releasedAt = (rows[0] as { at: Date }).at;
    await holder.query('ROLLBACK');
  } finally {
    await holder.end();
  }
  return { releasedAt, answer: await answer };
}
