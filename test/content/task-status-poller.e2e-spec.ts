import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CreationError } from '../../src/creators/creation-error.ts';
import type { ExternalStatus } from '../../src/creators/creator.ts';
import { CreatorRegistry } from '../../src/creators/creator.registry.ts';
import type { CreatorWorkView, WorkStatisticsView } from '../../src/content/generation/creator-work.dto.ts';
import { startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { ContentClient, type ContentTask } from '../api/content-client.ts';
import { startStub, type StubAnswer } from '../channels/stub-server.ts';
import { CreatorService, TOKEN } from '../creators/http-harness.ts';
import { ScriptedCreator } from './scripted-creator.ts';

type Work = Wire<CreatorWorkView>;

const RUNNING: ExternalStatus = { state: 'running', progress: null, step: null };
const garbled = () => new CreationError('incompatible', 'The service answered 200 without a JSON object');

describe('TaskStatusPoller', () => {
  const service = new CreatorService();
  let stub: Awaited<ReturnType<typeof startStub>>;
  let server: TestApplication;
  let client: ContentClient;
  let made = 0;

  beforeAll(async () => {
    stub = await startStub((request) => service.answer(request));
    server = await startApplication({
      quickLoops: ['external-work'],
      settings: {
        CREATOR_HTTP_URL: `http://127.0.0.1:${stub.port}`,
        CREATOR_HTTP_TOKEN: TOKEN,
        ASYNC_POLL_INTERVAL: '3600', // a poll that is not brought forward is later than this test
      },
    });
    client = new ContentClient(server.http);
  });
  afterAll(async () => {
    await server.close();
    await stub.stop();
  });

  async function request(creator: string, body: Record<string, unknown> = {}): Promise<ContentTask> {
    made += 1;
    const { id: accountId } = await client.createAccount({ creator });
    return (await client.submit({ accountId, topic: `Tides ${made}`, allowDuplicate: true, ...body })).body;
  }
  /** A request whose creator the test writes. It is polled each hour. */
  async function scripted(script: Partial<ScriptedCreator>): Promise<{ task: ContentTask; creator: ScriptedCreator }> {
    const name = `scripted-${made + 1}`;
    const creator = Object.assign(new ScriptedCreator(), { submitting: () => Promise.resolve(`of-${name}`) }, script);
    server.app.get(CreatorRegistry).register(name, creator);
    return { task: await request(name), creator };
  }
  const worksOf = async (task: ContentTask) =>
    (await server.http<{ items: Work[] }>('GET', `/content-tasks/${task.taskId}/work`)).body.items;
  const pollAt = async ({ id }: ContentTask) =>
    (
      await server.sql<{ seconds: number | null }>(
        `SELECT extract(epoch FROM poll_at - app_now())::float8 AS seconds FROM tasks WHERE id = $1 AND external_id IS NOT NULL`,
        [id],
      )
    )[0]?.seconds ?? null;
  const waiting = (task: ContentTask) => waitFor(async () => (await pollAt(task)) !== null, { what: 'the task to wait' });
  const poll = (path: string) => server.http<{ due: number }>('POST', path);
  const pollUntilEnded = async (task: ContentTask) => {
    await waitFor(
      async () => {
        await poll(`/content-tasks/${task.taskId}/poll`);
        return (await server.http<ContentTask>('GET', `/content-tasks/${task.taskId}`)).body.completedAt !== null;
      },
      { what: 'the task to end' },
    );
    return client.ended(task.taskId);
  };

  it('polls one task now, or all', async () => {
    const first = await request('http');
    const second = await request('http');
    await waiting(first);
    await waiting(second);
    expect(await pollAt(first)).toBeGreaterThan(3_000);
    expect((await poll(`/content-tasks/${first.taskId}/poll`)).body).toEqual({ due: 1 });
    expect(await client.ended(first.taskId)).toMatchObject({ status: 'completed' });
    expect((await poll(`/content-tasks/${first.taskId}/poll`)).body).toEqual({ due: 0 });
    const limited = await server.keyOf('editor', { accountIds: [first.accountId] });
    const within = await server.http('POST', '/creator-work/poll', undefined, { authorization: `Bearer ${limited}` });
    expect([within.status, within.body]).toEqual([202, { due: 0 }]);
    expect((await poll('/creator-work/poll')).body).toEqual({ due: 1 });
    expect(await client.ended(second.taskId)).toMatchObject({ status: 'completed' });
  });

  it.each([
    ['an error', { status: 503, headers: { 'retry-after': '1' }, body: '' }],
    ['work that runs', { status: 200, headers: { 'retry-after': '1' }, body: { data: { status: 'running' } } }],
  ])('honours the Retry-After of a poll that answers with %s', async (_, answer: StubAnswer) => {
    let polls = 0;
    service.trouble = ({ url }) => (url.pathname.endsWith('/status') && (polls += 1) === 1 ? answer : null);
    const task = await request('http');
    await waiting(task);
    await poll(`/content-tasks/${task.taskId}/poll`);
    expect(await client.ended(task.taskId)).toMatchObject({ status: 'completed' });
    expect(polls).toBe(2);
  });

  it.each([
    ['an error', { status: 429, headers: { 'retry-after': '999999' }, body: '' }],
    ['work that runs', { status: 200, headers: { 'retry-after': '999999' }, body: { data: { status: 'running' } } }],
  ])('waits at most an hour for %s', async (_, answer: StubAnswer) => {
    let polls = 0;
    service.trouble = ({ url }) => {
      if (!url.pathname.endsWith('/status')) return null;
      polls += 1;
      return answer;
    };
    const task = await request('http');
    await waiting(task);
    await poll(`/content-tasks/${task.taskId}/poll`);
    const seconds = await waitFor(async () => polls === 1 && ((await pollAt(task)) ?? 0) > 60 && pollAt(task), { what: 'the poll' });
    expect(seconds).toBeLessThanOrEqual(3_600);
    expect(seconds).toBeGreaterThan(3_000);
    service.trouble = () => null;
  });

  it('survives four unreadable answers in a row, and a readable one begins a new count', async () => {
    let polls = 0;
    const { task } = await scripted({
      polled: () => {
        polls += 1;
        if (polls === 5) return RUNNING;
        if (polls <= 9) throw garbled();
        return { state: 'completed' };
      },
    });
    expect(await pollUntilEnded(task)).toMatchObject({ status: 'completed', retryCount: 0 });
    expect(await worksOf(task)).toMatchObject([{ state: 'completed', polls: 10, pollErrors: 8, unreadablePolls: 4 }]);
  });

  it('fails at the fifth unreadable answer', async () => {
    const polled = () => {
      throw garbled();
    };
    const { task } = await scripted({ polled });
    await waiting(task);
    await waitFor(
      async () => {
        await poll(`/content-tasks/${task.taskId}/poll`);
        return (await worksOf(task)).some(({ state }) => state === 'failed');
      },
      { what: 'the work to be closed' },
    );
    expect((await worksOf(task)).at(-1)).toMatchObject({ polls: 5, pollErrors: 5, unreadablePolls: 5, error: garbled().message });
    await server.http('DELETE', `/content-tasks/${task.taskId}`);
  });

  it('fetches a text again that could not be read', async () => {
    let fetched = 0;
    const text = () => {
      if ((fetched += 1) < 3) throw garbled();
      return 'The tide follows the moon.';
    };
    const { task } = await scripted({ text });
    expect(await pollUntilEnded(task)).toMatchObject({ status: 'completed', retryCount: 0 });
    expect(await worksOf(task)).toMatchObject([{ state: 'completed', pollErrors: 2 }]);
  });

  it('closes the work of a task that timed out, lists it as late before, and asks the creator to stop', async () => {
    const { task, creator } = await scripted({ polled: () => RUNNING });
    await waiting(task);
    await server.sql(`UPDATE tasks SET deadline_at = app_now() - interval '1 s', attempt = max_attempts WHERE id = $1`, [task.id]);
    const late = (await server.http<{ items: Work[] }>('GET', '/creator-work?late=true')).body.items;
    expect(late).toMatchObject([{ taskId: task.taskId, state: 'submitted', externalId: expect.stringContaining('of-') }]);
    expect(await client.ended(task.taskId)).toMatchObject({ status: 'timeout' });
    await waitFor(async () => creator.cancelled.length === 1, { what: 'the creator to be asked' });
    expect(await worksOf(task)).toMatchObject([{ state: 'given_up', error: 'The task ended as timeout before this work.' }]);
    expect((await server.http<{ items: Work[] }>('GET', '/creator-work?late=true')).body.items).toEqual([]);
  });

  it('stops work that was accepted after its task was cancelled', async () => {
    let accept = (_id: string): void => undefined;
    const submitting = () => new Promise<string>((done) => (accept = done));
    const { task, creator } = await scripted({ submitting });
    await waitFor(async () => creator.submissions.length === 1, { what: 'the request' });
    await server.http('DELETE', `/content-tasks/${task.taskId}`);
    await waitFor(async () => (await worksOf(task))[0]?.state === 'given_up', { what: 'the hand-over to be closed' });
    accept('too-late');
    await waitFor(async () => creator.cancelled.length === 1, { what: 'the creator to be asked' });
    expect(creator.cancelled).toEqual(['too-late']);
  });

  it('counts by creator', async () => {
    const { task } = await scripted({});
    await pollUntilEnded(task);
    const { since, pollIntervalSeconds, items } = (await server.http<Wire<WorkStatisticsView>>('GET', '/creator-work/stats?hours=1')).body;
    expect(Date.now() - Date.parse(since)).toBeGreaterThanOrEqual(3_600_000);
    expect(pollIntervalSeconds).toBe(3_600);
    const [work] = await worksOf(task);
    const { creator, polls } = work as Work;
    expect(items.find((each) => each.creator === creator)).toEqual({
      creator,
      open: 0,
      late: 0,
      completed: 1,
      failed: 0,
      cancelled: 0,
      givenUp: 0,
      polls,
      pollErrors: 0,
      callbacks: 0,
      lastPolledAt: work?.polledAt,
      medianSeconds: expect.any(Number),
    });
    const byState = await server.http<{ items: Work[] }>('GET', `/creator-work?state=completed&creator=${creator}`);
    expect(byState.body.items).toMatchObject([{ id: work?.id }]);
  });
});
