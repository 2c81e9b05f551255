import { describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { BatchService } from '../../src/tasks/batches/batch.service.ts';
import { TASK_CLEANUP } from '../../src/tasks/retention/cleanup.handler.ts';
import { RetentionService } from '../../src/engine/maintenance/retention.service.ts';
import { CLEAR_KEYS, deleteDetails, deleteEnded } from '../../src/engine/maintenance/retention.sql.ts';
import { FIRST_ID } from '../../src/engine/sweep-pages.ts';
import { useEngines } from '../support/engine.ts';
import { rowsRead } from '../support/rows-read.ts';
import { waitFor } from '../support/wait-for.ts';
import { withoutTriggers } from '../support/without-triggers.ts';
import { idOf, useEndedTasks } from './ended-tasks.ts';

const harness = useEngines();
const { start, age, old, remaining, rowsOf } = useEndedTasks(harness);

const NEVER = new AbortController().signal;

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
