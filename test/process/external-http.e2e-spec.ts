import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startStub } from '../channels/stub-server.ts';
import { CreatorService, TOKEN } from '../creators/http-harness.ts';
import { waitFor } from '../support/wait-for.ts';
import { Server } from './server.ts';

interface ContentTask {
  taskId: string;
  status: string;
  contentId: string | null;
  completedAt: string | null;
}

describe('kill -9 while a service writes', () => {
  const service = new CreatorService();
  let stub: Awaited<ReturnType<typeof startStub>>;
  let server: Server;
  let accountId: string;

  beforeAll(async () => {
    stub = await startStub((request) => service.answer(request));
    server = new Server({
      CREATOR_HTTP_URL: `http://127.0.0.1:${stub.port}`,
      CREATOR_HTTP_TOKEN: TOKEN,
      ASYNC_POLL_INTERVAL: '1',
      LEASE_TTL_MS: '600000',
    });
    await server.start();
    accountId = (await server.call<{ id: string }>('POST', '/accounts', { name: 'service', platform: 'blog', creator: 'http' })).id;
  });
  afterAll(async () => {
    await server.remove();
    await stub.stop();
  });

  const submit = (topic: string) => server.call<ContentTask>('POST', '/content-tasks', { accountId, topic, allowDuplicate: true });
  const posts = (topic: string) => service.requests.filter(({ method, body }) => method === 'POST' && body.includes(topic));
  const works = (topic: string) => [...service.works.values()].filter((work) => work.topic === topic);
  const ended = ({ taskId }: ContentTask) =>
    waitFor(
      async () => {
        const task = await server.call<ContentTask>('GET', `/content-tasks/${taskId}`);
        return task.completedAt !== null && task;
      },
      { what: 'the task to end', timeoutMs: 60_000 },
    );

  it('repeats a hand-over whose answer is lost with its key: one piece of work, one content', async () => {
    const topic = 'Tides of the north';
    service.trouble = (request) => {
      if (request.method !== 'POST' || posts(topic).length > 1) return null;
      service.trouble = () => null;
      service.answer(request); // the work exists
      return undefined; // and the answer never arrives
    };
    const task = await submit(topic);
    await waitFor(async () => works(topic).length === 1, { what: 'the service to accept the work' });
    server.killApplication();
    expect(await ended(task)).toMatchObject({ status: 'completed', contentId: expect.any(String) });
    expect(works(topic)).toHaveLength(1);
    const keys = new Set(posts(topic).map(({ headers }) => headers['idempotency-key']));
    expect(keys.size).toBe(1);
  });

  it('polls the work of the process that was killed, and hands nothing over again', async () => {
    const topic = 'Ebb of the south';
    let isDone = false;
    let polls = 0;
    service.trouble = ({ url }) => {
      if (isDone || !url.pathname.endsWith('/status')) return null;
      polls += 1;
      return { status: 200, body: { data: { status: 'running' } } };
    };
    const task = await submit(topic);
    await waitFor(async () => polls > 0, { what: 'a poll' });
    server.killApplication();
    const before = polls;
    await waitFor(async () => polls > before, { what: 'a poll of the new process', timeoutMs: 60_000 });
    isDone = true;
    expect(await ended(task)).toMatchObject({ status: 'completed' });
    expect(posts(topic)).toHaveLength(1);
  });
});
