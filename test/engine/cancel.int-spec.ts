import { describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { isTerminal, TASK_STATUSES, type TaskStatus } from '../../src/core/task/states.ts';
import type { TaskContext } from '../../src/tasks/definitions/task-context.ts';
import { type Engine, OTHER_OWNER, useEngines } from '../support/engine.ts';
import { CANCEL_TASKS_OF_BATCH, SELECT_CLOCK, SELECT_LIVE_IDS } from '../../src/engine/cancel.sql.ts';
import { FIRST_ID, LAST_ID } from '../../src/engine/sweep-pages.ts';
import { addFinishedTasks } from '../support/finished-tasks.ts';
import { rowsRead } from '../support/rows-read.ts';
import { waitFor } from '../support/wait-for.ts';

const harness = useEngines();

const names = ['noop', 'other', 'short-lived'] as const;
const start = (options: Parameters<typeof harness.start>[0] = {}) =>
  harness.start({
    handlers: names.map((name) => ({ name, options: name === 'short-lived' ? { expiresInMs: 60_000 } : {}, handle: () => undefined })),
    ...options,
  });
const LIVE = TASK_STATUSES.filter((status) => !isTerminal(status));

/** A task with this status. */
async function put(engine: Engine, status: TaskStatus, name: (typeof names)[number] = 'noop'): Promise<string> {
  const id = await engine.submit(name, {}, status === 'pending' ? { runAt: new Date(Date.now() + 60_000) } : {});
  if (status === 'pending' || status === 'submitted') return id;
  if (status === 'assigned') {
    await harness.sql(
      `UPDATE tasks SET status = 'assigned', version = version + 1, lease_epoch = 1, attempt = 1, lease_owner = $2,
              lease_expires_at = app_now() + interval '1 min', reason = 'assign' WHERE id = $1`,
      [id, OTHER_OWNER],
    );
    return id;
  }
  const { epoch } = await engine.claim();
  const error = { class: 'internal', code: 'x', message: 'x', fingerprint: 'x' } as const;
  if (status === 'completed') await engine.attempts.complete([{ id, epoch, result: null }], OTHER_OWNER);
  else if (status !== 'running') await engine.attempts.fail([{ id, epoch, status, error }], OTHER_OWNER);
  return id;
}

const counts = () => harness.sql(`SELECT status, count(*)::int AS count FROM tasks GROUP BY 1 ORDER BY 1`);

describe('cancelling by id', () => {
  it.each(LIVE)('ends a task that is %s', async (status) => {
    const engine = await start();
    const id = await put(engine, status);
    const before = await engine.tasks.get(id);
    expect(await engine.tasks.cancelByIds([id], 'somebody')).toEqual({ cancelled: [id], notFound: [], alreadyFinished: [] });
    expect(await engine.tasks.get(id)).toMatchObject({ status: 'cancelled', owner: null, deadlineAt: null, epoch: before.epoch + 1 });
    const [last] = await harness.sql(`SELECT from_status, to_status, reason, actor FROM task_audit ORDER BY version DESC LIMIT 1`);
    expect(last).toEqual({ from_status: status, to_status: 'cancelled', reason: 'cancel', actor: 'somebody' });
  });

  it('leaves ended tasks unchanged, and reports unknown ids', async () => {
    const engine = await start();
    const ended = [];
    for (const status of ['completed', 'failed', 'timeout', 'cancelled'] as const) ended.push(await put(engine, status));
    const live = await put(engine, 'submitted');
    const unknown = [uuidv7(), 'no-uuid', ''];
    const before = await harness.sql(`SELECT * FROM tasks WHERE id <> $1 ORDER BY id`, [live]);
    const report = await engine.tasks.cancelByIds([...ended, ...unknown, live, live, live.toUpperCase()], 'somebody');
    expect(report).toEqual({ cancelled: [live, live.toUpperCase()], notFound: unknown, alreadyFinished: ended });
    expect(await harness.sql(`SELECT * FROM tasks WHERE id <> $1 ORDER BY id`, [live])).toEqual(before);
  });

  it('takes any number of ids', async () => {
    const engine = await start();
    const stored = await engine.tasks.submitMany(
      Array.from({ length: 1_200 }, () => ({ name: 'noop', createdBy: 'test', trigger: 'api' })),
    );
    const ids = stored.map(({ id }) => id);
    expect(await engine.tasks.cancelByIds(ids, 'somebody')).toEqual({ cancelled: ids, notFound: [], alreadyFinished: [] });
    expect(await counts()).toEqual([{ status: 'cancelled', count: 1_200 }]);
  });
});

describe('cancelling by name', () => {
  it('ends the live tasks of these names, and reports unknown names', async () => {
    const engine = await start();
    const wanted = [];
    for (const status of ['pending', 'running', 'submitted'] as const) wanted.push(await put(engine, status));
    const other = await put(engine, 'pending', 'other');
    const report = await engine.tasks.cancelByNames(['noop', 'no-such-task'], 'somebody');
    expect(report.taskNotFound).toEqual(['no-such-task']);
    expect(report.cancelled.sort()).toEqual(wanted.sort());
    expect(await engine.tasks.get(other)).toMatchObject({ status: 'pending' });
  });
});

describe('cancelling among 20,000 finished tasks', () => {
  const BATCH = uuidv7();
  const addFinished = (like: string) => addFinishedTasks(harness.sql, { like, batch: BATCH, count: 20_000 });
  /** They have no audit, which the check after each test would report. */
  const removeFinished = () => harness.sql(`DELETE FROM tasks WHERE parent_id = $1`, [BATCH]);

  it.each([
    ['all', null],
    ['by name', ['noop']],
  ])('reads only live tasks (%s)', async (_, wanted) => {
    const engine = await start();
    await addFinished(await put(engine, 'submitted'));
    for (const status of LIVE) await put(engine, status);
    await harness.sql(`ANALYZE tasks`);
    const [{ now } = { now: '' }] = await harness.sql<{ now: string }>(SELECT_CLOCK);
    expect(await rowsRead(harness.sql, SELECT_LIVE_IDS, [wanted, now, FIRST_ID])).toBeLessThan(50);
    const rows = await harness.sql<{ id: string }>(SELECT_LIVE_IDS, [wanted, now, FIRST_ID]);
    expect(rows).toHaveLength(LIVE.length + 1);
    await removeFinished();
  });

  it('reads on in a batch where the page before ended', async () => {
    const engine = await start();
    await addFinished(await put(engine, 'submitted'));
    expect(await rowsRead(harness.sql, CANCEL_TASKS_OF_BATCH, [BATCH, 'somebody', LAST_ID])).toBeLessThan(50);
    await removeFinished();
  });
});

describe('cancelling all', () => {
  it('ends quarantined and grouped tasks', async () => {
    const engine = await start();
    const crashed = await put(engine, 'submitted');
    await harness.sql(`UPDATE tasks SET crash_count = 1 WHERE id = $1`, [crashed]);
    const grouped = await engine.submit('noop', {}, { concurrencyKey: 'key' });
    expect(await engine.tasks.cancelAll('somebody')).toEqual({ count: 2 });
    for (const id of [crashed, grouped]) expect((await engine.tasks.get(id)).status).toBe('cancelled');
  });

  it('ends a task whose id is from a clock that is ahead', async () => {
    const engine = await start();
    const id = await engine.submit('noop', {}, { id: uuidv7({ msecs: Date.now() + 3_600_000 }) });
    expect(await engine.tasks.cancelAll('somebody')).toEqual({ count: 1 });
    expect((await engine.tasks.get(id)).status).toBe('cancelled');
  });

  it('ends 10,000 tasks and leaves those submitted meanwhile', async () => {
    const engine = await start();
    await engine.tasks.submitMany(Array.from({ length: 10_000 }, () => ({ name: 'noop', createdBy: 'test', trigger: 'api' })));
    await engine.claimTasks('default', 5_000, OTHER_OWNER, 15);
    const cancelling = engine.tasks.cancelAll('somebody');
    const later = await engine.submit('noop');
    expect(await cancelling).toEqual({ count: 10_000 });
    expect(await counts()).toEqual([
      { status: 'cancelled', count: 10_000 },
      { status: 'submitted', count: 1 },
    ]);
    expect((await engine.tasks.get(later)).status).toBe('submitted');
  });
});

describe('a handler whose task is cancelled from another process', () => {
  const aborted: { id: string; reason: unknown }[] = [];
  const hold = {
    name: 'hold',
    handle: ({ id, signal }: TaskContext) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          aborted.push({ id, reason: signal.reason });
          resolve('too late');
        });
      }),
  };

  it('gets its signal by notification before the next heartbeat, also for one of 300', async () => {
    // A heartbeat would notice it only after 5 minutes.
    const settings = { LEASE_BEAT_MS: '300000', LEASE_TTL_MS: '900000' };
    const [worker, api] = await Promise.all([
      harness.start({ handlers: [hold], slots: 301, settings }),
      harness.start({ handlers: [hold] }),
    ]);
    const ids = await Promise.all(Array.from({ length: 301 }, () => api.submit('hold')));
    const spared = ids.pop() ?? '';
    await waitFor(async () => worker.pool.status()[0]?.running === 301, { what: 'all attempts' });
    await api.tasks.cancelByIds(ids, 'somebody');
    await waitFor(async () => worker.pool.status()[0]?.running === 1, { what: 'free slots' });
    expect(aborted.map(({ id }) => id).sort()).toEqual(ids.sort());
    expect(aborted[0]?.reason).toMatchObject({ name: 'Stopped', reason: 'cancelled' });
    expect(await counts()).toEqual([
      { status: 'cancelled', count: 300 },
      { status: 'running', count: 1 },
    ]);
    await api.tasks.cancelByIds([spared], 'somebody');
  });
});

describe('the sweeper', () => {
  /** A process whose database has a wrong clock, or that continues much later. */
  async function skewed(skew: string): Promise<Engine> {
    const [{ name } = { name: '' }] = await harness.sql<{ name: string }>(`SELECT current_database() AS name`);
    await harness.sql(`ALTER DATABASE ${name} SET app.skew = '${skew}'`);
    const engine = await start();
    await engine.tasks.list({ limit: 1 }); // its pools connect under the new setting
    await engine.scheduler.rescue();
    return engine;
  }
  const unskew = async () => {
    const [{ name } = { name: '' }] = await harness.sql<{ name: string }>(`SELECT current_database() AS name`);
    await harness.sql(`ALTER DATABASE ${name} RESET app.skew`);
  };

  it('gives an attempt that ran too long back, and ends the task with the last', async () => {
    const engine = await start();
    const id = await engine.submit('noop', {}, { maxAttempts: 2, timeoutMs: 1_800_000 });
    await engine.claim();
    expect(await engine.scheduler.sweep()).toBe(0);
    const later = await skewed('1 hour');
    try {
      expect(await later.scheduler.sweep()).toBe(1);
      expect(await engine.tasks.get(id)).toMatchObject({ status: 'submitted', attempt: 1, epoch: 2, error: { code: 'attempt_timeout' } });
      await engine.claim();
      await harness.sql(`UPDATE tasks SET deadline_at = app_now() - interval '1 min'`); // which clock the claim saw depends on its connection
      expect(await later.scheduler.sweep()).toBe(1);
      expect(await later.scheduler.sweep()).toBe(0);
    } finally {
      await unskew();
    }
    expect(await engine.tasks.get(id)).toMatchObject({
      status: 'timeout',
      attempt: 2,
      error: { class: 'timeout', message: 'attempt 2 ran longer than 1800000 ms' },
    });
    expect((await harness.transitions(id)).slice(1)).toEqual([
      'claim > running',
      'time_out > submitted',
      'claim > running',
      'time_out > timeout',
    ]);
  });

  it('ends expired tasks in every live status, and no other task', async () => {
    const engine = await start();
    const ended = await put(engine, 'completed', 'short-lived');
    const mortal = [];
    for (const status of [...LIVE].reverse()) mortal.push(await put(engine, status, 'short-lived'));
    const immortal = await put(engine, 'submitted');
    expect(await engine.scheduler.sweep()).toBe(0);
    const later = await skewed('2 minutes');
    try {
      expect(await later.scheduler.sweep()).toBe(LIVE.length);
    } finally {
      await unskew();
    }
    for (const id of mortal) expect(await engine.tasks.get(id)).toMatchObject({ status: 'timeout', error: { code: 'task_expired' } });
    expect([(await engine.tasks.get(ended)).status, (await engine.tasks.get(immortal)).status]).toEqual(['completed', 'submitted']);
  });

  it('does nothing when the clock of the database falls back', async () => {
    const engine = await start();
    for (const status of LIVE) await put(engine, status, 'short-lived');
    const earlier = await skewed('-1 day');
    try {
      expect([await earlier.scheduler.sweep(), await earlier.scheduler.promote(), await earlier.scheduler.rescue()]).toEqual([0, 0, 0]);
    } finally {
      await unskew();
    }
  });

  it('notifies the owner, whose handler sees its signal', async () => {
    const reasons: string[] = [];
    const deaf = {
      name: 'deaf',
      handle: ({ signal }: TaskContext) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            reasons.push((signal.reason as Error).message);
            resolve('too late');
          });
        }),
    };
    const [worker, sweeper] = await Promise.all([harness.start({ handlers: [deaf], slots: 1 }), start()]);
    const id = await worker.submit('deaf', {}, { maxAttempts: 1 });
    await waitFor(async () => worker.pool.status()[0]?.running === 1, { what: 'the attempt' });
    await harness.sql(`UPDATE tasks SET deadline_at = app_now() - interval '1 min'`);
    expect(await sweeper.scheduler.sweep()).toBe(1);
    await waitFor(async () => worker.pool.status()[0]?.running === 0, { what: 'a free slot', timeoutMs: 1_000 });
    expect(reasons).toEqual(['the attempt was stopped: cancelled']);
    expect(await worker.tasks.get(id)).toMatchObject({ status: 'timeout', result: null });
  });
});
