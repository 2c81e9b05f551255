import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExecutionView } from '../../src/tasks/executions/execution.view.ts';
import type { AcceptedExecution } from '../../src/tasks/service/accepted-execution.view.ts';
import { type Answer, startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { SampleTasks } from './sample-tasks.ts';

type Execution = Wire<ExecutionView>;

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

async function countTasks(): Promise<number> {
  const [row] = await server.sql<{ count: number }>('SELECT count(*)::int AS count FROM tasks');
  return row?.count ?? 0;
}

describe('submitting', () => {
  it('answers 202 with Location and Retry-After', async () => {
    const { status, headers, body } = await submit('feishu-sync', { params: { folder: 'x' } });
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/executions/${body.executionId}`);
    expect(headers.get('retry-after')).toBe('1');
    expect(body).toEqual({
      executionId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/),
      taskName: 'feishu-sync',
      status: 'running',
      state: 'submitted',
      phase: 'ready',
      statusUrl: `/executions/${body.executionId}`,
      logsUrl: `/executions/${body.executionId}/logs`,
    });
    expect((await server.http('GET', body.statusUrl)).status).toBe(200);
    expect((await server.http('GET', body.logsUrl)).status).toBe(200);
  });

  it('needs no body', async () => {
    expect((await submit('feishu-sync')).status).toBe(202);
    expect((await submit('feishu-sync', '')).status).toBe(202);
    expect((await submit('feishu-sync', {})).status).toBe(202);
  });

  it.each([
    ['low', 3],
    ['medium', 5],
    ['high', 8],
    ['urgent', 10],
    [1, 1],
    [10, 10],
    [undefined, 5],
  ])('accepts the priority %s as %s', async (priority, expected) => {
    const { body } = await submit('feishu-sync', { priority, runAt: TOMORROW });
    expect((await get(body.executionId)).priority).toBe(expected);
  });

  it('waits until runAt, whatever its offset', async () => {
    const { body } = await submit('feishu-sync', { runAt: '2998-01-01T01:00:00+08:00' });
    expect([body.state, body.phase]).toEqual(['pending', 'waiting']);
    expect(await get(body.executionId)).toMatchObject({
      status: 'pending',
      phase: 'waiting',
      runAt: '2997-12-31T17:00:00.000Z',
      startedAt: null,
    });
    const soon = await submit('feishu-sync', { runAt: new Date(Date.now() + 300).toISOString() });
    expect(soon.body.state).toBe('pending');
    const view = await waitFor(async () => get(soon.body.executionId).then((seen) => seen.status === 'completed' && seen), {
      what: 'its time',
    });
    expect(Date.parse(view.startedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(view.runAt));
    expect((await submit('feishu-sync', { runAt: '2020-01-01T00:00:00Z' })).body.state).toBe('submitted');
  });
});

describe('idempotency', () => {
  it('answers a repeated request with the state of the first task', async () => {
    const headers = { 'idempotency-key': 'monday' };
    const first = await submit('feishu-sync', { params: { folder: 'x' } }, headers);
    const repeat = () => submit('feishu-sync', { params: { folder: 'x' } }, headers);
    await waitFor(async () => (await get(first.body.executionId)).status === 'completed', { what: 'the task to end' });
    const again = await repeat();
    expect([again.status, again.body]).toEqual([202, { ...first.body, status: 'completed', state: 'completed', phase: null }]);
    expect(['location', 'retry-after', 'idempotency-replayed'].map((name) => again.headers.get(name))).toEqual([
      first.headers.get('location'),
      null,
      'true',
    ]);
    expect(['retry-after', 'idempotency-replayed'].map((name) => first.headers.get(name))).toEqual(['1', null]);
  });

  it('answers a repeated request with the state of a waiting task', async () => {
    const headers = { 'idempotency-key': 'later' };
    const body = { params: { folder: 'x' }, runAt: TOMORROW };
    const first = await submit('feishu-sync', body, headers);
    expect((await submit('feishu-sync', body, headers)).body).toEqual(first.body);
    expect([first.body.state, first.body.phase]).toEqual(['pending', 'waiting']);
  });

  it('answers with the state of a task whose dependencies have all completed', async () => {
    const { executionId } = (await submit('feishu-sync')).body;
    await waitFor(async () => (await get(executionId)).status === 'completed', { what: 'the task to end' });
    expect((await submit('feishu-sync', { dependsOn: [executionId] })).body).toMatchObject({ state: 'submitted', phase: 'ready' });
  });

  it('recognises a repeated request with another order of members', async () => {
    const headers = { 'idempotency-key': 'order' };
    const first = await submit('feishu-sync', '{"params":{"a":1,"b":{"c":2,"d":3}},"priority":"high"}', headers);
    const again = await submit('feishu-sync', '{"priority":8,"params":{"b":{"d":3,"c":2},"a":1}}', headers);
    expect([again.status, again.body.executionId]).toEqual([202, first.body.executionId]);
  });

  it('rejects another request with the same key', async () => {
    const headers = { 'idempotency-key': 'tuesday' };
    await submit('feishu-sync', { params: { folder: 'x' } }, headers);
    for (const [name, body] of [
      ['feishu-sync', { params: { folder: 'y' } }],
      ['feishu-sync', { params: { folder: 'x' }, priority: 'high' }],
      ['broken-sync', { params: { folder: 'x' } }],
    ] as const) {
      const { status, body: problem } = await submit(name, body, headers);
      expect([status, problem]).toMatchObject([422, { code: 'idempotency_key_reused', retryable: false }]);
    }
  });

  it('separates the keys of different callers', async () => {
    const headers = { 'idempotency-key': 'wednesday' };
    const mine = await submit('feishu-sync', {}, headers);
    const theirs = await submit('feishu-sync', {}, { ...headers, authorization: `Bearer ${await server.keyOf('operator')}` });
    expect(theirs.body.executionId).not.toBe(mine.body.executionId);
  });

  it('creates one task for twenty simultaneous requests', async () => {
    const before = await countTasks();
    const headers = { 'idempotency-key': 'rush' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => submit('feishu-sync', { params: { folder: 'z' } }, headers)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(202));
    expect(new Set(answers.map(({ body }) => body.executionId)).size).toBe(1);
    expect(answers.filter(({ headers: given }) => given.get('idempotency-replayed') === null)).toHaveLength(1);
    expect((await countTasks()) - before).toBe(1);
  });
});
