import { afterEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { BatchService } from '../../src/tasks/batches/batch.service.ts';
import { TASK_CLEANUP } from '../../src/tasks/retention/cleanup.handler.ts';
import { EventDispatcher } from '../../src/results/events/event-dispatcher.ts';
import { CleanerLoop } from '../../src/engine/maintenance/cleaner-loop.ts';
import { RetentionService } from '../../src/engine/maintenance/retention.service.ts';
import { CLEAR_KEYS, deleteDetails, deleteEnded } from '../../src/engine/maintenance/retention.sql.ts';
import { FIRST_ID } from '../../src/engine/sweep-pages.ts';
import { type Engine, useEngines } from '../support/engine.ts';
import { rowsRead } from '../support/rows-read.ts';
import { waitFor } from '../support/wait-for.ts';
import { withoutTriggers } from '../support/without-triggers.ts';

const harness = useEngines();

const DAY_MS = 86_400_000;
const NEVER = new AbortController().signal;
const TABLES = ['tasks', 'task_audit', 'task_logs', 'task_steps', 'task_dependencies'] as const;

const talkative = {
  name: 'talkative',
  options: { maxAttempts: 1 },
  handle: async (context: {
    log: { info(text: string): void };
    checkpoint(step: string, inputs: unknown, work: () => Promise<unknown>): Promise<unknown>;
  }) => {
    context.log.info('hello');
    await context.checkpoint('only', null, () => Promise.resolve(1));
  },
};

async function start(settings: Record<string, string> = {}, more = {}): Promise<Engine> {
  return harness.start({ handlers: [talkative], settings, ...more });
}

const idOf = (days: number): string => uuidv7({ msecs: Date.now() - days * DAY_MS });

/** Tasks that ended so long ago, as if the clock had been turned back for them. */
async function old(engine: Engine, days: number, count = 1, more: object = {}): Promise<string[]> {
  const ids = Array.from({ length: count }, () => idOf(days)).sort();
  await engine.tasks.submitMany(ids.map((id) => ({ id, name: 'talkative', createdBy: 'test', trigger: 'api' as const, ...more })));
  await engine.tasks.cancelByIds(ids, 'test');
  await age(ids, days);
  return ids;
}

function age(ids: readonly string[], days: number): Promise<unknown> {
  const turned = ['created_at', 'terminal_at'].map((column) => `${column} = ${column} - ${days} * interval '1 day'`);
  return withoutTriggers(harness.sql, `UPDATE tasks SET ${turned.join()} WHERE id = ANY ('{${ids.join()}}')`);
}

async function remaining(): Promise<string[]> {
  return (await harness.sql<{ id: string }>('SELECT id FROM tasks ORDER BY id')).map(({ id }) => id);
}

async function rowsOf(id: string): Promise<Record<string, number>> {
  const counts = TABLES.map(
    (table) => `(SELECT count(*)::int FROM ${table} WHERE ${table === 'tasks' ? 'id' : 'task_id'} = $1) AS ${table}`,
  );
  return ((await harness.sql(`SELECT ${counts.join()}`, [id])) as [Record<string, number>])[0];
}

describe('the cleaner', () => {
  it('deletes tasks that ended longer ago than the setting, with all their rows', async () => {
    const engine = await start({}, { slots: 1 });
    const id = idOf(31);
    await engine.submit('talkative', {}, { id });
    await engine.ended(id);
    await age([id], 31);
    expect(await rowsOf(id)).toEqual({ tasks: 1, task_audit: 3, task_logs: 1, task_steps: 1, task_dependencies: 0 });
    const [young = ''] = await old(engine, 29);
    expect(await engine.get(RetentionService).sweep(NEVER)).toBe(1);
    expect(await rowsOf(id)).toEqual({ tasks: 0, task_audit: 0, task_logs: 0, task_steps: 0, task_dependencies: 0 });
    expect(await remaining()).toEqual([young]);
    // the worker may finish before the cancellation, which changes the number of transitions
    expect((await rowsOf(young)).task_audit).toBeGreaterThanOrEqual(2);
  });

  it('counts from the end of a task, not from its start', async () => {
    const engine = await start();
    const [id = ''] = await old(engine, 40);
    await withoutTriggers(harness.sql, `UPDATE tasks SET terminal_at = app_now() - interval '29 days' WHERE id = '${id}'`);
    expect(await engine.get(RetentionService).sweep(NEVER)).toBe(0);
  });

  it('keeps everything with TASK_RETENTION_DAYS=0', async () => {
    const engine = await start({ TASK_RETENTION_DAYS: '0' });
    await old(engine, 4_000);
    expect(await engine.get(RetentionService).sweep(NEVER)).toBe(0);
    expect(await remaining()).toHaveLength(1);
  });

  it('never deletes a task that has not ended, of any age', async () => {
    const engine = await start();
    const id = await engine.submit('talkative', {}, { id: idOf(100) });
    await harness.sql(`UPDATE tasks SET created_at = created_at - interval '100 days' WHERE id = $1`, [id]);
    expect(await engine.get(RetentionService).sweep(NEVER)).toBe(0);
    expect(await remaining()).toEqual([id]);
  });

  it('keeps the dependencies of a waiting task until that has ended too', async () => {
    const engine = await start();
    const first = idOf(31);
    await engine.submit('talkative', {}, { id: first });
    const second = await engine.submit(
      'talkative',
      {},
      { dependsOn: [first, await engine.submit('talkative')], onDependencyFailure: 'run' },
    );
    await engine.tasks.cancelByIds([first], 'test');
    await age([first], 31);
    expect(await engine.get(RetentionService).count(30 * 86_400)).toEqual({ awaited: 1 });
    expect(await engine.get(RetentionService).sweep(NEVER)).toBe(0);
    await engine.tasks.cancelByIds([second], 'test');
    expect(await engine.get(RetentionService).sweep(NEVER)).toBe(1);
    expect(await harness.sql('SELECT FROM task_dependencies WHERE depends_on = $1', [first])).toEqual([]);
  });

  it('keeps tasks that rows of another module reference, and those rows', async () => {
    const engine = await start();
    const [kept = '', gone = ''] = await old(engine, 31, 2);
    await harness.sql(`INSERT INTO accounts (id, name, platform) VALUES ($1, 'a', 'blog')`, [uuidv7()]);
    await harness.sql(
      `INSERT INTO content_generation (id, task_id, account_id, created_at, updated_at) SELECT $1, 'task-1', id, now(), now() FROM accounts`,
      [kept],
    );
    try {
      expect(await engine.get(RetentionService).count(30 * 86_400)).toEqual({ eligible: 1, referenced: 1 });
      expect(await engine.get(RetentionService).sweep(NEVER)).toBe(1);
      expect(await remaining()).toEqual([kept]);
      expect(await rowsOf(kept)).toMatchObject({ task_audit: 2 });
      expect(await harness.sql('SELECT id FROM content_generation')).toEqual([{ id: kept }]);
      expect(gone).not.toBe('');
    } finally {
      await harness.sql('DELETE FROM content_generation');
      await harness.sql('DELETE FROM accounts');
    }
  });

  it('works through any number in batches, concurrently with another cleaner', async () => {
    const engine = await start();
    const ids = await old(engine, 31, 1_700);
    const [kept = ''] = await old(engine, 1);
    const other = await start();
    const counts = await Promise.all([engine, other].map((from) => from.get(RetentionService).sweep(NEVER)));
    expect(counts[0]! + counts[1]!).toBe(ids.length);
    expect(await remaining()).toEqual([kept]);
    expect(await harness.sql('SELECT DISTINCT task_id FROM task_audit')).toEqual([{ task_id: kept }]);
  });

  it('reads at most 2,000 rows in a statement, and deletes the old task behind a first page of kept ones', async () => {
    const engine = await start();
    const retention = engine.get(RetentionService);
    const kept = await old(engine, 33, 2_100);
    const [gone = ''] = await old(engine, 32);
    await harness.sql(`INSERT INTO accounts (id, name, platform) VALUES ($1, 'a', 'blog')`, [uuidv7()]);
    await harness.sql(
      `INSERT INTO content_generation (id, task_id, account_id, created_at, updated_at)
       SELECT k, k::text, a.id, now(), now() FROM accounts a, unnest($1::uuid[]) k`,
      [kept],
    );
    // A plan for a large table: PostgreSQL would read a table of 2,101 rows as a whole.
    const largePlans = (value: string) =>
      harness.sql(`SET enable_seqscan = ${value}; SET enable_bitmapscan = ${value}; SET enable_sort = ${value}`);
    await harness.sql('ANALYZE tasks, content_generation');
    await largePlans('off');
    try {
      const references = await retention.references();
      for (const statement of [deleteEnded(references), deleteDetails(references)]) {
        expect(await rowsRead(harness.sql, statement, [30 * 86_400, FIRST_ID])).toBeLessThanOrEqual(2_000);
      }
      expect(await rowsRead(harness.sql, CLEAR_KEYS, [86_400, FIRST_ID])).toBeLessThanOrEqual(2_000);
      expect(await retention.deletePage(30 * 86_400, FIRST_ID, references)).toEqual({ deleted: 0, next: kept[1_999] });
      expect(await retention.sweep(NEVER)).toBe(1);
      expect(await remaining()).toEqual(kept);
      expect(gone).not.toBe('');
    } finally {
      await largePlans('on');
      await harness.sql('DELETE FROM content_generation');
      await harness.sql('DELETE FROM accounts');
    }
  });

  it('stops on its signal', async () => {
    const engine = await start();
    await old(engine, 31, 1_200);
    const stopping = new AbortController();
    const sweeping = engine.get(RetentionService).sweep(stopping.signal);
    stopping.abort();
    await sweeping.catch(() => undefined);
    expect((await remaining()).length).toBeGreaterThanOrEqual(700);
  });

  it('skips a task that an operator is retrying', async () => {
    const engine = await start();
    const [id = ''] = await old(engine, 31);
    await harness.sql('BEGIN');
    await harness.sql('SELECT FROM tasks WHERE id = $1 FOR NO KEY UPDATE', [id]);
    expect(await engine.get(RetentionService).sweep(NEVER)).toBe(0);
    await harness.sql('COMMIT');
    await engine.tasks.retry(id, {}, 'operator');
    expect(await engine.get(RetentionService).sweep(NEVER)).toBe(0);
    expect(await remaining()).toEqual([id]);
  });

  it('deletes finished batches once none of their tasks is left', async () => {
    const engine = await start();
    const batches = engine.get(BatchService);
    const submitter = { createdBy: 'key-1', idempotencyKey: null };
    const { batch } = await batches.submit({ name: 'old', tasks: [{ taskName: 'talkative' }] }, submitter);
    const { batch: open } = await batches.submit({ name: 'open', tasks: [{ taskName: 'talkative' }] }, submitter);
    await batches.cancel(batch.batchId, 'operator');
    await harness.sql(`UPDATE task_batches SET done_at = done_at - interval '31 days', created_at = created_at - interval '31 days'`);
    await engine.get(RetentionService).sweep(NEVER);
    expect(await batches.get(batch.batchId)).toMatchObject({ name: 'old' });
    await harness.sql('UPDATE task_batches SET done_at = NULL WHERE id = $1', [open.batchId]);
    await harness.sql('DELETE FROM task_audit WHERE task_id = $1', [batch.items[0]?.executionId]);
    await harness.sql('DELETE FROM tasks WHERE id = $1', [batch.items[0]?.executionId]);
    await engine.get(RetentionService).sweep(NEVER);
    await expect(batches.get(batch.batchId)).rejects.toMatchObject({ code: 'batch_not_found' });
    expect(await batches.get(open.batchId)).toMatchObject({ name: 'open' });
  });

  it('is a loop of the scheduler', async () => {
    const maker = await start();
    await old(maker, 31);
    await start({}, { loops: true });
    const empty = await waitFor(async () => (await remaining()).length === 0, { what: 'the cleaner' });
    expect(empty).toBe(true);
  });
});

describe('details of tasks that other records need', () => {
  const details = async (id: string) => {
    const { tasks, task_audit, task_logs, task_steps } = await rowsOf(id);
    const [files] = await harness.sql<{ n: number }>('SELECT count(*)::int AS n FROM task_artifacts WHERE task_id = $1', [id]);
    return { tasks, task_audit, task_logs, task_steps, files: files?.n };
  };
  const WHOLE = { tasks: 1, task_audit: 3, task_logs: 1, task_steps: 1, files: 1 };
  const TRIMMED = { tasks: 1, task_audit: 3, task_logs: 0, task_steps: 0, files: 0 };
  const view = (id: string) => harness.sql('SELECT status, result, completed_at FROM content_generation_tasks WHERE id = $1', [id]);

  /** A completed task behind a record of the content module, with a log line, a checkpoint and a file. */
  async function referenced(engine: Engine, days: number): Promise<string> {
    const id = idOf(days);
    await engine.submit('talkative', {}, { id });
    await engine.ended(id);
    await age([id], days);
    await harness.sql(
      `INSERT INTO task_artifacts (task_id, lease_epoch, name, attempt, bytes, content, created_at) VALUES ($1, 1, 'a', 1, 1, 'x', now())`,
      [id],
    );
    await harness.sql(
      `INSERT INTO accounts (id, name, platform) VALUES ('00000000-0000-7000-8000-000000000001', 'a', 'blog') ON CONFLICT DO NOTHING`,
    );
    await harness.sql(
      `INSERT INTO content_generation (id, task_id, account_id, created_at, updated_at) SELECT $1::uuid, $1::text, id, now(), now() FROM accounts`,
      [id],
    );
    return id;
  }

  afterEach(async () => {
    await harness.sql('DELETE FROM content_generation');
    await harness.sql('DELETE FROM accounts');
    await harness.sql('DELETE FROM task_artifacts');
  });

  it('are deleted by age, while the row, its audit and the view stay unchanged', async () => {
    const engine = await start({}, { slots: 1 });
    const [id, young] = [await referenced(engine, 31), await referenced(engine, 29)];
    const before = [await view(id), await harness.sql('SELECT * FROM tasks WHERE id = $1', [id])];
    expect([await details(id), await details(young)]).toEqual([WHOLE, WHOLE]);
    expect(await engine.get(RetentionService).sweep(NEVER)).toBe(0);
    expect([await details(id), await details(young)]).toEqual([TRIMMED, WHOLE]);
    expect([await view(id), await harness.sql('SELECT * FROM tasks WHERE id = $1', [id])]).toEqual(before);
  });

  it('are deleted after TASK_DETAILS_RETENTION_DAYS, when that is set', async () => {
    const engine = await start({ TASK_DETAILS_RETENTION_DAYS: '7' }, { slots: 1 });
    const [id, young] = [await referenced(engine, 8), await referenced(engine, 6)];
    const alone = idOf(8);
    await engine.submit('talkative', {}, { id: alone });
    await engine.ended(alone);
    await age([alone], 8);
    await engine.get(RetentionService).sweep(NEVER);
    expect([await details(id), await details(young)]).toEqual([TRIMMED, WHOLE]);
    expect(await details(alone)).toEqual({ ...WHOLE, files: 0 }); // the whole task is deleted after TASK_RETENTION_DAYS
  });

  it.each(['TASK_DETAILS_RETENTION_DAYS', 'TASK_RETENTION_DAYS'])('are kept with %s=0', async (name) => {
    const engine = await start({ [name]: '0' }, { slots: 1 });
    const id = await referenced(engine, 4_000);
    await engine.get(RetentionService).sweep(NEVER);
    expect(await details(id)).toEqual(WHOLE);
  });

  it('are kept while the task is being retried', async () => {
    const engine = await start({}, { slots: 1 });
    const id = await referenced(engine, 31);
    await harness.sql('BEGIN');
    await harness.sql('SELECT FROM tasks WHERE id = $1 FOR NO KEY UPDATE', [id]);
    await engine.get(RetentionService).sweep(NEVER);
    await harness.sql('COMMIT');
    expect(await details(id)).toEqual(WHOLE);
  });

  it('are deleted by a clean-up of an operator, which counts them', async () => {
    const engine = await start({}, { slots: { default: 1, operations: 1 } });
    const id = await referenced(engine, 10);
    const cleanup = await engine.ended(await engine.submit(TASK_CLEANUP, { olderThan: 'P7D' }));
    expect(cleanup).toMatchObject({
      status: 'completed',
      result: { matched: 1, deleted: 0, detailsDeleted: 1, skipped: { referenced: 1 } },
    });
    expect(await details(id)).toEqual(TRIMMED);
  });
});

describe('events', () => {
  const write = (days: number, count = 1) =>
    harness.sql(
      `WITH event AS (
         INSERT INTO events (id, aggregate_type, aggregate_id, type, payload, created_at)
         SELECT uuid_v7(at), 'content', gen_random_uuid(), 'content.created', '{}', at
         FROM (SELECT now() - $1 * interval '1 day' AS at FROM generate_series(1, $2)) s
         RETURNING id, created_at)
       INSERT INTO deliveries (event_id, endpoint_id, created_at) SELECT e.id, n.id, e.created_at FROM event e CROSS JOIN event_endpoints n`,
      [days, count],
    );
  const left = async () => (await harness.sql<{ n: number }>('SELECT count(*)::int AS n FROM events'))[0]?.n;

  it('are deleted after EVENT_RETENTION_DAYS, delivered or not, in pages of 500, and their deliveries with them', async () => {
    const engine = await start({ EVENT_RETENTION_DAYS: '7' });
    await harness.sql(`INSERT INTO event_endpoints (id, name, url) VALUES (gen_random_uuid(), 'hook', 'https://example.org/')`);
    await write(8, 1_100);
    await write(6, 3);
    await engine.get(EventDispatcher).dispatch();
    await engine.get(CleanerLoop).clean(NEVER);
    expect(await left()).toBe(3);
    expect(await harness.sql('SELECT count(*)::int AS n FROM deliveries')).toEqual([{ n: 3 }]);
  });

  it('are all kept with EVENT_RETENTION_DAYS=0', async () => {
    const engine = await start({ EVENT_RETENTION_DAYS: '0' });
    await write(4_000);
    await engine.get(CleanerLoop).clean(NEVER);
    expect(await left()).toBe(1);
  });

  it('keep the task of a delivery as long as the delivery', async () => {
    const engine = await start({ EVENT_RETENTION_DAYS: '60' });
    const [kept = '', free = ''] = await old(engine, 31, 2);
    await harness.sql(`INSERT INTO event_endpoints (id, name, url) VALUES (gen_random_uuid(), 'hook', 'https://example.org/')`);
    await write(31);
    await harness.sql('UPDATE deliveries SET task_id = $1', [kept]);
    expect(await engine.get(RetentionService).sweep(NEVER)).toBe(1);
    expect(await remaining()).toEqual([kept]);
    expect(free).not.toBe(kept);
  });
});

describe('batches', () => {
  const submitter = { createdBy: 'key-1', idempotencyKey: null };

  it('are deleted when the last of their tasks is old, although a record keeps that task', async () => {
    const engine = await start();
    const batches = engine.get(BatchService);
    const made = await Promise.all(
      ['kept by a record', 'young'].map(
        async (name) => (await batches.submit({ name, tasks: [{ taskName: 'talkative' }] }, submitter)).batch,
      ),
    );
    const [old, young] = made.map(({ batchId, items }) => ({ batchId, task: items[0]?.executionId ?? '' }));
    for (const { batchId } of made) await batches.cancel(batchId, 'operator');
    await harness.sql(`UPDATE task_batches SET done_at = done_at - interval '31 days'`);
    // The id of the task is young, so the sweep does not look at it: it is kept like a task that a record needs.
    await age([old?.task ?? ''], 31);
    await engine.get(RetentionService).sweep(NEVER);
    await expect(batches.get(old?.batchId ?? '')).rejects.toMatchObject({ code: 'batch_not_found' });
    expect(await batches.get(young?.batchId ?? '')).toMatchObject({ name: 'young' });
    expect((await remaining()).sort()).toEqual([old?.task ?? '', young?.task ?? ''].sort());
  });
});

describe('idempotency keys', () => {
  it('are deleted after a day, and valid until then', async () => {
    const engine = await start();
    const [id = ''] = await old(engine, 2, 1, { idempotencyKey: 'k-1' });
    const [young = ''] = await old(engine, 0, 1, { idempotencyKey: 'k-2' });
    await engine.get(RetentionService).sweep(NEVER);
    expect(await harness.sql('SELECT id, idempotency_key AS key, request_hash IS NULL AS none FROM tasks ORDER BY id')).toEqual([
      { id, key: null, none: true },
      { id: young, key: 'k-2', none: false },
    ]);
    const again = await engine.tasks.submit({ name: 'talkative', createdBy: 'test', trigger: 'api', idempotencyKey: 'k-1' });
    const repeated = await engine.tasks.submit({ name: 'talkative', createdBy: 'test', trigger: 'api', idempotencyKey: 'k-2' });
    expect([again.replayed, repeated.replayed, repeated.id]).toEqual([false, true, young]);
  });

  it('are deleted page by page, and each age once', async () => {
    const engine = await start({ IDEMPOTENCY_RETENTION_HOURS: '12' });
    const ids = Array.from({ length: 1_100 }, () => idOf(1)).sort();
    await engine.tasks.submitMany(
      ids.map((id) => ({ id, name: 'talkative', createdBy: 'test', trigger: 'api' as const, idempotencyKey: id })),
    );
    await harness.sql(`UPDATE tasks SET created_at = created_at - interval '1 day'`);
    const keys = () => harness.sql('SELECT count(idempotency_key)::int AS keys FROM tasks');
    await engine.get(RetentionService).sweep(NEVER);
    expect(await keys()).toEqual([{ keys: 0 }]);
    await harness.sql(`UPDATE tasks SET idempotency_key = 'again', request_hash = '\\x00' WHERE id = $1`, [ids[0]]);
    await engine.get(RetentionService).sweep(NEVER);
    expect(await keys()).toEqual([{ keys: 1 }]);
  });

  it('are deleted later from a task that was locked, or written some time after its id was made', async () => {
    const engine = await start();
    const ids = [...(await old(engine, 4, 1, { idempotencyKey: 'k-1' })), ...(await old(engine, 3, 1, { idempotencyKey: 'k-2' }))];
    await old(engine, 2, 1, { idempotencyKey: 'k-3' });
    const createdAt = (time: string) => withoutTriggers(harness.sql, `UPDATE tasks SET created_at = ${time} WHERE id = '${ids[0]}'`);
    await createdAt('app_now()');
    const keys = async () =>
      (await harness.sql<{ id: string }>('SELECT id FROM tasks WHERE idempotency_key IS NOT NULL ORDER BY id')).map(({ id }) => id);
    await harness.sql('BEGIN');
    await harness.sql('SELECT FROM tasks WHERE id = $1 FOR NO KEY UPDATE', [ids[1]]);
    await engine.get(RetentionService).sweep(NEVER);
    await harness.sql('COMMIT');
    expect(await keys()).toEqual(ids);
    await createdAt(`app_now() - interval '2 days'`);
    await engine.get(RetentionService).sweep(NEVER);
    expect(await keys()).toEqual([]);
  });

  it('of batches are deleted too', async () => {
    const engine = await start();
    const submit = () =>
      engine.get(BatchService).submit({ name: 'x', tasks: [{ taskName: 'talkative' }] }, { createdBy: 'key-1', idempotencyKey: 'k' });
    await submit();
    expect((await submit()).replayed).toBe(true);
    await harness.sql(`UPDATE task_batches SET created_at = created_at - interval '25 hours'`);
    await engine.get(RetentionService).sweep(NEVER);
    expect((await submit()).replayed).toBe(false);
  });
});

describe('a manual clean-up', () => {
  it('deletes what its preview counted, as an execution with a receipt', async () => {
    const engine = await start({}, { slots: { operations: 1 } });
    await old(engine, 10, 1_050);
    const [young = ''] = await old(engine, 3);
    expect(await engine.get(RetentionService).count(7 * 86_400)).toEqual({ eligible: 1_050 });
    const id = await engine.submit(TASK_CLEANUP, { olderThan: 'P7D' });
    const task = await engine.ended(id);
    expect(task).toMatchObject({
      status: 'completed',
      progress: 100,
      result: { matched: 1_050, eligible: 1_050, deleted: 1_050, detailsDeleted: 0, skipped: {} },
    });
    expect(await remaining()).toEqual([young, id].sort());
    expect((await engine.logs.lines([id], 0, { lines: 10, bytes: 100_000 })).map(({ message }) => message)).toEqual([
      '1050 of 1050 eligible',
      '500 of 1050 deleted',
      '1000 of 1050 deleted',
      '1050 of 1050 deleted',
    ]);
  });
});
