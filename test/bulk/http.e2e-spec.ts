import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import type { ProblemBody } from '../../src/platform/http/problem.ts';
import type { AcceptedBatch, BatchView } from '../../src/tasks/batches/batch.dto.ts';
import type { BulkPreview } from '../../src/tasks/bulk/bulk.view.ts';
import type { ExecutionView } from '../../src/tasks/executions/execution.view.ts';
import type { AcceptedExecution } from '../../src/tasks/service/accepted-execution.view.ts';
import { startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { withoutTriggers } from '../support/without-triggers.ts';

type Execution = Wire<ExecutionView>;

const LATER = '2998-01-01T00:00:00Z';
let server: TestApplication;

beforeAll(async () => {
  server = await startApplication({
    handlers: [
      { name: 'good', handle: () => Promise.resolve('done') },
      { name: 'bad', maxAttempts: 1, handle: () => Promise.reject(Object.assign(new Error('no'), { code: 'broken' })) },
    ],
  });
});
afterAll(() => server.close());

async function batch(tasks: object[], headers?: Record<string, string>, name = 'b'): Promise<AcceptedBatch> {
  const { status, body } = await server.http<AcceptedBatch>('POST', '/batches', { name, tasks }, headers);
  expect(status).toBe(202);
  return body;
}

async function ended(executionId: string): Promise<Execution> {
  return waitFor(
    async () => {
      const { body } = await server.http<Execution>('GET', `/executions/${executionId}`);
      return body.finishedAt !== null && body;
    },
    { what: 'its end' },
  );
}

const bulk = <Body>(body: object, headers?: Record<string, string>) => server.http<Body>('POST', '/executions/bulk', body, headers);

describe('POST /batches', () => {
  it('answers 202 with each execution and its Location, and the same for a repeated request', async () => {
    const body = {
      name: 'nightly',
      tasks: [
        { ref: 'a', taskName: 'good' },
        { taskName: 'good', dependsOn: ['a'], priority: 'high' },
      ],
    };
    const first = await server.http<AcceptedBatch>('POST', '/batches', body, { 'idempotency-key': 'b-1' });
    const { batchId, items } = first.body;
    expect([first.status, first.headers.get('location'), first.headers.get('idempotency-replayed')]).toEqual([
      202,
      `/batches/${batchId}`,
      null,
    ]);
    expect(first.body).toMatchObject({ total: 2, statusUrl: `/batches/${batchId}`, items: [{ ref: 'a' }, { ref: null }] });
    for (const { executionId } of items) await ended(executionId);
    const again = await server.http<AcceptedBatch>('POST', '/batches', body, { 'idempotency-key': 'b-1' });
    expect([again.status, again.headers.get('idempotency-replayed'), again.body]).toEqual([202, 'true', first.body]);

    const view = await server.http<Wire<BatchView>>('GET', `/batches/${batchId}`);
    expect(view.body).toMatchObject({ name: 'nightly', counts: { completed: 2, open: 0 }, progress: 100, doneAt: expect.any(String) });
    const list = await server.http<{ items: Execution[] }>('GET', view.body.executionsUrl);
    expect(list.body.items.map(({ executionId }) => executionId).sort()).toEqual(items.map(({ executionId }) => executionId).sort());
    expect(list.body.items.find(({ executionId }) => executionId === items[1]?.executionId)?.priority).toBe(8);
  });

  it('accepts 1,000 tasks with params, and not one more', async () => {
    const task = { taskName: 'good', runAt: LATER, params: { text: 'x'.repeat(500), list: [1, 2, 3] }, dependsOn: [] };
    const { batchId } = await batch(Array(1_000).fill(task) as object[]);
    const cancelled = await server.http<BatchView>('DELETE', `/batches/${batchId}`);
    expect(cancelled.body).toMatchObject({ counts: { cancelled: 1_000, open: 0 }, progress: 100 });
    const tooMany = await server.http<ProblemBody>('POST', '/batches', { name: 'b', tasks: Array(1_001).fill({ taskName: 'good' }) });
    expect([tooMany.status, tooMany.body.errors[0]?.pointer]).toEqual([422, '/tasks']);
    const tooLarge = await server.http<ProblemBody>('POST', '/batches', { name: 'x'.repeat(1_100_000), tasks: [] });
    expect([tooLarge.status, tooLarge.body.code]).toEqual([413, 'body_too_large']);
  });

  it.each([
    [{ name: 'b', tasks: [] }, '/tasks', 'array_not_empty'],
    [{ name: ' ', tasks: [{ taskName: 'good' }] }, '/name', 'is_name'],
    [{ name: 'b', tasks: [{ taskName: 'good' }, { params: {} }] }, '/tasks/1/taskName', 'required'],
    [{ name: 'b', tasks: [{ taskName: 'good', depends: [] }] }, '/tasks/0/depends', 'unknown_member'],
    [{ name: 'b', tasks: [{ taskName: 'godo' }] }, '/tasks/0/taskName', 'unknown_task'],
    [{ name: 'b', tasks: [{ taskName: 'content-generation', params: { account: 1 } }] }, '/tasks/0/params/account', 'unknown_member'],
    [{ name: 'b', tasks: [{ taskName: 'good', priority: 11 }] }, '/tasks/0/priority', 'max'],
    [{ name: 'b', tasks: [null] }, '/tasks/0', 'nested_validation'],
    [{ name: 'b', tasks: [{ taskName: 'good', dependsOn: [uuidv7()] }] }, '/tasks/0/dependsOn/0', 'dependency_not_found'],
    [{ name: 'b', tasks: [{ ref: 'a', taskName: 'good', dependsOn: ['a'] }] }, '/tasks/0/dependsOn', 'dependency_cycle'],
  ])('refuses %j', async (body, pointer, code) => {
    const before = await server.sql('SELECT count(*) FROM tasks');
    const answer = await server.http<ProblemBody>('POST', '/batches', body);
    expect([answer.status, answer.body.errors]).toEqual([422, expect.arrayContaining([expect.objectContaining({ pointer, code })])]);
    expect(await server.sql('SELECT count(*) FROM tasks')).toEqual(before);
  });

  it('answers 404 for an unknown id', async () => {
    for (const method of ['GET', 'DELETE']) {
      const answer = await server.http<ProblemBody>(method, `/batches/${uuidv7()}`);
      expect([answer.status, answer.body.code]).toEqual([404, 'batch_not_found']);
    }
    expect((await server.http<ProblemBody>('GET', '/executions?batchId=7')).body.errors[0]?.pointer).toBe('/batchId');
  });
});

describe('POST /executions/bulk', () => {
  it('previews, then runs as an execution that records what it did and who requested it', async () => {
    const { batchId, items } = await batch([{ taskName: 'good' }, { taskName: 'good', runAt: LATER }, { taskName: 'good', runAt: LATER }]);
    await ended(items[0]?.executionId ?? '');
    const request = { action: 'cancel', filter: { batchId } };
    const preview = await bulk<BulkPreview>({ ...request, preview: true });
    expect([preview.status, preview.headers.get('location')]).toEqual([200, null]);
    expect(preview.body).toEqual({
      matched: 3,
      eligible: 2,
      skipped: { already_finished: 1 },
      summary: '2 of 3 eligible, 1 already finished',
    });

    const accepted = await bulk<AcceptedExecution>(request, { 'idempotency-key': 'bulk-1' });
    const { executionId } = accepted.body;
    expect([accepted.status, accepted.headers.get('location')]).toEqual([202, `/executions/${executionId}`]);
    expect((await bulk<AcceptedExecution>(request, { 'idempotency-key': 'bulk-1' })).body).toMatchObject({ executionId });
    expect(await ended(executionId)).toMatchObject({
      taskName: 'bulk-operation',
      status: 'completed',
      params: request,
      result: { action: 'cancel', matched: 3, eligible: 2, done: 2, skipped: { already_finished: 1 } },
    });
    const { body } = await server.http<{ items: { reason: string; actor: object }[] }>('GET', `/executions/${items[1]?.executionId}/audit`);
    expect(body.items.at(-1)).toMatchObject({
      reason: 'cancel',
      actor: { type: 'key', id: expect.any(String), name: `the admin's key (bulk ${executionId})` },
    });
  });

  it('retries by error code', async () => {
    const { batchId, items } = await batch([{ taskName: 'bad' }, { taskName: 'good' }]);
    for (const { executionId } of items) await ended(executionId);
    const { body } = await bulk<AcceptedExecution>({ action: 'retry', filter: { batchId, errorCode: 'broken' } });
    expect(await ended(body.executionId)).toMatchObject({ result: { matched: 1, done: 1 } });
    expect(await ended(items[0]?.executionId ?? '')).toMatchObject({ status: 'failed', generation: 2 });
  });

  it('retries a cancelled chain in its order, by batch, by ids and one by one, or without its dependencies', async () => {
    const chain = [
      { ref: 'a', taskName: 'good' },
      { ref: 'b', taskName: 'good', dependsOn: ['a'] },
      { ref: 'c', taskName: 'good', dependsOn: ['b'] },
    ];
    const held = chain.map((task) => (task.ref === 'a' ? { ...task, runAt: LATER } : task));
    const { batchId, items } = await batch(held);
    const [a = '', b = '', c = ''] = items.map(({ executionId }) => executionId);
    const view = async (id: string) => (await server.http<ExecutionView>('GET', `/executions/${id}`)).body;
    const retry = async (id: string, body: object) => server.http<ExecutionView>('POST', `/executions/${id}/retry`, body);
    for (const choice of [{ filter: { batchId } }, { ids: [c, b, a] }]) {
      expect((await server.http('DELETE', `/batches/${batchId}`)).status).toBe(200);
      const { body } = await bulk<AcceptedExecution>({ action: 'retry', ...choice });
      expect(await ended(body.executionId)).toMatchObject({ result: { done: 3 } });
      for (const id of [a, b, c]) expect(await view(id)).toMatchObject({ status: 'pending', phase: 'waiting' }); // a keeps its start time
    }
    expect((await server.http('DELETE', `/batches/${batchId}`)).status).toBe(200);
    expect((await retry(b, {})).body).toMatchObject({ status: 'pending', phase: 'waiting' });
    const why = await server.http<{ blockers: { code: string; detail: string }[] }>('GET', `/executions/${b}/why`);
    expect(why.body.blockers.find(({ code }) => code === 'dependencies')?.detail).toContain(`${a} ended cancelled: retry these tasks too`);
    expect((await retry(c, { ignoreDependencies: true })).status).toBe(202);
    expect(await ended(c)).toMatchObject({ status: 'completed' });
    expect(await view(b)).toMatchObject({ status: 'pending' });
    expect((await server.http('DELETE', `/batches/${batchId}`)).status).toBe(200);
    const { body } = await bulk<AcceptedExecution>({ action: 'retry', filter: { batchId }, ignoreDependencies: true });
    expect(await ended(body.executionId)).toMatchObject({ result: { done: 2, skipped: { already_completed: 1 } } });
    expect(await ended(b)).toMatchObject({ status: 'completed' });
    expect(await view(a)).toMatchObject({ status: 'pending' });
    expect((await server.http('DELETE', `/batches/${batchId}`)).status).toBe(200);
  });

  it('accepts 1,000 ids, and a priority word', async () => {
    const { items } = await batch([{ taskName: 'good', runAt: LATER }]);
    const ids = [items[0]?.executionId, ...Array.from({ length: 999 }, () => uuidv7())];
    const { status, body } = await bulk<BulkPreview>({ action: 'reprioritise', priority: 'urgent', ids, preview: true });
    expect([status, body]).toEqual([
      200,
      { matched: 1_000, eligible: 1, skipped: { not_found: 999 }, summary: '1 of 1000 eligible, 999 not found' },
    ]);
    expect((await server.http('DELETE', '/tasks/executions/cancel/by-ids', { executionIds: ids })).status).toBe(200);
  });

  it.each([
    [{}, '/action'],
    [{ action: 'delete', ids: [uuidv7()] }, '/action'],
    [{ action: 'cancel' }, '/ids'],
    [{ action: 'cancel', ids: [uuidv7()], ignoreDependencies: true }, '/ignoreDependencies'],
    [{ action: 'retry', ids: [uuidv7()], ignoreDependencies: 'yes' }, '/ignoreDependencies'],
    [{ action: 'cancel', ids: [] }, '/ids'],
    [{ action: 'cancel', ids: ['7'] }, '/ids'],
    [{ action: 'cancel', filter: {} }, '/filter'],
    [{ action: 'cancel', filter: null }, '/filter'],
    [{ action: 'cancel', filter: 'all' }, '/filter'],
    [{ action: 'cancel', filter: [] }, '/filter'],
    [{ action: 'cancel', filter: { status: ['done'] } }, '/filter/status'],
    [{ action: 'cancel', filter: { status: [] } }, '/filter/status'],
    [{ action: 'cancel', filter: { state: ['failed'] } }, '/filter/state'],
    [{ action: 'cancel', filter: { batchId: "' OR 1=1" } }, '/filter/batchId'],
    [{ action: 'cancel', filter: { since: 'yesterday' } }, '/filter/since'],
    [{ action: 'cancel', ids: [uuidv7()], filter: { status: ['failed'] } }, '/filter'],
    [{ action: 'cancel', ids: [uuidv7()], priority: 3 }, '/priority'],
    [{ action: 'reprioritise', ids: [uuidv7()] }, '/priority'],
    [{ action: 'reprioritise', ids: [uuidv7()], priority: 11 }, '/priority'],
    [{ action: 'cancel', ids: [uuidv7()], preview: 'yes' }, '/preview'],
  ])('refuses %j', async (body, pointer) => {
    const answer = await bulk<ProblemBody>(body);
    expect([answer.status, answer.body.errors]).toEqual([422, expect.arrayContaining([expect.objectContaining({ pointer })])]);
    if (Object.keys(body).length === 0) return;
    // The task definition has the same rules, so its name does not bypass them.
    const { preview: _, ...params } = body as { preview?: unknown };
    const direct = await server.http<ProblemBody>('POST', '/tasks/bulk-operation/execute/api', { params });
    expect(direct.status).toBe(pointer === '/preview' ? 202 : 422);
  });

  it('needs an operator', async () => {
    const authorization = `Bearer ${await server.keyOf('editor')}`;
    const requests: [path: string, body: object][] = [
      ['/executions/bulk', {}],
      ['/executions/cleanup', {}],
      ['/batches', { name: 'operations', tasks: [{ taskName: 'bulk-operation' }] }],
    ];
    for (const [path, body] of requests) expect((await server.http<ProblemBody>('POST', path, body, { authorization })).status).toBe(403);
  });
});

describe('POST /executions/cleanup', () => {
  it('counts, then deletes tasks that ended long ago', async () => {
    const id = uuidv7({ msecs: Date.now() - 400 * 86_400_000 });
    const columns = 'id, name, status, rank, run_at, max_attempts, backoff, timeout_ms, created_by, trigger, actor, created_at';
    await server.sql(
      `INSERT INTO tasks (${columns}) SELECT $1, 'good', 'pending', t, t, 1, '{}', 1, 'x', 'api', 'x', t FROM (SELECT now() - interval '400 days' AS t) s`,
      [id],
    );
    await server.http('DELETE', '/tasks/executions/cancel/by-ids', { executionIds: [id] });
    await withoutTriggers((text) => server.sql(text), `UPDATE tasks SET terminal_at = created_at WHERE id = '${id}'`);
    const request = { olderThan: 'P365D' };
    const dry = await server.http<BulkPreview>('POST', '/executions/cleanup', { ...request, dryRun: true });
    expect([dry.status, dry.body]).toEqual([200, { matched: 1, eligible: 1, skipped: {}, summary: '1 of 1 eligible' }]);
    const { status, body } = await server.http<AcceptedExecution>('POST', '/executions/cleanup', request);
    expect(status).toBe(202);
    expect(await ended(body.executionId)).toMatchObject({ taskName: 'task-cleanup', result: { matched: 1, eligible: 1, deleted: 1 } });
    expect((await server.http('GET', `/executions/${id}`)).status).toBe(404);
  });

  it.each([[{}], [{ olderThan: '30d' }], [{ olderThan: 'P1M' }], [{ olderThan: 30 }]])('refuses %j', async (body) => {
    const answer = await server.http<ProblemBody>('POST', '/executions/cleanup', body);
    expect([answer.status, answer.body.errors[0]?.pointer]).toEqual([422, '/olderThan']);
  });
});
