import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExecutionView, RunningExecutionView } from '../../src/tasks/executions/execution.view.ts';
import type { LogPage } from '../../src/tasks/logs/logs.dto.ts';
import type { AcceptedExecution } from '../../src/tasks/service/accepted-execution.view.ts';
import type { TaskCatalogue } from '../../src/tasks/service/tasks.view.ts';
import { type Answer, startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { SampleTasks } from './sample-tasks.ts';

type Execution = Wire<ExecutionView>;
interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

const TOMORROW = new Date(Date.now() + 86_400_000).toISOString();
const samples = new SampleTasks();
let server: TestApplication;

beforeAll(async () => {
  server = await startApplication({ handlers: samples.handlers });
});
afterAll(() => server.close());

function submit(name: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<AcceptedExecution>> {
  return server.http<AcceptedExecution>('POST', `/tasks/${name}/execute/api`, body, headers);
}

async function get(executionId: string): Promise<Execution> {
  return (await server.http<Execution>('GET', `/executions/${executionId}`)).body;
}

async function finished(name: string, body?: unknown): Promise<Execution> {
  const { executionId } = (await submit(name, body)).body;
  return waitFor(async () => get(executionId).then((view) => view.finishedAt !== null && view), { what: `${name} to end` });
}

describe('an execution', () => {
  it('is shown with all its fields', async () => {
    const [{ id: keyId } = { id: '' }] = await server.sql<{ id: string }>(`SELECT id FROM api_keys WHERE roles = '{admin}'`);
    const view = await finished('feishu-sync', { params: { folder: 'x' }, priority: 'high' });
    const { executionId, createdAt, runAt, startedAt, finishedAt, ...rest } = view;
    expect(rest).toEqual({
      version: 3,
      taskName: 'feishu-sync',
      subject: null,
      accountId: null,
      contentId: null,
      parentId: null,
      batchId: null,
      heartbeatAt: null,
      leaseExpiresAt: null,
      status: 'completed',
      phase: null,
      queue: 'default',
      priority: 8,
      attempt: 1,
      maxAttempts: 3,
      generation: 1,
      progress: 100,
      step: null,
      params: { folder: 'x' },
      result: { pages: 5 },
      error: null,
      deadlineAt: null,
      expiresAt: null,
      nextAttemptAt: null,
      worker: null,
      createdBy: { type: 'key', id: keyId, name: "the admin's key" },
      statusUrl: `/executions/${executionId}`,
      logsUrl: `/executions/${executionId}/logs`,
    });
    const times = [createdAt, runAt, startedAt, finishedAt].map((time) => Date.parse(time ?? ''));
    expect(times.toSorted((a, b) => a - b)).toEqual(times);
  });

  it('shows a running one with its worker, step, deadline and Retry-After', async () => {
    const { executionId } = (await submit('user-space-sync')).body;
    const answer = await waitFor(
      async () => server.http<Execution>('GET', `/executions/${executionId}`).then((seen) => seen.body.progress === 40 && seen),
      { what: 'its progress' },
    );
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(answer.body).toMatchObject({
      status: 'running',
      phase: 'running',
      progress: 40,
      step: 'copy',
      attempt: 1,
      result: null,
      finishedAt: null,
    });
    expect(answer.body.worker).toContain(`:${process.pid}:`);
    expect(Date.parse(answer.body.deadlineAt ?? '') - Date.parse(answer.body.startedAt ?? '')).toBe(300_000);
    samples.finish(executionId);
    await waitFor(async () => (await get(executionId)).status === 'completed', { what: 'the task to end' });
    expect((await server.http('GET', `/executions/${executionId}`)).headers.get('retry-after')).toBeNull();
  });

  it('shows why it failed', async () => {
    expect(await finished('broken-sync')).toMatchObject({
      status: 'failed',
      attempt: 1,
      error: { class: 'rejected', code: 'space_gone', message: 'the space is gone' },
    });
  });

  it('pages its log by sequence number, and reports where it was cut', async () => {
    const { executionId } = await finished('feishu-sync');
    const read = async (url: string) => (await server.http<Wire<LogPage>>('GET', url)).body;
    const pages: Wire<LogPage>[] = [];
    for (let url: string | null = `/executions/${executionId}/logs?limit=2`; url !== null; url = pages.at(-1)?.nextUrl ?? null)
      pages.push(await read(url));
    const lines = pages.flatMap(({ items }) => items.map(({ seq, level, message }) => `${seq} ${level} ${message}`));
    expect(lines).toEqual([1, 2, 3, 4, 5].map((page) => `${page} debug page ${page}`));
    expect(pages.map(({ nextAfter, truncated }) => [nextAfter, truncated])).toEqual([
      [2, true],
      [4, true],
      [5, false],
    ]);
    expect(await read(`/executions/${executionId}/logs?after=5`)).toEqual({
      items: [],
      nextAfter: 5,
      truncated: false,
      nextUrl: null,
      matches: null,
      prevBefore: null,
    });
  });

  it('cuts a page of its log at 1 MiB, but not below one line', async () => {
    const { executionId } = await finished('feishu-sync');
    // Three bytes a character: 60 lines are 1.4 MB.
    await server.sql(
      `INSERT INTO task_logs (task_id, seq, attempt, at, level, message)
       SELECT $1, 5 + n, 1, now(), 'info', repeat('漢', 8000) FROM generate_series(1, 60) n`,
      [executionId],
    );
    const { body: page } = await server.http<LogPage>('GET', `/executions/${executionId}/logs?limit=1000`);
    expect([page.items.length, page.truncated, page.nextUrl]).toEqual([49, true, `/executions/${executionId}/logs?after=49&limit=1000`]);
    expect((await server.http<LogPage>('GET', page.nextUrl ?? '')).body).toMatchObject({ nextAfter: 65, truncated: false, nextUrl: null });

    const { body: shown } = await server.http<RunningExecutionView>('GET', `/tasks/running/execution/${executionId}`);
    expect([shown.logsTruncated, shown.nextLogsUrl]).toEqual([true, `/executions/${executionId}/logs?after=49`]);
    const { body: whole } = await server.http<RunningExecutionView>(
      'GET',
      `/tasks/running/execution/${(await finished('feishu-sync')).executionId}`,
    );
    expect([whole.logsTruncated, whole.nextLogsUrl]).toEqual([false, null]);
  });

  it('keeps an audit of its transitions', async () => {
    const { executionId } = await finished('hesitant-sync');
    const { body } = await server.http<{ items: { version: number; from: string | null; to: string; reason: string; attempt: number }[] }>(
      'GET',
      `/executions/${executionId}/audit`,
    );
    const transitions = body.items.map(({ from, to, reason, attempt }) => `${reason}: ${from} > ${to} (${attempt})`);
    expect(transitions[0]).toBe('submit: null > submitted (0)');
    expect(transitions[1]).toBe('claim: submitted > running (1)');
    expect(transitions[2]).toMatch(/^retry: running > (pending|submitted) \(1\)$/);
    expect(transitions.slice(-2)).toEqual(['claim: submitted > running (2)', 'complete: running > completed (2)']);
    expect(body.items.map(({ version }) => version)).toEqual(body.items.map((_, index) => index + 1));
    expect(body.items[2]).toMatchObject({ detail: { class: 'transient', message: 'not yet' } });
  });
});

describe('the list of executions', () => {
  it('filters by status, task and time', async () => {
    const since = new Date().toISOString();
    const { executionId: failed } = await finished('broken-sync');
    const { executionId: waiting } = (await submit('feishu-sync', { runAt: TOMORROW })).body;
    const ids = async (query: string): Promise<string[]> =>
      (await server.http<Page<Execution>>('GET', `/executions?since=${since}&${query}`)).body.items.map((view) => view.executionId);
    expect(await ids('')).toEqual([waiting, failed]);
    expect(await ids('status=failed')).toEqual([failed]);
    expect(await ids('status=failed&status=pending')).toEqual([waiting, failed]);
    expect(await ids('taskName=feishu-sync')).toEqual([waiting]);
    expect(await ids('taskName=feishu-sync&taskName=broken-sync&status=failed')).toEqual([failed]);
    expect(await ids('taskName=no-such-sync')).toEqual([]);
    expect(await ids(`until=${since}`)).toEqual([]);
    expect(await ids(`until=${encodeURIComponent(TOMORROW)}`)).toEqual([waiting, failed]);
  });

  it('pages without losing or repeating any, while new ones arrive', async () => {
    const since = new Date().toISOString();
    const wanted: string[] = [];
    for (let i = 0; i < 25; i++) wanted.unshift((await submit('feishu-sync', { runAt: TOMORROW })).body.executionId);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const path: string = `/executions?limit=7&since=${since}${cursor === null ? '' : `&cursor=${cursor}`}`;
      const page: Page<Execution> = (await server.http<Page<Execution>>('GET', path)).body;
      expect(page.items.length).toBeLessThanOrEqual(7);
      seen.push(...page.items.map((view) => view.executionId));
      cursor = page.nextCursor;
      await submit('feishu-sync', { runAt: TOMORROW });
    } while (cursor !== null);
    expect(seen).toEqual(wanted);
  });
});

describe('the catalogue', () => {
  it('lists every task, and where its params are described', async () => {
    const { body } = await server.http<TaskCatalogue>('GET', '/tasks');
    expect(body.items.map(({ name }) => name)).toEqual([
      'async-content-generation',
      'broken-sync',
      'bulk-operation',
      'content-callback',
      'content-generation',
      'deliver-alert',
      'deliver-event',
      'feishu-sync',
      'hesitant-sync',
      'publish-content',
      'task-cleanup',
      'user-space-sync',
    ]);
    expect(body.items.find(({ name }) => name === 'feishu-sync')).toEqual({
      name: 'feishu-sync',
      description: '',
      queue: 'default',
      timeoutMs: 300_000,
      maxAttempts: 3,
      paramsSchema: null,
    });
    const { paramsSchema } = body.items.find(({ name }) => name === 'content-generation') ?? {};
    const [path = '', pointer = ''] = paramsSchema?.$ref?.split('#/') ?? [];
    const document = (await server.http('GET', path)).body;
    const schema = pointer.split('/').reduce<unknown>((node, key) => Reflect.get(node as object, key), document);
    expect(schema).toMatchObject({ type: 'object', required: ['accountId'], properties: { topic: { type: 'string' } } });
  });
});

it('the Link of the newest executions leads to the next page', async () => {
  const one = () => server.http<{ executionId: string }>('POST', '/tasks/feishu-sync/execute/api', { runAt: TOMORROW });
  for (let n = 0; n < 51; n++) await one();
  const newest = await server.http<{ executionId: string }[]>('GET', '/tasks/running/feishu-sync');
  const next = /^<([^>]+)>; rel="next"$/.exec(newest.headers.get('link') ?? '')?.[1] ?? '';
  const following = await server.http<{ items: { executionId: string }[] }>('GET', next);
  const all = await server.http<{ items: { executionId: string }[] }>('GET', '/executions?taskName=feishu-sync&limit=100');
  const ids = all.body.items.map(({ executionId }) => executionId);
  expect(newest.body.map(({ executionId }) => executionId)).toEqual(ids.slice(0, 50));
  expect(following.body.items[0]?.executionId).toBe(ids[50]);
});
