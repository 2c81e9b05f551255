import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ContentSummary } from '../../src/content/contents/content.dto.ts';
import { startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { ContentClient, type Page, SOURCES } from './content-client.ts';

let server: TestApplication;
let client: ContentClient;

beforeAll(async () => {
  server = await startApplication();
  client = new ContentClient(server.http);
});
afterAll(() => server.close());

beforeEach(() => server.sql('DELETE FROM contents')); // texts of the same sources are near-duplicates

describe('a generated content', () => {
  it('is a digest of the sources, each sentence with its footnote', async () => {
    const { name, id: accountId } = await client.createAccount({ sources: SOURCES });
    const content = await client.generate({ account: name, keywords: ['storage'] });
    expect(content).toMatchObject({
      kind: 'digest',
      language: 'en',
      accountId,
      reviewStatus: 'approved',
      reviewReasons: ['checks_passed'],
      version: 1,
      autoPublish: false,
    });
    expect(content.bodyMarkdown).toMatch(/^The valley of Ostrava connected its first grid battery in May 2021\.\[\^\d\]/m);
    expect(content.bodyMarkdown).toMatch(/^\[\^\d\]: Storage on the grid, a field report.*`grid-storage\.md`/m);
    expect(content.bodyHtml).toMatch(/<li id="note-fn-1">/);
    expect(content.sources.length).toBeGreaterThan(3);
    expect(content.sources).toContainEqual(expect.objectContaining({ location: 'grid-storage.md', publishedAt: '2026-03-14' }));
    expect(content.wordCount).toBeGreaterThan(100);
    expect(content.qualityScore).toBe(75);
    const unchecked = (content.provenance['checks'] as { check: string; ran: boolean }[]).flatMap(({ check, ran }) => (ran ? [] : [check]));
    expect(unchecked).toEqual(['length', 'phrases', 'sensitive_words', 'person']);
    expect(content.checks).toEqual([]);
    expect(content.provenance).toMatchObject({ creator: 'offline', attempt: 1, inputsHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(content.coverUrl).toBe(`/contents/${content.id}/cover.svg`);
    expect(content.previewUrl).toMatch(new RegExp(`^${server.url}/contents/${content.id}/preview\\?`));
  });

  it('has a link that does not repeat the Host header of the request', async () => {
    const { name } = await client.createAccount({ sources: [{ type: 'file', location: 'grid-storage.md' }] });
    const { id } = await client.generate({ account: name });
    const { hostname, port } = new URL(server.url);
    const headers = { host: 'evil.example', authorization: `Bearer ${server.key}` };
    const [response] = (await once(request({ hostname, port, path: `/contents/${id}`, headers }).end(), 'response')) as [IncomingMessage];
    expect(await json(response)).toMatchObject({ previewUrl: expect.stringMatching(new RegExp(`^/contents/${id}/preview\\?`)) });
  });

  it('is written in the language of its account', async () => {
    const { name } = await client.createAccount({ language: 'zh', sources: [{ type: 'file', location: 'cunneng-baogao.md' }] });
    const content = await client.generate({ account: name, topic: '储能' });
    expect(content).toMatchObject({ kind: 'digest', language: 'zh', reviewStatus: 'approved' });
    expect(content.title).toMatch(/怎么说$/);
  });

  it('waits for an editor when this was requested, or when a check blocks it', async () => {
    const wished = await client.createAccount({ sources: SOURCES });
    expect(await client.generate({ account: wished.name, autoApprove: false })).toMatchObject({
      reviewStatus: 'pending_review',
      reviewReasons: ['review_wanted'],
    });
    await server.sql('DELETE FROM contents');
    const strict = await client.createAccount({ sources: SOURCES, voice: { requiredPhrases: ['In our own words'] } });
    const content = await client.generate({ account: strict.name, keywords: ['storage'] });
    expect(content).toMatchObject({ reviewStatus: 'pending_review', reviewReasons: ['missing_phrase'] });
    expect(content.checks).toEqual([expect.objectContaining({ code: 'missing_phrase', severity: 'block' })]);
  });

  it('reports what was not read and not followed, and subtracts points for it', async () => {
    const dead = { type: 'rss', name: 'Dead feed', location: 'http://127.0.0.1:9/feed' };
    const { name } = await client.createAccount({ sources: [...SOURCES, dead], voice: { tone: 'calm' } });
    const wishes = { account: name, requirements: 'No lists', tone: 'funny', keywords: ['storage', 'nuclear'] };
    const content = await client.generate(wishes);
    const found = content.checks.map(({ code, pointer }) => [code, pointer]);
    expect(found).toEqual([
      ['missing_keyword', '/bodyMarkdown'],
      ['source_unreadable', '/sources/2'],
      ['wish_ignored', '/requirements'],
      ['wish_ignored', '/tone'],
    ]);
    expect(content).toMatchObject({ qualityScore: 51, reviewStatus: 'approved' });
    const task = (await server.http<{ result: { warnings: string[] } }>('GET', `/content-tasks/${content.generationTaskId}`)).body;
    expect(task.result.warnings).toEqual(content.checks.map(({ code, detail }) => `${code}: ${detail}`));

    const edited = await client.patch(
      `/contents/${content.id}`,
      { bodyMarkdown: `${content.bodyMarkdown}\n\nNothing nuclear here.` },
      '"v1"',
    );
    const kept = (edited.body.checks as typeof content.checks).map(({ code, pointer }) => [code, pointer]);
    expect(kept).toEqual(found.slice(1));
  });

  it('counts only the quotations of a digest, also after an edit', async () => {
    const { id, name } = await client.createAccount({ sources: SOURCES });
    const content = await client.generate({ account: name, keywords: ['storage'] });
    const quoted =
      content.bodyMarkdown
        .split('## Sources')[0]
        ?.match(/[^\n]+\[\^\d+\]/g)
        ?.join(' ')
        .split(' ').length ?? 0;
    expect(content.wordCount).toBeGreaterThan(quoted);
    await client.patch(`/accounts/${id}`, { voice: { minWords: content.wordCount, requiredPhrases: ['No model wrote'] } }, '"v1"');
    const edited = await client.patch(`/contents/${content.id}`, { title: 'No model wrote' }, '"v1"');
    expect(edited.body).toMatchObject({ wordCount: content.wordCount, checks: [{ code: 'too_short' }, { code: 'missing_phrase' }] });
  });

  it('is a brief, and never approved automatically, when there is only a topic', async () => {
    const content = await client.generate({ account: (await client.createAccount()).name, topic: 'How tides are forecast' });
    expect(content).toMatchObject({
      kind: 'brief',
      qualityScore: null,
      reviewStatus: 'pending_review',
      reviewReasons: ['brief_needs_a_writer'],
      sources: [],
    });
    expect(content.title).toBe('Writing kit: How tides are forecast');
  });

  it('is listed without its texts, by account, kind and review', async () => {
    const { id: accountId, name } = await client.createAccount({ sources: SOURCES });
    const approved = await client.generate({ account: name });
    const pending = await client.generate({ account: name, autoApprove: false });
    const list = async (query: string): Promise<Page<Wire<ContentSummary>>> =>
      (await server.http<Page<Wire<ContentSummary>>>('GET', `/contents?accountId=${accountId}&${query}`)).body;
    const { items } = await list('');
    expect(items.map(({ id }) => id)).toEqual([pending.id, approved.id]);
    expect(Object.keys(items[0] ?? {})).not.toEqual(expect.arrayContaining(['bodyMarkdown']));
    expect(Object.keys(items[0] ?? {})).not.toEqual(expect.arrayContaining(['bodyHtml']));
    expect((await list('reviewStatus=approved')).items.map(({ id }) => id)).toEqual([approved.id]);
    expect((await list('kind=digest&kind=brief')).items).toHaveLength(2);
    expect((await list('kind=brief')).items).toEqual([]);
    const { nextCursor } = await list('limit=1');
    expect((await list(`limit=1&cursor=${nextCursor}`)).items.map(({ id }) => id)).toEqual([approved.id]);
  });
});

describe('the end of a generation', () => {
  /** Makes the next insert into a table fail once. It counts with a sequence, which a rollback does not reset. */
  async function failOnce(table: string, sqlState: string): Promise<void> {
    const name = `trip_${table}_${sqlState.toLowerCase()}`;
    await server.sql(`CREATE SEQUENCE ${name}`);
    await server.sql(`CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('${name}') = 1 THEN RAISE EXCEPTION 'tripped' USING ERRCODE = '${sqlState}'; END IF;
      RETURN NEW;
    END $$`);
    await server.sql(`CREATE TRIGGER ${name} BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION ${name}()`);
  }

  it.each([
    ['the content cannot be stored', 'contents', 'P0001', 1],
    ['its event cannot be stored', 'events', 'P0001', 1],
    ['the disk of the database is full for a moment', 'events', '53100', 0],
  ])('is all or nothing: when %s, the next attempt stores the one content', async (_what, table, sqlState, retries) => {
    const { id: accountId } = await client.createAccount({ sources: SOURCES });
    await failOnce(table, sqlState);
    const task = await client.ended((await client.submit({ accountId })).body.taskId);
    expect(task).toMatchObject({ status: 'completed', retryCount: retries, errorMessage: null });
    const contents = await server.sql('SELECT id, generation_task_id FROM contents WHERE account_id = $1', [accountId]);
    expect(contents).toEqual([{ id: task.contentId, generation_task_id: task.id }]);
    const events = await server.sql('SELECT aggregate_type, type, payload FROM events WHERE aggregate_id = $1', [task.contentId]);
    const payload = { contentId: task.contentId, accountId, reviewStatus: 'approved' };
    expect(events).toEqual([{ aggregate_type: 'content', type: 'content.created', payload }]);
  });
});

describe('an edit', () => {
  it('stores the previous version, renders again and goes back to review', async () => {
    const { name } = await client.createAccount({ sources: SOURCES });
    const before = await client.generate({ account: name });
    const path = `/contents/${before.id}`;
    const bodyMarkdown = '# New\n\nTwo words **only**.';
    const readCover = async (): Promise<string> => (await server.http('GET', before.coverUrl ?? '')).text;
    const coverBefore = await readCover();
    const edited = await client.patch(path, { title: 'Shorter', bodyMarkdown }, '"v1"');
    expect([edited.status, edited.headers.get('etag')]).toEqual([200, '"v2"']);
    expect(edited.body).toMatchObject({
      title: 'Shorter',
      summary: before.summary,
      version: 2,
      reviewStatus: 'pending_review',
      reviewReasons: ['edited'],
    });
    expect(edited.body.bodyHtml).toContain('<strong>only</strong>');
    expect(edited.body.wordCount).toBe(4);
    const cover = await readCover();
    expect(cover).toContain('>Shorter</tspan>');
    const rest = (svg: string): unknown =>
      [...svg.matchAll(/<text x="72"[^]*?<\/text>/g)].map(([text]) => text.replaceAll(/ fill="[^"]*"/g, ''));
    expect(rest(cover)).toEqual(rest(coverBefore)); // account and day
    expect(
      await server.sql('SELECT version, title, body_markdown, edited_by FROM content_versions WHERE content_id = $1', [before.id]),
    ).toEqual([
      {
        version: 1,
        title: before.title,
        body_markdown: before.bodyMarkdown,
        edited_by: expect.stringMatching(/^key:[0-9a-f-]{36}:the admin's key$/),
      },
    ]);
    expect((await client.patch(path, { title: 'Lost' }, '"v1"')).status).toBe(412);
    expect((await server.http('PATCH', path, { title: 'Lost' })).status).toBe(428);
    for (const change of [{ title: null }, { title: ' ' }, { bodyMarkdown: '' }, { kind: 'article' }])
      expect((await client.patch(path, change, '"v2"')).status).toBe(422);
    expect((await client.patch(path, {}, '"v2"')).headers.get('etag')).toBe('"v2"');
    expect(await client.getContent(before.id)).toEqual({ ...edited.body, previewUrl: expect.any(String), readers: [] });
  });

  it('succeeds for one of ten simultaneous edits', async () => {
    const content = await client.generate({ account: (await client.createAccount()).name, topic: 'Tides' });
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => client.patch(`/contents/${content.id}`, { title: `Title ${i}` }, '"v1"')),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, ...Array<number>(9).fill(412)]);
    expect(await server.sql('SELECT 1 FROM content_versions WHERE content_id = $1', [content.id])).toHaveLength(1);
  });

  it('does not wait for the long texts of others, which are rendered in turn or rejected', async () => {
    const topic = { account: (await client.createAccount()).name, topic: 'Tides' };
    const [slow, quick] = [await client.generate(topic), await client.generate({ ...topic, topic: 'Winds' })];
    const ended: string[] = [];
    const edit = async (id: string, bodyMarkdown: string, name: string) => {
      const answer = await client.patch(`/contents/${id}`, { bodyMarkdown }, '"v1"');
      ended.push(name);
      return answer;
    };
    // Each takes seconds, 25 on a loaded machine. The deadlines of 3 and 10 s have tests beside the thread.
    const long = Array.from({ length: 8 }, () => edit(slow.id, '[a]('.repeat(50_000), 'long'));
    const short = await edit(quick.id, 'Only **this**.', 'short');
    expect(short).toMatchObject({ status: 200, body: { bodyHtml: expect.stringContaining('<strong>this</strong>') } });
    const answers = await Promise.all(long);
    expect(ended[0]).toBe('short');
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const others = answers.filter(({ status }) => status !== 200);
    for (const { status, headers, body } of others)
      expect([
        [412, null, 'version_changed'],
        [503, '5', 'rendering_busy'],
      ]).toContainEqual([status, headers.get('retry-after'), body.code]);
    expect(await client.getContent(slow.id)).toMatchObject({ version: 2 });
  });
});
