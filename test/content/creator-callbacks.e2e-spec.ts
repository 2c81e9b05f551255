import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signWebhook } from '../../src/platform/egress/standard-webhook.ts';
import { ExternalWorkPoller } from '../../src/workers/pool/external-work-poller.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { ContentClient, type ContentTask } from '../api/content-client.ts';
import { startStub } from '../channels/stub-server.ts';
import { CreatorService, TOKEN } from '../creators/http-harness.ts';

const KEY = Buffer.alloc(24, 7);
const secret = `whsec_${KEY.toString('base64')}`;

describe('callbacks of the creator http', () => {
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
        CREATOR_HTTP_CALLBACK_SECRET: secret,
        PUBLIC_URL: 'https://hub.example.org',
        ASYNC_POLL_INTERVAL: '3600', // only a callback can bring the poll into the time of this test
      },
    });
    client = new ContentClient(server.http);
  });
  afterAll(async () => {
    await server.close();
    await stub.stop();
  });

  /** A task whose work is accepted and which waits for its poll. */
  async function waitingTask(topic: string): Promise<{ task: ContentTask; externalId: string }> {
    const { id: accountId } = await client.createAccount({ creator: 'http' });
    const task = (await client.submit({ accountId, topic, allowDuplicate: true })).body;
    const [row] = await waitFor(
      async () => {
        const rows = await server.sql<{ id: string }>('SELECT external_id AS id FROM tasks WHERE id = $1 AND external_id IS NOT NULL', [
          task.id,
        ]);
        return rows.length === 1 && rows;
      },
      { what: 'the task to wait' },
    );
    return { task, externalId: row?.id ?? '' };
  }

  const send = (externalId: string, { id = 'msg', at = Date.now(), key = KEY, changed = false, creator = 'http' } = {}) => {
    const body = { event: 'task.completed', taskId: externalId, status: 'completed' };
    const headers = signWebhook(id, JSON.stringify(body), key, at);
    const sent = changed ? { ...body, status: 'failed' } : body;
    return server.http('POST', `/creator-callbacks/${creator}`, sent, { ...headers, authorization: undefined as never });
  };

  it('50 parallel repetitions of one callback beside polls have one effect', async () => {
    const { task, externalId } = await waitingTask('Tides of the north');
    const submitted = service.requests.find(({ method, body }) => method === 'POST' && body.includes('Tides of the north'));
    expect(JSON.parse(submitted?.body.toString() ?? '')).toMatchObject({ callbackUrl: 'https://hub.example.org/creator-callbacks/http' });
    const poller = server.app.get(ExternalWorkPoller);
    const repeated = Array.from({ length: 50 }, () => send(externalId, { id: 'msg-50' }));
    const polls = Array.from({ length: 20 }, () => poller.poll(new AbortController().signal));
    expect(new Set((await Promise.all(repeated)).map(({ status }) => status))).toEqual(new Set([204]));
    await Promise.all(polls);
    expect(await client.ended(task.taskId)).toMatchObject({ status: 'completed' });
    const [counts] = await server.sql(
      `SELECT (SELECT count(*)::int FROM contents WHERE generation_task_id = $1) AS contents,
        (SELECT count(*)::int FROM task_audit WHERE task_id = $1 AND to_status = 'completed') AS ends,
        (SELECT callbacks FROM creator_work WHERE task_id = $1) AS callbacks,
        (SELECT count(*)::int FROM webhook_inbox WHERE id = 'msg-50') AS inbox`,
      [task.id],
    );
    expect(counts).toEqual({ contents: 1, ends: 1, callbacks: 1, inbox: 1 });
    expect((await send(externalId, { id: 'msg-late' })).status).toBe(204); // the work has ended
  });

  it.each([
    ['of another secret', { key: Buffer.alloc(24, 8) }, 403, 'signature_invalid'],
    ['with a changed body', { changed: true }, 403, 'signature_invalid'],
    ['that is 301 s old', { at: Date.now() - 302_000 }, 403, 'timestamp_too_old'],
    ['of a time in an hour', { at: Date.now() + 3_600_000 }, 403, 'timestamp_in_future'],
    ['of another creator', { creator: 'cli' }, 404, 'callbacks_not_accepted'],
  ])('a callback %s changes nothing', async (_, changes, status, code) => {
    const answer = await send('unknown', { id: `msg-${code}`, ...changes });
    expect([answer.status, answer.body]).toMatchObject([status, { code }]);
    expect(await server.sql('SELECT FROM webhook_inbox WHERE id = $1', [`msg-${code}`])).toEqual([]);
  });
});
