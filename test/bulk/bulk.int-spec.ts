import { describe, expect, it } from '@jest/globals';
import { randomInt } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { isTerminal } from '../../src/core/task/states.ts';
import { BatchService } from '../../src/tasks/batches/batch.service.ts';
import { BULK_OPERATION, type BulkResult } from '../../src/tasks/bulk/bulk-operation.handler.ts';
import type { BulkRequest } from '../../src/tasks/bulk/bulk.dto.ts';
import { type BulkPage, BulkService } from '../../src/tasks/bulk/bulk.service.ts';
import { LAST_ID } from '../../src/engine/sweep-pages.ts';
import { PagedOperation } from '../../src/tasks/bulk/paged-operation.ts';
import { type Engine, OTHER_OWNER } from '../support/engine.ts';
import { waitFor } from '../support/wait-for.ts';
import { fill, later, perform, preview, submit, useBulkEngines } from './bulk-engine.ts';

const { harness, start, statuses } = useBulkEngines();

describe('a bulk operation', () => {
  it('cancels 10,000 tasks by 20 statements, with progress, a log and the name of the operator', async () => {
    const engine = await start();
    await fill(engine, 10_000);
    const id = await submit(engine, { action: 'cancel', filter: { taskName: ['quick'] } });
    const seen = new Set<number>();
    const task = await waitFor(
      async () => {
        const row = await engine.tasks.get(id);
        if (row.progress !== null) seen.add(row.progress);
        return isTerminal(row.status) && row;
      },
      { what: 'the end of the operation' },
    );
    expect(task).toMatchObject({ status: 'completed', result: { matched: 10_000, eligible: 10_000, done: 10_000, skipped: {} } });
    expect([...seen].some((percent) => percent > 0 && percent < 100)).toBe(true);
    expect(await statuses()).toEqual({ cancelled: 10_000 });
    const statements = await harness.sql(`SELECT count(DISTINCT xmin::text)::int AS n FROM task_audit WHERE reason = 'cancel'`);
    expect(statements).toEqual([{ n: 20 }]);
    const actors = await harness.sql(`SELECT DISTINCT actor FROM task_audit WHERE reason = 'cancel'`);
    expect(actors).toEqual([{ actor: `operator (bulk ${id})` }]);
    expect(await harness.sql(`SELECT actor FROM task_audit WHERE task_id = $1 AND reason = 'submit'`, [id])).toEqual([
      { actor: 'operator' },
    ]);
    const lines = await engine.logs.lines([id], 0, { lines: 100, bytes: 100_000 });
    expect(lines.map(({ message }) => message)).toEqual([
      '10000 of 10000 eligible',
      ...Array.from({ length: 20 }, (_, i) => `${(i + 1) * 500} of 10000 done`),
      '10000 of 10000 done', // the empty page at the end
    ]);
  });

  it('affects only tasks that existed when it was submitted', async () => {
    const engine = await start({ slots: undefined });
    await fill(engine, 5);
    const id = await submit(engine, { action: 'cancel', filter: { taskName: ['quick'] } });
    const after = await fill(engine, 5);
    const done = await start();
    expect((await done.ended(id)).result).toMatchObject({ matched: 5, done: 5 });
    expect([...(await engine.tasks.getMany(after)).values()].map(({ status }) => status)).toEqual(Array(5).fill('submitted'));
  });

  it('counts durations from its submission by the clock of the database', async () => {
    const engine = await start();
    await fill(engine, 2);
    const id = uuidv7({ msecs: Date.now() + 86_400_000 });
    await engine.submit(BULK_OPERATION, { action: 'cancel', filter: { taskName: ['quick'], since: 'PT1H' } }, { id });
    expect((await engine.ended(id)).result).toMatchObject({ matched: 2, done: 2 });
  });

  it('retries only tasks that had ended when it was submitted', async () => {
    const engine = await start({ slots: undefined });
    const [before = '', after = ''] = await fill(engine, 2);
    await engine.tasks.cancelByIds([before], 'me');
    const id = await submit(engine, { action: 'retry', filter: { taskName: ['quick'] } });
    await engine.tasks.cancelByIds([after], 'me');
    const worker = await start();
    expect((await worker.ended(id)).result).toEqual({ action: 'retry', matched: 2, eligible: 1, done: 1, skipped: { not_finished: 1 } });
    expect(await engine.tasks.get(after)).toMatchObject({ status: 'cancelled', generation: 1 });
  });

  it('notifies the owners of running tasks at once', async () => {
    const engine = await start({ slots: { default: 5, operations: 1 } });
    const ids = await fill(engine, 5, 'slow');
    await waitFor(async () => ((await statuses()).running ?? 0) === 5, { what: 'five to run' });
    expect(await perform(engine, { action: 'cancel', ids })).toMatchObject({ done: 5 });
    await waitFor(async () => Promise.resolve(engine.pool.status().find(({ queue }) => queue === 'default')?.running === 0), {
      what: 'their slots to be free',
      timeoutMs: 3_000,
    });
  });

  it('retries failed tasks once: those that fail again in between are not retried again', async () => {
    const engine = await start({ slots: { default: 20, operations: 1 } });
    await fill(engine, 1_200, 'quick', { params: { fail: true } });
    await waitFor(async () => ((await statuses()).failed ?? 0) === 1_200, { what: 'all to fail' });
    const result = await perform(engine, { action: 'retry', filter: { status: ['failed'] } });
    expect(result).toEqual({ action: 'retry', matched: 1_200, eligible: 1_200, done: 1_200, skipped: {} });
    await waitFor(async () => ((await statuses()).failed ?? 0) === 1_200, { what: 'all to fail again' });
    expect(await harness.sql(`SELECT DISTINCT generation FROM tasks WHERE name = 'quick'`)).toEqual([{ generation: 2 }]);
  });

  it('reprioritises waiting tasks: they are claimed first, and their audit has no new row', async () => {
    const engine = await start();
    const [first = '', second = ''] = await fill(engine, 2);
    const [waiting = ''] = await fill(engine, 1, 'quick', { runAt: later });
    const result = await perform(engine, { action: 'reprioritise', priority: 10, ids: [second, waiting] });
    expect(result).toMatchObject({ matched: 2, eligible: 2, done: 2 });
    expect((await engine.claim()).id).toBe(second);
    expect((await engine.claim()).id).toBe(first);
    expect(await harness.transitions(waiting)).toEqual(['submit > pending']);
    const [rank] = await harness.sql(`SELECT run_at - rank = interval '600 s' AS ten_levels, priority, version FROM tasks WHERE id = $1`, [
      waiting,
    ]);
    expect(rank).toEqual({ ten_levels: true, priority: 10, version: 1 });
  });

  it('processes dependent tasks before their dependencies, so that a chain of two pages is cancelled one by one', async () => {
    const engine = await start();
    const tasks = Array.from({ length: 1_000 }, (_, i) => ({ ref: `t${i}`, taskName: 'quick', dependsOn: i < 999 ? [`t${i + 1}`] : [] }));
    const submitter = { createdBy: 'key-1', idempotencyKey: null };
    const { batchId } = (await engine.get(BatchService).submit({ name: 'chain', tasks }, submitter)).batch;
    const request: BulkRequest = { action: 'cancel', filter: { batchId, status: ['pending', 'submitted'] } };
    const before = await preview(engine, request);
    expect(before.eligible).toBe(1_000);
    expect(await perform(engine, request)).toEqual({ action: 'cancel', ...before, done: 1_000 });
    expect(await harness.sql(`SELECT reason, count(*)::int AS n FROM task_audit WHERE to_status = 'cancelled' GROUP BY 1`)).toEqual([
      { reason: 'cancel', n: 1_000 },
    ]);
  });

  it('is cancelled between two pages', async () => {
    const engine = await start();
    await fill(engine, 20_000);
    const id = await submit(engine, { action: 'cancel', filter: { taskName: ['quick'] } });
    await waitFor(async () => ((await engine.tasks.get(id)).progress ?? 0) > 0, { what: 'its first page' });
    await engine.tasks.cancelByIds([id], 'bob');
    const { cancelled: atOnce = 0 } = await statuses();
    expect(atOnce % 500).toBe(0);
    expect(atOnce).toBeLessThan(20_000);
    await waitFor(async () => Promise.resolve(engine.pool.status().every(({ running }) => running === 0)), { what: 'its worker to stop' });
    expect((await statuses()).cancelled).toBe(atOnce);
    expect((await engine.tasks.get(id)).status).toBe('cancelled');
  });

  it('continues after its worker drains, and counts everything once', async () => {
    const first = await start();
    await fill(first, 10_000);
    const id = await submit(first, { action: 'cancel', filter: { taskName: ['quick'] } });
    await waitFor(async () => ((await first.tasks.get(id)).progress ?? 0) > 0, { what: 'its first page' });
    await first.close();
    const [{ pages } = { pages: 0 }] = await harness.sql<{ pages: number }>(
      `SELECT count(*)::int AS pages FROM task_steps WHERE step = 'page'`,
    );
    expect(pages).toBeGreaterThan(0);
    expect(pages).toBeLessThan(21);
    const second = await start();
    expect((await second.ended(id)).result).toEqual({
      action: 'cancel',
      matched: 10_000,
      eligible: 10_000,
      done: 10_000,
      skipped: {},
    });
    expect(await statuses()).toEqual({ cancelled: 10_000 });
  });

  const CANCEL_QUICK: BulkRequest = { action: 'cancel', filter: { taskName: ['quick'] } };

  /** The pages of an operation, as its handler processes them. */
  async function runPages(
    engine: Engine,
    id: string,
    onPage: (page: BulkPage) => void,
    signal = new AbortController().signal,
  ): Promise<void> {
    const bulk = engine.get(BulkService);
    const operation = await bulk.operationOf(id);
    await engine
      .get(PagedOperation)
      .run({ id, signal }, LAST_ID, (executor, below) => bulk.act(CANCEL_QUICK, operation, executor, below), onPage);
  }

  it('continues after its worker is killed', async () => {
    const dead = await start({ slots: undefined });
    await fill(dead, 1_200);
    const id = await submit(dead, CANCEL_QUICK);
    await dead.claimTasks('operations', 1, OTHER_OWNER, 15);
    const killed = new AbortController();
    await expect(runPages(dead, id, () => killed.abort(new Error('killed')), killed.signal)).rejects.toThrow('killed');
    expect((await statuses()).cancelled).toBe(500);
    await harness.sql(`UPDATE tasks SET lease_expires_at = app_now() - interval '1 s' WHERE id = $1`, [id]);
    await dead.maintenance.rescue(await dead.maintenance.expiredLeases(), 'rescuer');
    const alive = await start();
    // This attempt counts again and finds 500 cancelled; the first attempt's page records what was done.
    expect(await alive.ended(id)).toMatchObject({ attempt: 2, status: 'completed', result: { matched: 1_200, done: 1_200, skipped: {} } });
    expect(await harness.sql(`SELECT count(*)::int AS n FROM task_audit WHERE reason = 'cancel'`)).toEqual([{ n: 1_200 }]);
  });

  it('processes a page once, also with a concurrent attempt', async () => {
    const engine = await start({ slots: undefined });
    const other = await start({ slots: undefined });
    await fill(engine, 400);
    const id = await submit(engine, CANCEL_QUICK);
    await engine.claimTasks('operations', 1, OTHER_OWNER, 15);
    const done: number[] = [];
    const ends = await Promise.allSettled([engine, other].map((from) => runPages(from, id, (page) => done.push(page.done))));
    expect(ends.some(({ status }) => status === 'fulfilled')).toBe(true);
    expect(new Set(done)).toEqual(new Set([400]));
    expect(await harness.sql(`SELECT count(*)::int AS n FROM task_audit WHERE reason = 'cancel'`)).toEqual([{ n: 400 }]);
  });

  it('changes nothing once it is not running', async () => {
    const engine = await start({ slots: undefined });
    await fill(engine, 5);
    const id = await submit(engine, CANCEL_QUICK);
    await expect(runPages(engine, id, () => undefined)).rejects.toThrow('the operation has ended');
    expect(await statuses()).toEqual({ submitted: 5 });
  });
});

describe('beside running workers', () => {
  it('no task is lost, and each ends once', async () => {
    const engines = await Promise.all([1, 2].map(() => start({ slots: { default: 30, operations: 2 }, loops: true })));
    const [engine] = engines as [Engine, Engine];
    const all = 3_000;
    const submissions = (async () => {
      for (let i = 0; i < all; i += 100) {
        await fill(engine, 100, 'quick', { priority: randomInt(1, 10), params: { fail: i % 300 === 0 } });
      }
    })();
    const operations: string[] = [];
    const acts: Partial<BulkRequest>[] = [
      { action: 'cancel', filter: { status: ['submitted', 'running'], taskName: ['quick'] } },
      { action: 'reprioritise', priority: 10, filter: { status: ['submitted'] } },
      { action: 'retry', filter: { status: ['failed', 'cancelled'], taskName: ['quick'] } },
    ];
    for (let i = 0; i < 9; i++) operations.push(await submit(engine, acts[i % 3] as Partial<BulkRequest>));
    await submissions;
    for (const id of operations) expect((await engine.ended(id)).status).toBe('completed');
    await waitFor(
      async () => {
        const { submitted = 0, running = 0, pending = 0 } = await statuses();
        return submitted + running + pending === 0;
      },
      { what: 'everything to end' },
    );
    const ended = await statuses();
    expect(Object.values(ended).reduce((sum, n) => sum + n, 0)).toBe(all);
    const results = [...(await engine.tasks.getMany(operations)).values()].map(({ result }) => result as BulkResult);
    const retried = results.filter(({ action }) => action === 'retry').reduce((sum, { done }) => sum + done, 0);
    const [{ n } = { n: -1 }] = await harness.sql<{ n: number }>(`SELECT sum(generation - 1)::int AS n FROM tasks WHERE name = 'quick'`);
    expect(n).toBe(retried);
  });
});
