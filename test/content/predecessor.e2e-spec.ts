import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CreationError } from '../../src/creators/creation-error.ts';
import { CreatorRegistry } from '../../src/creators/creator.registry.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { ContentClient, type ContentTask } from '../api/content-client.ts';
import { startStub } from '../channels/stub-server.ts';
import { CreatorService, TOKEN } from '../creators/http-harness.ts';
import { ScriptedCreator } from './scripted-creator.ts';

/** docs/predecessor.md */
describe('where the predecessor failed', () => {
  const service = new CreatorService();
  let stub: Awaited<ReturnType<typeof startStub>>;
  let server: TestApplication;
  let client: ContentClient;

  beforeAll(async () => {
    stub = await startStub((request) => service.answer(request));
    server = await startApplication({
      settings: {
        CREATOR_HTTP_URL: `http://127.0.0.1:${stub.port}`,
        CREATOR_HTTP_TOKEN: TOKEN,
        CREATOR_HTTP_CALLBACK_SECRET: `whsec_${Buffer.alloc(24, 7).toString('base64')}`,
        PUBLIC_URL: 'https://hub.example.org',
        ASYNC_POLL_INTERVAL: '1',
        ASYNC_TASK_TIMEOUT: '600',
      },
    });
    client = new ContentClient(server.http);
  });
  afterAll(async () => {
    await server.close();
    await stub.stop();
  });

  it('an asynchronous creator gets the whole request, and the task its priority', async () => {
    const { id: accountId } = await client.createAccount({ creator: 'http' });
    const wish = { topic: 'Tides of spring', keywords: ['tide', 'moon'], tone: 'lively', category: 'sea', requirements: 'Two examples.' };
    const { body: task } = await client.submit({ accountId, ...wish, priority: 'urgent', allowDuplicate: true });
    expect(task).toMatchObject({ ...wish, priority: 10 });
    await client.ended(task.taskId);
    const sent = service.requests.find(({ method, body }) => method === 'POST' && body.includes(wish.topic));
    expect(JSON.parse(sent?.body.toString() ?? '')).toMatchObject({
      ...wish,
      callbackUrl: 'https://hub.example.org/creator-callbacks/http',
    });
  });

  it('a retry has its whole time limit again', async () => {
    const creator = Object.assign(new ScriptedCreator(), {
      submitting: (count: number) =>
        count === 1 ? Promise.reject(new CreationError('transient', 'busy')) : Promise.resolve('work-of-a-retry'),
      polled: () => ({ state: 'running', progress: null, step: null }),
    });
    server.app.get(CreatorRegistry).register('retried', creator);
    const { id: accountId } = await client.createAccount({ creator: 'retried' });
    const { body } = await client.submit({ accountId, topic: 'Tides of autumn', allowDuplicate: true });
    const retried = await waitFor(
      async () => {
        const task = (await server.http<ContentTask>('GET', `/content-tasks/${body.taskId}`)).body;
        return task.retryCount === 1 && task.status === 'running' && task.timeoutAt !== null && task;
      },
      { what: 'the second attempt' },
    );
    expect(Date.parse(retried.timeoutAt ?? '') - Date.parse(retried.startedAt ?? '')).toBe(600_000);
    await server.http('DELETE', `/content-tasks/${body.taskId}`);
  });

  it.each(['pending', 'waiting', 'running'])('a poll understands %s: the task runs on', async (status) => {
    let polls = 0;
    service.trouble = ({ url }) => {
      if (!url.pathname.endsWith('/status') || (polls += 1) > 1) return null;
      return { status: 200, body: { data: { status } } };
    };
    const { id: accountId } = await client.createAccount({ creator: 'http' });
    const { body } = await client.submit({ accountId, topic: `Tides that are ${status}`, allowDuplicate: true });
    expect(await client.ended(body.taskId)).toMatchObject({ status: 'completed', retryCount: 0 });
    expect(polls).toBe(2);
  });

  it('a poll understands cancelled: the task is cancelled', async () => {
    service.trouble = ({ url }) => (url.pathname.endsWith('/status') ? { status: 200, body: { data: { status: 'cancelled' } } } : null);
    const { id: accountId } = await client.createAccount({ creator: 'http' });
    const { body } = await client.submit({ accountId, topic: 'Tides that are cancelled', allowDuplicate: true });
    expect(await client.ended(body.taskId)).toMatchObject({ status: 'cancelled', contentId: null });
    service.trouble = () => null;
  });
});
