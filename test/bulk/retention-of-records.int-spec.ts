import { afterEach, describe, expect, it } from '@jest/globals';
import { BatchService } from '../../src/tasks/batches/batch.service.ts';
import { TASK_CLEANUP } from '../../src/tasks/retention/cleanup.handler.ts';
import { EventDispatcher } from '../../src/results/webhooks/event-dispatcher.ts';
import { CleanerLoop } from '../../src/engine/maintenance/cleaner-loop.ts';
import { RetentionService } from '../../src/engine/maintenance/retention.service.ts';
import { type Engine, useEngines } from '../support/engine.ts';
import { withoutTriggers } from '../support/without-triggers.ts';
import { idOf, useEndedTasks } from './ended-tasks.ts';

const harness = useEngines();
const { start, age, old, remaining, rowsOf } = useEndedTasks(harness);

const NEVER = new AbortController().signal;

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
