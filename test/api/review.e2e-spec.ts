import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ContentDiff, VersionList } from '../../src/content/contents/versions.dto.ts';
import type { NoteList, ReviewHistory, ReviewQueuePage } from '../../src/content/review/review.dto.ts';
import { REVIEW_CONTENT } from '../../src/content/review/review.sql.ts';
import type { Role } from '../../src/platform/auth/roles.ts';
import { type Answer, type Http, startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { type Content, ContentClient, type ContentTask, SOURCES } from './content-client.ts';

let server: TestApplication;
let client: ContentClient;
/** Headers of a person with these roles. */
let editor: Record<string, string>;
let approver: Record<string, string>;
let both: Record<string, string>;

beforeAll(async () => {
  server = await startApplication();
  client = new ContentClient(server.http);
  const bearer = async (...roles: Role[]) => ({ authorization: `Bearer ${await server.keyOf(roles)}` });
  [editor, approver, both] = [await bearer('editor'), await bearer('approver'), await bearer('editor', 'approver')];
});
beforeEach(() => server.sql('DELETE FROM contents')); // texts of the same sources are near-duplicates
afterAll(() => server.close());

const decide = (content: Content, action: string, body: object = {}, headers = approver): Promise<Answer<Content>> =>
  server.http<Content>('POST', `/contents/${content.id}/${action}`, body, { 'if-match': `"v${content.version}"`, ...headers });
const edit = async (content: Content, change: object, headers: Record<string, string>) =>
  (await server.http<Content>('PATCH', `/contents/${content.id}`, change, { 'if-match': `"v${content.version}"`, ...headers })).body;
const history = async ({ id }: Content) => (await server.http<Wire<ReviewHistory>>('GET', `/contents/${id}/reviews`)).body.items;

/** A content that waits for a person, requested by `headers`. */
async function pending(review: object = { mode: 'manual' }, headers?: Record<string, string>): Promise<Content> {
  const { id: accountId } = await client.createAccount({ sources: SOURCES, review });
  const http: Http = (method, path, body, more) => server.http(method, path, body, { ...headers, ...more });
  return new ContentClient(http).generate({ accountId, keywords: ['storage'] });
}

describe('a review', () => {
  it('approves the version that was read, once', async () => {
    const content = await pending();
    expect(content).toMatchObject({ reviewStatus: 'pending_review', reviewReasons: ['policy_manual'], reviewer: null, approvedAt: null });
    expect((await decide(content, 'approve', { note: 'Good.' })).status).toBe(200);
    expect((await decide(content, 'approve')).body).toMatchObject({ status: 409, code: 'review_state' });
    const approved = await client.getContent(content.id);
    expect(approved).toMatchObject({ reviewStatus: 'approved', version: 1, reviewer: { type: 'key' }, approvedAt: expect.any(String) });
    expect(await history(content)).toEqual([
      expect.objectContaining({ revision: 2, transition: 'approve', fromStatus: 'pending_review', toStatus: 'approved', version: 1 }),
      expect.objectContaining({ revision: 1, transition: 'create', fromStatus: null, actor: expect.objectContaining({ name: 'rules' }) }),
    ]);
  });

  it('counts for the score, until the approval ends', async () => {
    const content = await pending();
    const scoreOf = ({ qualityScore, provenance }: Content) => {
      const checks = provenance['checks'] as { check: string; ran: boolean; reason: string | null }[];
      return { score: qualityScore, person: checks.find(({ check }) => check === 'person') };
    };
    const unseen = content.qualityScore ?? 0;
    expect(scoreOf(content)).toMatchObject({ person: { ran: false, reason: 'No person has approved the text.' } });
    const approved = (await decide(content, 'approve', {}, both)).body;
    expect(scoreOf(approved)).toMatchObject({ score: unseen + 10, person: { ran: true, reason: null } });
    const fixed = await edit(approved, { title: `${approved.title}!` }, both);
    expect([fixed.reviewStatus, scoreOf(fixed)]).toMatchObject(['approved', { score: unseen + 10, person: { ran: true } }]);
    const edited = await edit(fixed, { title: approved.title }, editor);
    expect([edited.reviewStatus, scoreOf(edited)]).toMatchObject(['pending_review', { score: unseen, person: { ran: false } }]);
  });

  it('is needed for a score above 90, whatever writes it', async () => {
    const content = await pending();
    await server.sql('UPDATE contents SET quality_score = 100 WHERE id = $1', [content.id]);
    expect((await client.getContent(content.id)).qualityScore).toBe(90);
    await decide(content, 'approve');
    await server.sql('UPDATE contents SET quality_score = 100 WHERE id = $1', [content.id]);
    expect((await client.getContent(content.id)).qualityScore).toBe(100);
    await server.sql(`UPDATE contents SET title = 'Changed past the API' WHERE id = $1`, [content.id]);
    expect(await client.getContent(content.id)).toMatchObject({ reviewStatus: 'pending_review', qualityScore: 90 });
  });

  it('rejects a decision about a version that was changed since', async () => {
    const content = await pending();
    await edit(content, { title: 'Other' }, editor);
    const answer = await decide(content, 'approve');
    expect([answer.status, answer.headers.get('etag')]).toEqual([412, '"v2"']);
    const missing = await server.http('POST', `/contents/${content.id}/approve`, {}, approver);
    expect(missing.status).toBe(428);
  });

  it('changes nothing when the version changes after it was read', async () => {
    const content = await pending();
    await edit(content, { title: 'Other' }, editor);
    const readBefore = [content.id, content.version, 'approved', 'approve', 'key:late', '[]', null, ['pending_review'], null, null];
    expect(await server.sql(REVIEW_CONTENT, readBefore)).toMatchObject([{ version: 2, status: 'pending_review', changed: false }]);
    expect(await client.getContent(content.id)).toMatchObject({ reviewStatus: 'pending_review', version: 2 });
  });

  it('returns a content with reasons, which its writer submits again', async () => {
    const content = await pending();
    expect((await decide(content, 'return')).body).toMatchObject({ errors: [{ pointer: '/reasons' }] });
    expect((await decide(content, 'return', { reasons: ['other'] })).body).toMatchObject({ errors: [{ pointer: '/note' }] });
    const returned = (await decide(content, 'return', { reasons: ['too_long', 'factual_error'], note: 'The price is wrong.' })).body;
    expect(returned).toMatchObject({
      reviewStatus: 'draft',
      reviewReasons: ['too_long', 'factual_error'],
      reviewNote: 'The price is wrong.',
    });
    const draft = await edit(returned, { summary: 'Right now.' }, editor);
    expect(draft).toMatchObject({ reviewStatus: 'draft', reviewReasons: ['too_long', 'factual_error'] });
    expect((await decide(draft, 'approve')).body).toMatchObject({ status: 409, code: 'review_state' });
    expect((await decide(draft, 'submit', {}, editor)).body).toMatchObject({ reviewStatus: 'pending_review' });
  });

  it('rejects and reopens', async () => {
    const content = await pending();
    expect((await decide(content, 'reject', { reasons: ['duplicate'] })).body).toMatchObject({ reviewStatus: 'rejected' });
    expect((await decide(content, 'submit', {}, editor)).status).toBe(409);
    expect((await decide(content, 'reopen')).body).toMatchObject({ reviewStatus: 'pending_review' });
  });

  it('never approves a brief', async () => {
    const content = await client.generate({ account: (await client.createAccount()).name, topic: 'How tides are forecast' });
    expect((await decide(content, 'approve')).body).toMatchObject({ status: 409, code: 'brief_not_approvable' });
  });

  it('needs the permission of its decision', async () => {
    const content = await pending();
    for (const action of ['approve', 'return', 'reject', 'reopen']) {
      expect((await decide(content, action, { reasons: ['style'] }, editor)).status).toBe(403);
    }
    expect((await decide(content, 'submit', {}, approver)).status).toBe(403);
  });
});

describe('a rewrite', () => {
  const rewrite = (content: Content, body: object = {}) =>
    server.http<ContentTask>('POST', `/contents/${content.id}/rewrite`, body, { 'if-match': `"v${content.version}"`, ...editor });
  const returned = async (): Promise<Content> =>
    (await decide(await pending(), 'return', { reasons: ['too_long'], note: 'Half of it.' })).body;

  it('answers the same request with what was wrong, waits for a person, and replaces the returned content', async () => {
    const first = await returned();
    const { status, body: task } = await rewrite(first, { instruction: 'Begin with the price.' });
    expect(status).toBe(202);
    const { contentId } = await client.ended(task.taskId);
    const second = await client.getContent(contentId ?? '');
    expect(second).toMatchObject({ rewriteOf: first.id, accountId: first.accountId, reviewStatus: 'pending_review' });
    expect(second.reviewReasons).toContain('review_wanted');
    expect(second.checks.filter(({ code }) => code === 'duplicate_body')).toEqual([]);
    expect(second.checks).toContainEqual(expect.objectContaining({ code: 'wish_ignored', pointer: '/previousFindings' }));
    const [sent] = await server.sql<{ params: object }>('SELECT params FROM tasks WHERE id = $1', [task.executionId]);
    expect(sent?.params).toMatchObject({ keywords: ['storage'], rewriteVersion: 1, autoApprove: false });
    expect(sent?.params).toHaveProperty('previousFindings', [
      'Begin with the price.',
      'The reviewer wrote: Half of it.',
      'It is too long.',
      ...first.checks.map(({ detail }) => detail),
    ]);
    expect(await client.getContent(first.id)).toMatchObject({ reviewStatus: 'rejected', reviewReasons: ['rewritten'] });
  });

  it('leaves a returned content that was edited meanwhile to its writer', async () => {
    const first = await returned();
    await server.http('POST', '/queues/content/pause');
    const { body: task } = await rewrite(first);
    await edit(first, { summary: 'Mine.' }, editor);
    await server.http('POST', '/queues/content/resume');
    expect((await client.ended(task.taskId)).status).toBe('completed');
    expect(await client.getContent(first.id)).toMatchObject({ reviewStatus: 'draft', version: 2, summary: 'Mine.' });
  });

  it('is rejected for a content in review, for an older version, and while another one is open', async () => {
    const waiting = await pending();
    expect((await rewrite(waiting)).body).toMatchObject({ status: 409, code: 'review_state' });
    const first = await returned();
    expect((await rewrite({ ...first, version: 7 })).status).toBe(412);
    await server.http('POST', '/queues/content/pause');
    const accepted = await rewrite(first);
    expect(accepted.status).toBe(202);
    expect((await rewrite(first)).body).toMatchObject({ status: 409, code: 'rewrite_open' });
    await server.http('POST', '/queues/content/resume');
    expect((await client.ended(accepted.body.taskId)).status).toBe('completed'); // the next test deletes all contents
  });
});

describe('an account with the mode four_eyes', () => {
  const review = { mode: 'four_eyes' };

  it('rejects an approval by the requester or an editor of the content', async () => {
    const requested = await pending(review, both);
    expect(requested.reviewReasons).toEqual(['policy_four_eyes']);
    expect((await decide(requested, 'approve', {}, both)).body).toMatchObject({ status: 403, code: 'four_eyes' });
    expect((await decide(requested, 'approve')).status).toBe(200);
    const edited = await edit(await pending(review), { title: 'Mine' }, both);
    expect((await decide(edited, 'approve', {}, both)).body).toMatchObject({ status: 403, code: 'four_eyes' });
  });

  it('ends an approval with the approver’s own fix', async () => {
    const approved = (await decide(await pending(review), 'approve', {}, both)).body;
    expect(await edit(approved, { summary: 'Shorter.' }, both)).toMatchObject({ reviewStatus: 'pending_review', reviewer: null });
  });
});

describe('an approval', () => {
  it('survives the approver’s own fix and ends with the edit of another', async () => {
    const approved = (await decide(await pending(), 'approve', {}, both)).body;
    const fixed = await edit(approved, { summary: 'Shorter.' }, both);
    expect(fixed).toMatchObject({ reviewStatus: 'approved', version: 2, reviewReasons: ['fixed_by_reviewer'] });
    expect(fixed.packageHash).not.toBe(approved.packageHash);
    expect(await edit(fixed, { summary: 'Other.' }, editor)).toMatchObject({
      reviewStatus: 'pending_review',
      reviewer: null,
      approvedAt: null,
    });
  });

  it('ends with a fix that a check blocks', async () => {
    const approved = (await decide(await pending(), 'approve', {}, both)).body;
    expect(await edit(approved, { bodyMarkdown: '# Title\n\nTODO: write this.' }, both)).toMatchObject({ reviewStatus: 'pending_review' });
  });

  const TEXTS = ['title', 'summary', 'body_markdown', 'body_html', 'cover_svg'].map((column) => [column, 'changed'] as const);
  const FILES = `[{"name":"a.csv","title":"A","mediaType":"text/csv","bytes":1,"sha256":"${'0'.repeat(64)}","addedBy":"x","addedAt":"2026-11-30T00:00:00Z"}]`;
  it.each([...TEXTS, ['attachments', FILES] as const])('ends with any statement that changes %s', async (column, value) => {
    const approved = (await decide(await pending(), 'approve')).body;
    await server.sql(`UPDATE contents SET ${column} = $2 WHERE id = $1`, [approved.id, value]);
    expect(await client.getContent(approved.id)).toMatchObject({
      reviewStatus: 'pending_review',
      reviewReasons: ['changed_after_approval'],
    });
    expect((await history(approved))[0]).toMatchObject({ transition: 'edit', actor: { type: 'system' } });
  });

  it('cannot be forged by a statement', async () => {
    const { id } = await pending();
    const forge = (set: string) => server.sql(`UPDATE contents SET ${set} WHERE id = $1`, [id]);
    await expect(forge(`review_status = 'approved'`)).rejects.toThrow('without a transition');
    await expect(forge(`review_status = 'approved', review_transition = 'reopen', review_revision = review_revision + 1`)).rejects.toThrow(
      'content_reviews_transition',
    );
    await expect(forge(`review_status = 'approved', review_transition = 'approve', review_revision = review_revision + 2`)).rejects.toThrow(
      'review 3 follows 1',
    );
    const approved = (await decide(await client.getContent(id), 'approve')).body;
    await server.sql(`UPDATE contents SET approved_hash = 'forged' WHERE id = $1`, [id]).catch((error: unknown) => error);
    expect((await client.getContent(id)).packageHash).toBe(approved.packageHash);
    await expect(forge(`approved_hash = 'forged'`)).rejects.toThrow('contents_approval');
  });
});

describe('the review queue', () => {
  it('lists the highest risk first, by pages', async () => {
    const { id: accountId, name } = await client.createAccount({ sources: SOURCES, review: { mode: 'manual' } });
    const calm = await client.generate({ account: name, keywords: ['storage'] });
    const risky = await client.generate({ account: name, keywords: ['storage', 'nuclear'], requirements: 'No lists' });
    const page = async (query: string) =>
      (await server.http<Wire<ReviewQueuePage>>('GET', `/reviews?accountId=${accountId}&${query}`)).body;
    const { items, nextCursor } = await page('limit=1');
    expect(items).toMatchObject([{ id: risky.id, accountName: name, mode: 'manual', reasons: ['policy_manual', 'duplicate_body'] }]);
    expect(items[0]?.risk).toBeGreaterThan(calm.reviewRisk);
    const rest = await page(`limit=1&cursor=${nextCursor}`);
    expect(rest).toMatchObject({ items: [{ id: calm.id }], nextCursor: null });
    expect((await server.http('GET', '/reviews?cursor=1e30')).status).toBe(400);
  });
});

describe('versions and notes', () => {
  it('compares two versions by words', async () => {
    const content = await pending();
    const edited = await edit(content, { title: `${content.title} today` }, editor);
    const versions = (await server.http<Wire<VersionList>>('GET', `/contents/${content.id}/versions`)).body.items;
    expect(versions).toMatchObject([
      { version: 2, title: edited.title, author: { type: 'key' } },
      { version: 1, title: content.title, author: null },
    ]);
    const diff = (await server.http<ContentDiff>('GET', `/contents/${content.id}/diff`)).body;
    expect(diff).toMatchObject({
      from: 1,
      to: 2,
      title: [
        { change: 'same', text: content.title },
        { change: 'added', text: ' today' },
      ],
    });
    expect((await server.http('GET', `/contents/${content.id}/diff?from=7`)).body).toMatchObject({
      status: 404,
      code: 'version_not_found',
    });
  });

  it('keeps notes, which change neither the version nor the approval', async () => {
    const approved = (await decide(await pending(), 'approve')).body;
    const added = await server.http('POST', `/contents/${approved.id}/notes`, { text: 'Ask the author.' }, approver);
    expect(added.status).toBe(201);
    const { items } = (await server.http<Wire<NoteList>>('GET', `/contents/${approved.id}/notes`)).body;
    expect(items).toMatchObject([{ text: 'Ask the author.', author: { type: 'key' } }]);
    expect(await client.getContent(approved.id)).toMatchObject({ reviewStatus: 'approved', version: 1 });
  });
});
