import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { TaskFailure } from '../../src/core/task/failure.ts';
import { DailyStatisticsStore } from '../../src/engine/inspection/daily-statistics-store.ts';
import { type Engine, OTHER_OWNER, useEngines } from '../support/engine.ts';
import { runBesideLock } from '../support/lock-holder.ts';
import { waitFor } from '../support/wait-for.ts';

const harness = useEngines();
const HANDLERS = [
  { name: 'good', handle: () => 'ok' },
  {
    name: 'bad',
    options: { maxAttempts: 1 },
    handle: (): never => {
      throw new TaskFailure('invalid_input', 'no', 'broken');
    },
  },
  {
    name: 'second-time',
    options: { backoff: { baseMs: 1, maxMs: 1 } },
    handle: ({ attempt }: { attempt: number }) => {
      if (attempt === 1) throw new TaskFailure('transient', 'no');
      return 'ok';
    },
  },
];

interface Transition {
  day: string;
  name: string;
  from: string | null;
  to: string;
  reason: string;
}

/** What the statistics must be: every transition that is stored, counted here. */
async function recounted(): Promise<Record<string, number>> {
  const rows = await harness.sql<Transition>(`
    SELECT to_char(a.at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, t.name, a.from_status AS "from", a.to_status AS "to", a.reason
    FROM task_audit a JOIN tasks t ON t.id = a.task_id`);
  const counts: Record<string, number> = {};
  const add = (key: string): void => void (counts[key] = (counts[key] ?? 0) + 1);
  for (const { day, name, from, to, reason } of rows) {
    if (from === null) add(`${day} ${name} submitted`);
    if (['completed', 'failed', 'timeout', 'cancelled'].includes(to)) add(`${day} ${name} ${to}`);
    const named = { claim: 'started', retry: 'retried', rescue: 'rescued' }[reason];
    if (named !== undefined) add(`${day} ${name} ${named}`);
  }
  return counts;
}

/** Minutes are deleted after 32 days. */
const isRecent = (key: string): boolean => Date.parse(key.slice(0, 10)) > Date.now() - 30 * 86_400_000;

/** The same of the minutes, which have no `started`, `retried` and `rescued`. */
async function storedByMinute(): Promise<Record<string, number>> {
  const rows = await harness.sql<Record<string, string | number>>(`
    SELECT to_char(minute AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, name, sum(submitted) AS submitted, sum(completed) AS completed, sum(failed) AS failed,
           sum(timeout) AS timeout, sum(cancelled) AS cancelled FROM minute_statistics GROUP BY 1, 2`);
  return Object.fromEntries(
    rows.flatMap(({ day, name, ...counts }) =>
      Object.entries(counts).flatMap(([key, count]) => (Number(count) === 0 ? [] : [[`${day} ${name} ${key}`, Number(count)]])),
    ),
  );
}

async function stored(): Promise<Record<string, number>> {
  const rows = await harness.sql<Record<string, string | number>>(`
    SELECT to_char(day, 'YYYY-MM-DD') AS day, name, submitted, started, completed, failed, timeout, cancelled, retried, rescued FROM daily_statistics`);
  return Object.fromEntries(
    rows.flatMap(({ day, name, ...counts }) =>
      Object.entries(counts).flatMap(([key, count]) => (count === 0 ? [] : [[`${day} ${name} ${key}`, Number(count)]])),
    ),
  );
}

async function countAll(engine: Engine): Promise<void> {
  while (await engine.get(DailyStatisticsStore).countNext());
}

/** Counts everything. A transaction of any database of the server delays the last rows. */
async function countedAndRecounted(engine: Engine): Promise<[counted: Record<string, number>, recounted: Record<string, number>]> {
  const isComplete = async (): Promise<boolean> => {
    const [row] = await harness.sql<{ open: number }>(
      `SELECT count(*)::int AS open FROM task_audit WHERE xid BETWEEN pg_snapshot_xmin(pg_current_snapshot()) AND pg_snapshot_xmax(pg_current_snapshot())`,
    );
    return row?.open === 0;
  };
  await waitFor(isComplete, { what: 'the end of earlier transactions' });
  await countAll(engine);
  const expected = await recounted();
  const ofMinutes = Object.entries(expected).filter(([key]) => !/(started|retried|rescued)$/.test(key) && isRecent(key));
  expect(await storedByMinute()).toEqual(Object.fromEntries(ofMinutes));
  if (Object.keys(expected).length === 0) throw new Error('there is nothing to count');
  return [await stored(), expected];
}

async function expectExact(engine: Engine): Promise<void> {
  const [counted, expected] = await countedAndRecounted(engine);
  expect(counted).toEqual(expected);
}

describe('the statistics of days', () => {
  it('agree with the transitions to the unit, however often and by whom they are counted', async () => {
    const engine = await harness.start({ handlers: HANDLERS, slots: 4, loops: true });
    const other = await harness.start({ handlers: HANDLERS });
    const stores = [engine, other].map((one) => one.get(DailyStatisticsStore));
    for (let round = 0; round < 5; round++) {
      const ids = await Promise.all(['good', 'bad', 'second-time', 'good'].map((name) => engine.submit(name)));
      await Promise.all([...stores, ...stores].map((store) => store.countNext()));
      await Promise.all(ids.map((id) => engine.ended(id)));
      await engine.tasks.retry(ids[1] as string, {}, 'test');
      const waiting = await engine.submit('good', {}, { runAt: new Date(Date.now() + 3_600_000) });
      await engine.tasks.cancelByIds([waiting], 'test');
      await Promise.all(stores.map((store) => store.countNext()));
      await engine.ended(ids[1] as string);
    }
    await expectExact(engine);
    const [today] = await stores[0]!.days(1);
    expect(today).toMatchObject({ submitted: 25, completed: 15, failed: 10, cancelled: 5, retried: 5 });
    expect(today?.averageRunMs).toBeGreaterThanOrEqual(0);
  });

  it('are counted by one process at a time: the others do not wait', async () => {
    const engine = await harness.start({ handlers: HANDLERS });
    await countAll(engine);
    await engine.submit('good');
    const lock = { text: 'SELECT FROM statistics_watermarks FOR UPDATE' };
    expect(await runBesideLock(harness.url, lock, () => engine.get(DailyStatisticsStore).countNext())).toBe(false);
    expect(await stored()).toEqual({});
    await expectExact(engine);
  });

  it('count rescues and days of other times', async () => {
    const engine = await harness.start({ handlers: HANDLERS });
    const id = await engine.submit('good');
    await engine.claimTasks('default', 1, OTHER_OWNER, 60);
    await harness.sql(`UPDATE tasks SET lease_expires_at = app_now() - interval '1 s'`);
    await engine.maintenance.rescue([{ id, epoch: 1, beat: 0 }], 'test');
    await harness.sql(`UPDATE task_audit SET at = '2026-01-31T23:59:59.9Z' WHERE version = 1`);
    await expectExact(engine);
    expect(await stored()).toMatchObject({ '2026-01-31 good submitted': 1 });
  });

  it('count a transaction that commits after a later one', async () => {
    const engine = await harness.start({ handlers: HANDLERS });
    const late = new pg.Client({ connectionString: harness.url });
    await late.connect();
    try {
      await late.query('BEGIN');
      await late.query(
        `INSERT INTO tasks (id, name, status, rank, run_at, max_attempts, backoff, timeout_ms, created_by, trigger, actor, created_at)
         VALUES ($1, 'good', 'submitted', app_now(), app_now(), 1, '{"baseMs":1,"maxMs":1}', 1000, 'test', 'api', 'test', app_now())`,
        [uuidv7()],
      );
      await engine.submit('bad');
      await countAll(engine);
      expect(await stored()).toEqual({});
      await late.query('COMMIT');
    } finally {
      await late.end(); // else the removal of the database ends it, and its error ends the test process
    }
    await expectExact(engine);
  });

  it('count each transition once after a restore, whose transactions have lower numbers', async () => {
    const engine = await harness.start({ handlers: HANDLERS });
    await engine.submit('good');
    await countAll(engine);
    await engine.submit('good'); // in the backup, after its last count
    // The same rows with the numbers of another database.
    await harness.sql(`UPDATE task_audit SET xid = (xid::text::bigint + 10000000)::text::xid8`);
    await harness.sql(`UPDATE statistics_watermarks SET xid = (xid::text::bigint + 10000000)::text::xid8`);
    await engine.submit('bad'); // after the restore
    await expectExact(engine);
    await engine.submit('bad');
    await expectExact(engine);
    // The numbers of the old rows come round.
    const [{ xid } = { xid: '0' }] = await harness.sql<{ xid: string }>(`SELECT xid::text FROM statistics_watermarks`);
    await harness.sql(`UPDATE task_audit SET xid = $1::xid8 WHERE xid > pg_snapshot_xmax(pg_current_snapshot())`, [xid]);
    const [counted, expected] = await countedAndRecounted(engine);
    expect(counted).toEqual(expected);
  });

  it('stay when the tasks are deleted', async () => {
    const engine = await harness.start({ handlers: HANDLERS });
    await engine.submit('good');
    await countAll(engine);
    const before = await stored();
    await harness.sql(`DELETE FROM task_audit`);
    await harness.sql(`DELETE FROM tasks`);
    await countAll(engine);
    expect(await stored()).toEqual(before);
  });
});
