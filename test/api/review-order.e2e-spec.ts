import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Settings } from '../../src/platform/config/settings.ts';
import type { Role } from '../../src/platform/auth/roles.ts';
import { type Answer, startApplication, type TestApplication } from '../support/application.ts';
import { type HeldLock, runBehindLock, untilLockWaits } from '../support/lock-holder.ts';
import { type Content, ContentClient, type ContentTask, SOURCES } from './content-client.ts';

let server: TestApplication;
let client: ContentClient;
let editor: Record<string, string>;
let approver: Record<string, string>;

beforeAll(async () => {
  server = await startApplication();
  client = new ContentClient(server.http);
  const bearer = async (role: Role) => ({ authorization: `Bearer ${await server.keyOf(role)}` });
  [editor, approver] = [await bearer('editor'), await bearer('approver')];
});
beforeEach(() => server.sql('DELETE FROM contents')); // texts of the same sources are near-duplicates
afterAll(() => server.close());

const send = <Body = Content>(content: Content, action: string, headers: object, body: object = {}): Promise<Answer<Body>> =>
  server.http<Body>('POST', `/contents/${content.id}/${action}`, body, { 'if-match': `"v${content.version}"`, ...headers });
const rewrite = (content: Content) => send<ContentTask & { code?: string }>(content, 'rewrite', editor);

async function pending(): Promise<Content> {
  const { id: accountId } = await client.createAccount({ sources: SOURCES, review: { mode: 'manual' } });
  return client.generate({ accountId, keywords: ['storage'] });
}
const returned = async () => (await send(await pending(), 'return', approver, { reasons: ['too_long'], note: 'Half of it.' })).body;

/** Sends a request that has read the content, and commits `lock` once the request waits for it. */
const behind = async <T>(lock: HeldLock, request: () => Promise<T>, whileWaiting?: () => Promise<unknown>): Promise<T> =>
  (await runBehindLock(server.app.get(Settings).databaseUrl ?? '', lock, request, whileWaiting)).answer;

/** Another request edits the content, and commits after this request has read it. */
const editOf = ({ id }: Content): HeldLock => ({
  text: `UPDATE contents SET title = 'Edited meanwhile', version = version + 1 WHERE id = $1`,
  values: [id],
  commits: true,
});

describe('a request that waits for an edit of the content', () => {
  it('does not approve the text that nobody has read', async () => {
    const content = await pending();
    const { body } = await behind(editOf(content), () => send(content, 'approve', approver));
    expect(body).toMatchObject({ status: 412, code: 'version_changed' });
    expect(await client.getContent(content.id)).toMatchObject({ reviewStatus: 'pending_review', version: 2, title: 'Edited meanwhile' });
  });

  it('does not rewrite the text that nobody has read', async () => {
    const content = await returned();
    const { body } = await behind(editOf(content), () => rewrite(content));
    expect(body).toMatchObject({ status: 412, code: 'version_changed' });
    expect(await server.sql('SELECT FROM content_generation WHERE rewrite_of = $1', [content.id])).toEqual([]);
  });
});

it('of two requests at once to rewrite a content, the second waits for the first and is rejected', async () => {
  const content = await returned();
  await server.http('POST', '/queues/content/pause');
  let second: Promise<Answer<ContentTask & { code?: string }>> | undefined;
  // The lock stops an insert of the generation, so the first request has passed its checks and has stored nothing.
  const lock = { text: 'LOCK TABLE content_generation IN SHARE MODE' };
  const first = await behind(
    lock,
    () => rewrite(content),
    async () => {
      second = rewrite(content);
      await untilLockWaits((text) => server.sql(text), 2);
    },
  );
  expect(first.status).toBe(202);
  expect((await second)?.body).toMatchObject({ status: 409, code: 'rewrite_open' });
  await server.http('POST', '/queues/content/resume');
  expect((await client.ended(first.body.taskId)).status).toBe('completed');
});
