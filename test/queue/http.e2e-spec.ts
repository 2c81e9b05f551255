import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import type { ProblemBody } from '../../src/platform/http/problem.ts';
import type { BulkPreview } from '../../src/tasks/bulk/bulk.view.ts';
import type { ExecutionView } from '../../src/tasks/executions/execution.view.ts';
import type { AcceptedExecution } from '../../src/tasks/service/accepted-execution.view.ts';
import type { StatsView } from '../../src/monitoring/stats/stats.view.ts';
import type { QueueList, QueueView } from '../../src/tasks/queues/queue.view.ts';
import { runCli } from '../cli/run-cli.ts';
import { startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';

type Queue = Wire<QueueView>;

let server: TestApplication;
let release: () => void;
const gate = new Promise<void>((resolve) => (release = resolve));

beforeAll(async () => {
  server = await startApplication({
    handlers: [
      { name: 'report', queue: 'reports', handle: () => Promise.resolve('done') },
      { name: 'gated', queue: 'reports', handle: () => gate },
      { name: 'quick', handle: () => Promise.resolve('done') },
    ],
    settings: { QUEUE_SLOTS: 'reports=2, content=0' },
  });
});
afterAll(async () => {
  release();
  await server.close();
});

async function submit(name: string): Promise<string> {
  return (await server.http<AcceptedExecution>('POST', `/tasks/${name}/execute/api`, {})).body.executionId;
}

async function statusOf(id: string): Promise<string> {
  return (await server.http<ExecutionView>('GET', `/executions/${id}`)).body.status;
}

const becomes = (id: string, status: string) => waitFor(async () => (await statusOf(id)) === status, { what: `${id} to be ${status}` });
const show = async (name: string) => (await server.http<Queue>('GET', `/queues/${name}`)).body;

describe('/queues', () => {
  it('lists those of definitions and slots, with the slots of this process', async () => {
    const { body } = await server.http<Wire<QueueList>>('GET', '/queues');
    const names = body.items.map(({ name }) => name);
    expect(names).toEqual(names.toSorted());
    expect(body.items.find(({ name }) => name === 'reports')).toEqual({
      name: 'reports',
      paused: false,
      pausedAt: null,
      pausedBy: null,
      strategy: 'priority',
      pending: 0,
      submitted: 0,
      running: 0,
      withoutHandler: 0,
      oldestWaitingMs: null,
      slots: 2,
      busy: 0,
    });
    expect(body.items.find(({ name }) => name === 'content')).toMatchObject({ slots: null, busy: null });
    expect(body.items.find(({ name }) => name === 'default')).toMatchObject({ slots: 50 });
  });

  it('are counted at /api/stats by what their tasks wait for, with the sums', async () => {
    await server.http('POST', '/queues/reports/pause', {});
    const ids = [await submit('report'), await submit('report')];
    const later = { runAt: '2100-01-01T00:00:00Z' };
    ids.push((await server.http<AcceptedExecution>('POST', '/tasks/report/execute/api', later)).body.executionId);
    const { body } = await server.http<Wire<StatsView>>('GET', '/api/stats');
    expect(body.queues.find(({ name }) => name === 'reports')).toMatchObject({ paused: true, waiting: 2, delayed: 1, active: 0 });
    expect(body.total).toMatchObject({ waiting: 2, delayed: 1 });
    await server.http('DELETE', '/tasks/executions/cancel/by-ids', { executionIds: ids });
    await server.http('POST', '/queues/reports/resume', {});
    expect((await server.http('GET', '/api/stats', undefined, { authorization: undefined })).status).toBe(401);
  });

  it('answers 404 with the nearest name', async () => {
    for (const [method, path] of [
      ['GET', '/queues/report'],
      ['POST', '/queues/report/pause'],
      ['POST', '/queues/report/resume'],
      ['POST', '/queues/report/drain'],
    ] as const) {
      const { status, body } = await server.http<ProblemBody>(method, path, method === 'POST' ? {} : undefined);
      expect([status, body.code, body.detail]).toEqual([404, 'unknown_queue', 'There is no queue "report". Did you mean "reports"?']);
    }
  });

  it('is for operators to change, and for viewers to see', async () => {
    const [viewer, approver] = [await server.keyOf('viewer'), await server.keyOf('approver')];
    expect((await server.http('GET', '/queues', undefined, { authorization: `Bearer ${viewer}` })).status).toBe(200);
    for (const act of ['pause', 'resume', 'drain']) {
      expect((await server.http('POST', `/queues/reports/${act}`, {}, { authorization: `Bearer ${approver}` })).status).toBe(403);
    }
    expect(
      (await server.http('DELETE', `/queues/reports/tasks/${uuidv7()}`, undefined, { authorization: `Bearer ${approver}` })).status,
    ).toBe(403);
  });
});

describe('pause, drain and resume', () => {
  it('hold back what waits, cancel it on request, and leave what runs alone', async () => {
    const gated = await submit('gated');
    await becomes(gated, 'running');
    const operator = await server.keyOf('operator');
    const paused = await server.http<Queue>('POST', '/queues/reports/pause', undefined, { authorization: `Bearer ${operator}` });
    expect([paused.status, paused.body.paused, paused.body.pausedBy]).toEqual([
      200,
      true,
      { type: 'key', id: expect.any(String), name: "the operator's key" },
    ]);
    const again = await server.http<Queue>('POST', '/queues/reports/pause');
    expect([again.body.pausedAt, again.body.pausedBy]).toEqual([paused.body.pausedAt, paused.body.pausedBy]);

    const [first, second] = [await submit('report'), await submit('report')];
    const later = (await server.http<AcceptedExecution>('POST', '/tasks/report/execute/api', { runAt: '2998-01-01T00:00:00Z' })).body;
    expect(await show('reports')).toMatchObject({ paused: true, submitted: 2, pending: 1, running: 1, slots: 2, busy: 1 });
    expect((await show('reports')).oldestWaitingMs).toBeGreaterThan(0);

    const preview = await server.http<BulkPreview>('POST', '/queues/reports/drain', { preview: true });
    expect([preview.status, preview.body.summary]).toEqual([200, '3 of 4 eligible, 1 already started']);
    expect(await statusOf(first)).toBe('submitted');
    const drained = await server.http<AcceptedExecution>('POST', '/queues/reports/drain', {}, { 'idempotency-key': 'drain-1' });
    expect([drained.status, drained.headers.get('location')]).toEqual([202, `/executions/${drained.body.executionId}`]);
    const repeated = await server.http<AcceptedExecution>('POST', '/queues/reports/drain', {}, { 'idempotency-key': 'drain-1' });
    expect(repeated.body.executionId).toBe(drained.body.executionId);
    await becomes(drained.body.executionId, 'completed');
    const receipt = await server.http<ExecutionView>('GET', `/executions/${drained.body.executionId}`);
    expect(receipt.body.result).toEqual({ action: 'drain', matched: 4, eligible: 3, done: 3, skipped: { already_started: 1 } });
    for (const id of [first, second, later.executionId]) expect(await statusOf(id)).toBe('cancelled');
    expect(await statusOf(gated)).toBe('running');

    const kept = await submit('report');
    const resumed = await server.http<Queue>('POST', '/queues/reports/resume');
    expect(resumed.body).toMatchObject({ paused: false, pausedAt: null, pausedBy: null });
    await becomes(kept, 'completed');
    expect((await server.http('POST', '/queues/reports/resume')).status).toBe(200);
    expect((await server.http('POST', '/queues/reports/drain')).status).toBe(202);
    expect((await server.http<ProblemBody>('POST', '/queues/reports/drain', { previw: true })).status).toBe(422);
  });
});

describe('one task of a queue', () => {
  it('is shown, removed and run again there, and nowhere else', async () => {
    await server.http('POST', '/queues/reports/pause');
    const id = await submit('report');
    expect((await server.http<ExecutionView>('GET', `/queues/reports/tasks/${id}`)).body).toMatchObject({
      executionId: id,
      queue: 'reports',
    });
    for (const [method, path] of [
      ['GET', `/queues/default/tasks/${id}`],
      ['DELETE', `/queues/default/tasks/${id}`],
      ['POST', `/queues/default/tasks/${id}/retry`],
      ['GET', `/queues/reports/tasks/${uuidv7()}`],
      ['GET', '/queues/reports/tasks/nonsense'],
    ] as const) {
      const { status, body } = await server.http<ProblemBody>(method, path);
      expect([status, body.code]).toEqual([404, 'execution_not_found']);
    }
    expect((await server.http<ProblemBody>('POST', `/queues/reports/tasks/${id}/retry`)).body.code).toBe('not_retryable');
    const removed = await server.http<ExecutionView>('DELETE', `/queues/reports/tasks/${id}`);
    expect([removed.status, removed.body.status]).toEqual([200, 'cancelled']);
    const retried = await server.http<ExecutionView>('POST', `/queues/reports/tasks/${id}/retry`);
    expect([retried.status, retried.body.status, retried.body.generation]).toEqual([202, 'submitted', 2]);
    await server.http('POST', '/queues/reports/resume');
    await becomes(id, 'completed');
    expect((await server.http<ExecutionView>('DELETE', `/queues/reports/tasks/${id}`)).body.status).toBe('completed');
  });

  it('is found in the list of executions by its queue', async () => {
    const id = await submit('quick');
    const ids = async (queue: string) =>
      (await server.http<{ items: ExecutionView[] }>('GET', `/executions?queue=${queue}`)).body.items.map((one) => one.executionId);
    expect(await ids('default')).toContain(id);
    expect(await ids('reports')).not.toContain(id);
  });
});

describe('contenthub queue', () => {
  const cli = (...argv: string[]) => runCli(['queue', ...argv], { env: { APP_SERVER: server.url, APP_TOKEN: server.key } });

  it('lists and shows, as a table, JSON and CSV', async () => {
    const table = await cli('list');
    expect(table.stdout).toMatch(/^Queue\tPaused\tPending/);
    expect(table.stdout).toMatch(/^reports\tfalse\t0\t0\t1\t\t2\t1\tpriority$/m);
    const json = JSON.parse((await cli('list', '-o', 'json')).stdout) as { items: Queue[] };
    expect(json.items.map(({ name }) => name)).toContain('reports');
    expect((await cli('list', '-o', 'csv', '--columns', 'name,slots')).stdout).toMatch(/^name,slots\r\n(.*\r\n)*reports,2\r\n/);
    expect(JSON.parse((await cli('show', 'reports', '-o', 'json')).stdout)).toMatchObject({ name: 'reports', slots: 2 });
  });

  it('pauses, drains after a question, and resumes', async () => {
    expect((await cli('pause', 'reports')).stdout).toMatch(/^Paused\ttrue$/m);
    const id = await submit('report');
    const dry = await cli('drain', 'reports', '--dry-run', '-o', 'json');
    expect(JSON.parse(dry.stdout)).toMatchObject({ eligible: 1 });
    const asked = await cli('drain', 'reports');
    expect([asked.code, asked.stdout]).toEqual([2, '']);
    expect(asked.stderr).toContain('contenthub queue drain reports --yes');
    expect(await statusOf(id)).toBe('submitted');
    const done = await cli('drain', 'reports', '--yes', '-o', 'json');
    expect([done.code, JSON.parse(done.stdout)]).toEqual([0, expect.objectContaining({ action: 'drain', done: 1 })]);
    expect(await statusOf(id)).toBe('cancelled');
    expect((await cli('resume', 'reports')).stdout).toMatch(/^Paused\tfalse$/m);
  });

  it('answers 3 for a queue that is not there', async () => {
    for (const verb of ['show', 'pause', 'resume']) {
      const { code, stderr } = await cli(verb, 'nowhere');
      expect(code).toBe(3);
      expect(stderr).toMatch(/no queue "nowhere".*\n.*contenthub queue list/);
    }
  });
});
