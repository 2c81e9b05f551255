// Claims: 50 tasks at a time from a full queue, each completed before the next. Then the same beside an old
// transaction, which keeps PostgreSQL from removing the dead index entries of earlier claims.
import pg from 'pg';
import { percentiles } from '../lib/statistics.mjs';

const CLAIMS = 400;
const WARM_UP = 20;
const SIZE = 50;

/** Number of ready tasks needed. */
export const CLAIMED = SIZE * (2 * CLAIMS + WARM_UP);

/** @returns {Promise<{alone: {p50: number, p99: number}, pinned: {p50: number, p99: number}}>} milliseconds */
export async function claims(contender, plan, measure) {
  const instance = await contender.open({ ...plan, onTask: () => {} });
  const old = new pg.Client(plan.postgresUrl);
  await old.connect();
  try {
    await claimTimes(instance, WARM_UP);
    return await measure(async () => {
      const alone = percentiles(await claimTimes(instance, CLAIMS));
      await old.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
      await old.query('SELECT FROM tasks LIMIT 1');
      const pinned = percentiles(await claimTimes(instance, CLAIMS));
      await old.query('ROLLBACK');
      return { alone, pinned };
    });
  } finally {
    await old.end();
    await instance.close();
  }
}

async function claimTimes(instance, count) {
  const took = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    const tasks = await instance.claim(SIZE);
    took.push(performance.now() - start);
    if (tasks.length !== SIZE) throw new Error(`a claim of ${SIZE} found ${tasks.length}`);
    await instance.complete(tasks);
  }
  return took;
}
