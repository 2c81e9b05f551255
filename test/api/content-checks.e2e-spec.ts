import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { LOCK_FINGERPRINTS } from '../../src/content/duplicates/duplicate.sql.ts';
import { Settings } from '../../src/platform/config/settings.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { isWaitedFor } from '../support/is-waited-for.ts';
import { waitFor } from '../support/wait-for.ts';
import { type Content, ContentClient, LATER, SOURCES } from './content-client.ts';

let folder: string;
let server: TestApplication;
let client: ContentClient;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'checks-'));
  writeFileSync(join(folder, 'words.txt'), '# of the test\nOstrava\nbattery\n');
  server = await startApplication({ settings: { SENSITIVE_WORDS_PATH: folder } });
  client = new ContentClient(server.http);
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

async function reject({ id, version }: Content): Promise<void> {
  const answer = await server.http('POST', `/contents/${id}/reject`, { reasons: ['duplicate'] }, { 'if-match': `"v${version}"` });
  expect(answer.status).toBe(200);
}

describe('sensitive words', () => {
  it('keep a content from being approved, unless its account allows them; an edit is checked too', async () => {
    const { name } = await client.createAccount({ sources: SOURCES, voice: { allowedWords: ['grid battery', 'batteries'] } });
    const content = await client.generate({ account: name, keywords: ['battery'] });
    expect(content.reviewStatus).toBe('pending_review');
    expect(content.reviewReasons).toEqual(['sensitive_word']);
    const finding = content.checks.find(({ detail }) => detail.includes('"Ostrava"'));
    expect(finding).toMatchObject({ code: 'sensitive_word', severity: 'block', pointer: '/bodyMarkdown' });
    expect(content.bodyMarkdown.slice(finding?.start, finding?.end)).toBe('Ostrava');

    const edit = { title: 'A b-a-t-t-e-r-y', bodyMarkdown: 'The grid battery of Ｏｓｔｒａｖａ.\n\n## Two\n\nMore.' };
    const edited = await client.patch(`/contents/${content.id}`, edit, '"v1"');
    expect(edited.body.checks).toEqual([
      expect.objectContaining({ code: 'sensitive_word', pointer: '/title', start: 2, end: 15 }),
      expect.objectContaining({ code: 'sensitive_word', pointer: '/bodyMarkdown', start: 20, end: 27 }),
    ]);
  });
});

describe('near-duplicates', () => {
  beforeEach(() => server.sql('DELETE FROM contents'));

  const NOTES = Array.from({ length: 40 }, (_, i) => `The wind park number ${i + 3} produced ${i * 31 + 17} megawatt hours in May 2026.`);
  const sources = [{ type: 'notes', name: 'Parks', text: NOTES.join(' ') }];
  const duplicateIn = ({ checks }: Pick<Content, 'checks'>) => checks.find(({ duplicateOf }) => duplicateOf !== undefined);
  const fingerprints = () =>
    server.sql('SELECT f.version = c.version AS current FROM contents c LEFT JOIN content_fingerprints f ON f.content_id = c.id');

  it('of a body force a review, cost points, and name the other content to those who may see it', async () => {
    const [one, other] = [await client.createAccount({ sources }), await client.createAccount({ sources })];
    const first = await client.generate({ account: one.name });
    expect(first).toMatchObject({ reviewStatus: 'approved', checks: [] });
    const copy = await client.generate({ account: other.name });
    expect(copy).toMatchObject({ reviewStatus: 'pending_review', reviewReasons: ['duplicate_body'] });
    expect(copy.qualityScore).toBe((first.qualityScore ?? 0) - 40);
    expect(duplicateIn(copy)).toEqual({
      code: 'duplicate_body',
      severity: 'block',
      points: 40,
      pointer: '/bodyMarkdown',
      detail: 'The text and that of a content of another account have a similarity of 100 %.',
      duplicateOf: { contentId: first.id, similarity: 1 },
    });
    const limited = { authorization: `Bearer ${await server.keyOf('editor', { accountIds: [other.id] })}` };
    const seen = (await server.http<Content>('GET', `/contents/${copy.id}`, undefined, limited)).body;
    expect(duplicateIn(seen)?.duplicateOf).toEqual({ contentId: null, similarity: 1 });
    const report = (await server.http('GET', `/executions/${copy.generationTaskId}/report`)).text;
    expect(report).toContain('duplicate_body');
    expect(report).not.toContain(first.id);
    expect(await fingerprints()).toEqual([{ current: true }, { current: true }]);
  });

  it('are found between texts that are stored at once: one of ten is approved', async () => {
    const accounts = await Promise.all(Array.from({ length: 10 }, () => client.createAccount({ sources })));
    const contents = await Promise.all(accounts.map(({ name }) => client.generate({ account: name })));
    expect(contents.filter(({ reviewStatus }) => reviewStatus === 'approved')).toHaveLength(1);
    expect(contents.filter((content) => duplicateIn(content)?.duplicateOf?.similarity === 1)).toHaveLength(9);
  });

  it('are compared and stored by one transaction at a time', async () => {
    const { name } = await client.createAccount({ sources });
    const holder = new pg.Client({ connectionString: server.app.get(Settings).databaseUrl ?? '' });
    await holder.connect();
    try {
      await holder.query('BEGIN');
      await holder.query(LOCK_FINGERPRINTS);
      const content = client.generate({ account: name });
      await waitFor(() => isWaitedFor(holder), { what: 'the content to wait for its turn' });
      await holder.query('COMMIT');
      expect((await content).bodyMarkdown).toContain('#');
    } finally {
      await holder.end();
    }
  });

  it('are found again in every edit, and by the newest version only', async () => {
    const first = await client.generate({ account: (await client.createAccount({ sources })).name });
    const second = await client.generate({ account: (await client.createAccount({ sources: SOURCES })).name });
    const path = `/contents/${second.id}`;
    const edit = async (bodyMarkdown: string, version: number) =>
      (await client.patch(path, { bodyMarkdown }, `"v${version}"`)).body as unknown as Content;
    expect(duplicateIn(second)).toBeUndefined();
    expect(duplicateIn(await edit(first.bodyMarkdown, 1))).toMatchObject({ code: 'duplicate_body', duplicateOf: { contentId: first.id } });
    expect(duplicateIn(await edit(second.bodyMarkdown, 2))).toBeUndefined();
    expect(await fingerprints()).toEqual([{ current: true }, { current: true }]);
    // Half of the sentences are the same: below the limit that blocks.
    const sentences = [
      ...NOTES.slice(0, 20),
      ...Array.from({ length: 20 }, (_, i) => `Nothing is known about the ${i} others, which have ${i + 2} owners.`),
    ];
    const mixed = await edit(`## Parks\n\n${NOTES.join(' ')}`, 3);
    expect(mixed.version).toBe(4);
    const third = await client.generate({ account: (await client.createAccount()).name, topic: 'Tides' });
    await server.sql(`UPDATE contents SET kind = 'article' WHERE id = $1`, [third.id]);
    const similar = (await client.patch(`/contents/${third.id}`, { bodyMarkdown: `## Parks\n\n${sentences.join(' ')}` }, '"v1"'))
      .body as unknown as Content;
    expect(duplicateIn(similar)).toMatchObject({
      code: 'similar_body',
      severity: 'warn',
      points: 10,
      duplicateOf: { contentId: second.id },
    });
  });

  it('of a rejected content or a brief are none', async () => {
    await reject(await client.generate({ account: (await client.createAccount({ sources })).name, autoApprove: false }));
    const { name } = await client.createAccount({ sources });
    expect(duplicateIn(await client.generate({ account: name }))).toBeUndefined();
    const kit = { account: (await client.createAccount()).name, topic: 'Tides' };
    expect(duplicateIn(await client.generate(kit))).toBeUndefined();
    expect(duplicateIn(await client.generate(kit))).toBeUndefined();
  });
});

describe('a topic', () => {
  beforeEach(() => server.sql('DELETE FROM contents'));
  const topic = 'How the wind parks did in May 2026';
  const sources = [
    {
      type: 'notes',
      text: Array.from({ length: 30 }, (_, i) => `The wind park number ${i} made ${i * 31 + 17} megawatt hours in May 2026.`).join(' '),
    },
  ];
  const codeOf = async (executionId: string): Promise<unknown> =>
    (await server.http<{ error: { code: string } | null }>('GET', `/executions/${executionId}`)).body.error?.code;
  const attempt = async (body: object) => client.ended((await client.submit(body)).body.taskId);

  it('that a recent content has fails the task before the creator runs, in this and in other accounts', async () => {
    const [one, other] = [await client.createAccount({ sources }), await client.createAccount({ sources })];
    const first = await client.generate({ account: one.name, topic });
    const again = await attempt({
      account: one.name,
      topic: 'How THE wind parks did, in May 2026',
    });
    expect(again).toMatchObject({ status: 'failed', contentId: null, step: null });
    expect(again.errorMessage).toBe(
      `The content ${first.id} ("${topic}") is about the same topic (similarity 100 %). Choose another topic, or set allowDuplicate.`,
    );
    expect(await codeOf(again.executionId)).toBe('duplicate_topic');
    const elsewhere = await attempt({ account: other.name, topic: `${topic}!` });
    expect(elsewhere.errorMessage).toMatch(/^A recent content of another account is about the same topic/);
    expect(elsewhere.errorMessage).not.toContain(first.id);

    const forced = await client.generate({ account: other.name, topic, allowDuplicate: true });
    expect(forced.reviewReasons).toContain('duplicate_body');
    expect((await attempt({ account: other.name, topic: 'How the wind parks did in June 2027' })).errorMessage).not.toMatch(/same topic/);
  });

  it('is that of the title of a content too, for 15 days and unless the content was rejected', async () => {
    const { name } = await client.createAccount({ sources });
    const first = await client.generate({ account: name });
    await client.patch(`/contents/${first.id}`, { title: topic }, '"v1"');
    const refused = async (): Promise<boolean> => (await attempt({ account: name, topic })).errorMessage?.includes(first.id) ?? false;
    expect(await refused()).toBe(true);
    await server.sql(`UPDATE contents SET created_at = created_at - interval '15 days' WHERE id = $1`, [first.id]);
    expect(await refused()).toBe(false);
    await server.sql('DELETE FROM contents WHERE id <> $1', [first.id]);
    await server.sql('UPDATE contents SET created_at = now() WHERE id = $1', [first.id]);
    await reject(await client.getContent(first.id));
    expect(await refused()).toBe(false);
  });

  it('of two open tasks is written by the earlier one', async () => {
    const { name } = await client.createAccount({ sources });
    const waiting = (await client.submit({ account: name, topic, runAt: LATER })).body;
    const later = await attempt({ account: name, topic });
    expect(later.errorMessage).toMatch(new RegExp(`^The open content task ${waiting.taskId} `));
    await server.http('DELETE', `/content-tasks/${waiting.taskId}`);
    expect((await attempt({ account: name, topic })).status).toBe('completed');
    await server.sql('DELETE FROM contents');
    const runAt = new Date(Date.now() + 1_000).toISOString();
    const first = (await client.submit({ account: name, topic, runAt })).body;
    await client.submit({ account: name, topic, runAt: LATER });
    expect((await client.ended(first.taskId)).status).toBe('completed');
  });
});

it('a content lists what a reviewer verifies, of its newest version', async () => {
  await server.sql('DELETE FROM contents');
  const content = await client.generate({ account: (await client.createAccount({ sources: SOURCES })).name });
  expect(content.reviewAids.unsourcedClaims).toEqual([]);
  expect(content.reviewAids.numbers.length).toBeGreaterThan(3);
  const bodyMarkdown =
    '## Start\n\nThe battery made 42 MWh.[^1] It cost 3 million euros.\n\nRun `npm start`, see https://example.org/a.\n\n[^1]: Report';
  const edited = (await client.patch(`/contents/${content.id}`, { bodyMarkdown }, '"v1"')).body as unknown as Content;
  expect(edited.reviewAids).toEqual({
    unsourcedClaims: ['It cost 3 million euros.'],
    commands: ['npm start'],
    numbers: ['42 MWh', '3 million'],
    urls: ['https://example.org/a'],
  });
});
