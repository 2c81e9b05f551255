import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApplication, type TestApplication } from '../support/application.ts';
import { type Content, ContentClient, SOURCES } from './content-client.ts';

type Problem = { code: string };

let server: TestApplication;
let client: ContentClient;
let accountId = '';
let content: Content;
let ann = '';
let ben = '';

beforeAll(async () => {
  server = await startApplication();
  client = new ContentClient(server.http);
  accountId = (await client.createAccount({ sources: SOURCES, language: 'en' })).id;
  [ann, ben] = await Promise.all([server.keyOf('approver'), server.keyOf(['approver', 'editor'])]);
});
beforeEach(async () => {
  content = await client.generate({ accountId, topic: 'Grid storage', autoApprove: false });
});
afterAll(() => server.close());

function as<Body = Content & Problem>(key: string, method: string, path: string, body?: unknown, ifMatch = '*') {
  return server.http<Body>(method, `/contents/${content.id}${path}`, body, { authorization: `Bearer ${key}`, 'if-match': ifMatch });
}
async function undo(key = ann): Promise<[number, string]> {
  const { status, body } = await as(key, 'POST', '/undo');
  return [status, status === 200 ? body.reviewStatus : body.code];
}
const olderThan = (seconds: number) =>
  server.sql(`UPDATE content_reviews SET at = at - make_interval(secs => $2) WHERE content_id = $1`, [content.id, seconds]);

describe('undo', () => {
  it.each<[string, object]>([
    ['approve', {}],
    ['return', { reasons: ['style'], note: 'Shorter.' }],
  ])('of %s: the content waits again as before', async (action, body) => {
    const before = await client.getContent(content.id);
    expect((await as(ann, 'POST', `/${action}`, body)).status).toBe(200);
    expect(await undo()).toEqual([200, 'pending_review']);
    const after = await client.getContent(content.id);
    const { reviewReasons, reviewNote, qualityScore, reviewer, approvedAt, version } = after;
    expect({ reviewReasons, reviewNote, qualityScore, reviewer, approvedAt, version }).toEqual({
      reviewReasons: before.reviewReasons,
      reviewNote: before.reviewNote,
      qualityScore: before.qualityScore,
      reviewer: null,
      approvedAt: null,
      version: before.version,
    });
    const { body: history } = await as<{ items: { transition: string }[] }>(ann, 'GET', '/reviews');
    expect(history.items.map(({ transition }) => transition)).toEqual(['undo', action, 'create']);
  });

  it('is possible once, and an approval can follow it', async () => {
    await as(ann, 'POST', '/approve', {});
    expect([await undo(), await undo()]).toEqual([
      [200, 'pending_review'],
      [409, 'nothing_to_undo'],
    ]);
    expect((await as(ben, 'POST', '/approve', {})).body.reviewStatus).toBe('approved');
  });

  it('is for ten seconds', async () => {
    await as(ann, 'POST', '/approve', {});
    await olderThan(8);
    expect(await undo()).toEqual([200, 'pending_review']);
    await as(ann, 'POST', '/approve', {});
    await olderThan(10);
    expect(await undo()).toEqual([409, 'undo_expired']);
    expect((await client.getContent(content.id)).reviewStatus).toBe('approved');
  });

  it('is for who decided', async () => {
    await as(ann, 'POST', '/approve', {});
    expect(await undo(ben)).toEqual([409, 'nothing_to_undo']);
  });

  it.each([
    ['publishing', []],
    ['failed', [['fail', 'failed']]],
    ['outcome_unknown', [['lose', 'outcome_unknown']]],
  ])('is refused when an entry of the pool is %s', async (_status, steps) => {
    await server.sql('UPDATE accounts SET publishing_paused = true WHERE id = $1', [accountId]); // nothing is published meanwhile
    await server.http('POST', `/accounts/${accountId}/channels`, {
      name: 'site',
      kind: 'file',
      config: { mode: 'publish', folder: 'site' },
    });
    await as(ann, 'POST', '/approve', {});
    await server.http('POST', `/contents/${content.id}/publish`, {});
    const update = 'UPDATE pool_entries SET status = $2, transition = $3, revision = revision + 1 WHERE content_id = $1 RETURNING id';
    for (const [transition, to] of [['begin', 'publishing'], ...steps]) {
      expect(await server.sql(update, [content.id, to, transition])).toHaveLength(1);
    }
    expect(await undo()).toEqual([409, 'publication_begun']);
  });

  it('needs the version that was decided about, and no edit since', async () => {
    await as(ann, 'POST', '/approve', {});
    expect((await as(ann, 'POST', '/undo', undefined, '"v7"')).status).toBe(412);
    await client.patch(`/contents/${content.id}`, { title: 'Another one' }, '"v1"');
    expect((await undo())[0]).toBe(409);
  });
});

describe('readers', () => {
  const readers = async (key: string) => (await as<{ readers: { reader: { name: string } }[] }>(key, 'GET', '')).body.readers.length;

  it('are shown to the others for 30 seconds', async () => {
    expect((await as<{ items: unknown[] }>(ann, 'PUT', '/presence')).body).toEqual({ items: [] });
    expect((await as<{ items: unknown[] }>(ben, 'PUT', '/presence')).body.items).toMatchObject([
      { reader: { type: 'key', name: "the approver's key" } },
    ]);
    expect([await readers(ann), await readers(ben), await readers(server.key)]).toEqual([1, 1, 2]);
    await server.sql(`UPDATE content_presence SET seen_at = seen_at - interval '31 s' WHERE content_id = $1`, [content.id]);
    expect(await readers(server.key)).toBe(0);
  });
});

describe('the review queue', () => {
  it('is filtered by words, language and time', async () => {
    const ids = async (query: string) =>
      (await server.http<{ items: { id: string }[] }>('GET', `/reviews?limit=200&${query}`)).body.items.map(({ id }) => id);
    const [word = ''] = content.title.split(' ');
    expect(await ids(`sort=risk&q=${encodeURIComponent(word)}&language=en&since=PT1H`)).toContain(content.id);
    expect(await ids('q=nothing-like-it')).toEqual([]);
    expect(await ids('language=zh')).toEqual([]);
    expect(await ids(`since=${encodeURIComponent(new Date(Date.now() + 60_000).toISOString())}`)).toEqual([]);
    expect((await server.http('GET', '/reviews?sort=title')).status).toBe(400);
  });
});
