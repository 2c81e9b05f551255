import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ContentTask, ContentClient, LATER } from '../api/content-client.ts';
import { startStub, type StubRequest } from '../channels/stub-server.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';

describe('the callback of a content task', () => {
  const received: StubRequest[] = [];
  let status = 200;
  let stub: Awaited<ReturnType<typeof startStub>>;
  let server: TestApplication;
  let client: ContentClient;
  let accountId: string;

  beforeAll(async () => {
    stub = await startStub((request) => {
      received.push(request);
      return { status: received.length === 1 ? status : 200 };
    });
    server = await startApplication({ settings: { EGRESS_ALLOW_PRIVATE: `127.0.0.1:${stub.port}` } });
    client = new ContentClient(server.http);
    accountId = (await client.createAccount({ creator: 'simulated', creatorOptions: { latencyMs: 0 } })).id;
  });
  beforeEach(() => {
    received.length = 0;
    status = 200;
  });
  afterAll(async () => {
    await server.close();
    await stub.stop();
  });

  const url = () => `http://127.0.0.1:${stub.port}/hook?key=canary`;
  const submit = async (wish: object): Promise<ContentTask> =>
    (await client.submit({ accountId, topic: 'Tides', allowDuplicate: true, callbackUrl: url(), ...wish })).body;
  const called = () => waitFor(async () => received.length > 0, { what: 'the callback' });
  const bodyOf = (request: StubRequest | undefined) => JSON.parse(request?.body.toString() ?? '') as Record<string, unknown>;
  const callbackOf = async ({ executionId }: ContentTask) => {
    const { items } = (
      await server.http<{ items: { params: { executionId: string } }[] }>('GET', '/executions?taskName=content-callback&limit=200')
    ).body;
    return items.find(({ params }) => params.executionId === executionId) as { status: string; error: unknown } | undefined;
  };

  it('reports its completion with the text', async () => {
    const task = await submit({ taskId: 'mine-1', priority: 'high' });
    await called();
    expect(received[0]?.headers).toMatchObject({ 'x-webhook-event': 'completed', 'x-task-id': 'mine-1' });
    expect(bodyOf(received[0])).toMatchObject({
      event: 'completed',
      taskId: 'mine-1',
      workflowType: 'content-creator',
      status: 'completed',
      metadata: { executionId: task.executionId, topic: 'Tides', priority: 8 },
      result: { title: expect.any(String), content: expect.stringContaining(' '), wordCount: expect.any(Number) },
    });
    await waitFor(async () => (await callbackOf(task))?.status === 'completed', { what: 'the callback to complete' });
  });

  it.each([
    ['failed', (_task: ContentTask) => Promise.resolve(), { creatorOptions: { behavior: 'bad_json' } }],
    ['cancelled', (task: ContentTask) => server.http('DELETE', `/content-tasks/${task.taskId}`), { runAt: LATER }],
  ])('reports that it %s', async (event, end, wish) => {
    await end(await submit(wish));
    await called();
    expect(bodyOf(received[0])).toMatchObject({ event, status: event, error: { message: expect.any(String) } });
  });

  it('sends nothing about other events than those that were asked for', async () => {
    const task = await submit({ callbackEvents: ['failed'] });
    await waitFor(async () => (await callbackOf(task))?.status === 'cancelled', { what: 'the callback to be left out' });
    expect(received).toEqual([]);
  });

  it('fails when the receiver refuses it, and its error does not show the address', async () => {
    status = 400;
    const task = await submit({});
    await waitFor(async () => (await callbackOf(task))?.status === 'failed', { what: 'the refused callback' });
    expect(JSON.stringify((await callbackOf(task))?.error)).not.toContain('canary');
    expect(received).toHaveLength(1);
  });

  it('is stored once for a repeated request', async () => {
    const wish = { accountId, topic: 'Tides', allowDuplicate: true, callbackUrl: url() };
    const [one, two] = [await client.submit(wish, { 'idempotency-key': 'k-1' }), await client.submit(wish, { 'idempotency-key': 'k-1' })];
    expect(two.body.executionId).toBe(one.body.executionId);
    await called();
    const rows = await server.sql(`SELECT 1 FROM tasks WHERE name = 'content-callback' AND params ->> 'executionId' = $1`, [
      one.body.executionId,
    ]);
    expect(rows).toHaveLength(1);
  });
});
