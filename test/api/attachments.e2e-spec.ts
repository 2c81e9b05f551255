import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { UnusedFileRetention } from '../../src/content/attachments/unused-file.retention.ts';
import type { AttachmentView } from '../../src/content/attachments/attachment.dto.ts';
import type { VersionList } from '../../src/content/contents/versions.dto.ts';
import type { PoolEntryView } from '../../src/content/publishing/pool-entry.dto.ts';
import type { OperationPage } from '../../src/platform/auth/audit/operation-audit.dto.ts';
import { startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { PNG } from '../channels/publications.ts';
import { type Account, type Content, ContentClient, SOURCES } from './content-client.ts';

const PDF = Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n');
const CSV = Buffer.from('region,mwh\nOstrava,12\n');
const folder = mkdtempSync(join(tmpdir(), 'contenthub-attachments-'));
let server: TestApplication;
let client: ContentClient;
let account: Account;

beforeAll(async () => {
  server = await startApplication({ settings: { PUBLISH_DIR: folder } });
  client = new ContentClient(server.http);
  account = await client.createAccount({ sources: SOURCES });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => server.sql('DELETE FROM content_fingerprints')); // texts of the same sources are near-duplicates

const written = (accountId = account.id): Promise<Content> => client.generate({ accountId, keywords: ['storage'] });

interface Sent {
  status: number;
  headers: Headers;
  body: Wire<AttachmentView> & { code?: string; detail?: string };
}

async function attach(content: Content, name: string, bytes: Buffer, headers: Record<string, string | undefined> = {}): Promise<Sent> {
  const given = {
    authorization: `Bearer ${server.key}`,
    'content-type': 'application/octet-stream',
    'if-match': `"v${content.version}"`,
    ...headers,
  };
  const response = await fetch(`${server.url}/contents/${content.id}/attachments?name=${encodeURIComponent(name)}`, {
    method: 'POST',
    headers: Object.entries(given).filter((header): header is [string, string] => header[1] !== undefined),
    body: new Uint8Array(bytes),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Sent['body'] };
}

async function withFile(content: Content, name: string, bytes: Buffer): Promise<Content> {
  const { status, body } = await attach(content, name, bytes);
  if (status !== 201) throw new Error(JSON.stringify(body));
  return client.getContent(content.id);
}

const detach = ({ id, version }: Content, name: string) =>
  server.http<Content & { code?: string }>('DELETE', `/contents/${id}/attachments/${name}`, undefined, { 'if-match': `"v${version}"` });
const download = (content: Content, name: string, etag = '"none"'): Promise<Response> =>
  fetch(`${server.url}/contents/${content.id}/attachments/${name}`, {
    headers: { authorization: `Bearer ${server.key}`, 'if-none-match': etag },
  });
const statusOf = async (address: string, etag: string): Promise<number> =>
  (await fetch(address, { headers: { 'if-none-match': etag } })).status;

describe('an attachment', () => {
  it('is an edit: a new version, and the approval ends', async () => {
    const before = await written();
    expect(before).toMatchObject({ reviewStatus: 'approved', attachments: [] });
    const { status, headers, body } = await attach(before, '/tmp/Übersicht der Speicher (Ostrava).PNG', PNG);
    expect([status, headers.get('etag')]).toEqual([201, '"v2"']);
    expect(body).toEqual({
      name: 'ubersicht-der-speicher-ostrava.png',
      title: 'Übersicht der Speicher (Ostrava).PNG',
      mediaType: 'image/png',
      bytes: PNG.length,
      sha256: createHash('sha256').update(PNG).digest('hex'),
      addedBy: expect.objectContaining({ type: 'key' }),
      addedAt: expect.any(String),
    });
    const after = await client.getContent(before.id);
    expect(after).toMatchObject({
      version: 2,
      reviewStatus: 'pending_review',
      reviewReasons: ['edited'],
      approvedAt: null,
      attachments: [body],
      bodyMarkdown: before.bodyMarkdown,
    });
    expect(after.packageHash).not.toBe(before.packageHash);
    expect((await server.http<object>('GET', `/contents/${before.id}/attachments`)).body).toEqual({ items: [body], version: 2 });
    const { items } = (await server.http<Wire<VersionList>>('GET', `/contents/${before.id}/versions`)).body;
    expect(items.map(({ version, attachments }) => [version, attachments])).toEqual([
      [2, [body.name]],
      [1, []],
    ]);
  });

  it('is downloaded as a file that runs nothing', async () => {
    const content = await withFile(await written(), 'a table.csv', CSV);
    const response = await download(content, 'a-table.csv');
    expect(Buffer.from(await response.arrayBuffer()).equals(CSV)).toBe(true);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="a-table.csv"',
      'content-length': String(CSV.length),
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
    });
    expect((await download(content, 'other.csv')).status).toBe(404);
    expect((await download(content, 'a-table.csv', response.headers.get('etag') as string)).status).toBe(304);
  });

  it('is stored once, and the same file twice changes nothing', async () => {
    const first = await withFile(await written(), 'report.pdf', PDF);
    await withFile(await written(), 'other name.pdf', PDF);
    const sha256 = createHash('sha256').update(PDF).digest('hex');
    expect(await server.sql('SELECT in_package FROM publish_assets WHERE sha256 = $1', [sha256])).toEqual([{ in_package: false }]);
    expect((await attach(first, 'REPORT.pdf', PDF)).status).toBe(201);
    expect((await client.getContent(first.id)).version).toBe(first.version);
  });

  it.each<[string, number, string, string, Buffer]>([
    ['HTML under the name of an image', 422, 'unsupported_file_type', 'a.png', Buffer.from('<html><script>alert(1)</script>')],
    ['SVG', 422, 'unsupported_file_type', 'a.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['an empty file', 422, 'file_empty', 'a.csv', Buffer.alloc(0)],
    ['the name of the cover', 409, 'attachment_exists', 'Cover.png', PNG],
    ['a name that another file has', 409, 'attachment_exists', 'report.pdf', Buffer.concat([PDF, PDF])],
    ['more than 10 MiB', 413, 'body_too_large', 'big.pdf', Buffer.concat([PDF, Buffer.alloc(10 * 1024 * 1024)])],
  ])('is refused: %s', async (_, status, code, name, bytes) => {
    const content = await withFile(await written(), 'report.pdf', PDF);
    expect(await attach(content, name, bytes)).toMatchObject({ status, body: { code } });
    expect((await client.getContent(content.id)).version).toBe(content.version);
  });

  it('may have more than other bodies, up to 10 MiB', async () => {
    const bytes = Buffer.concat([PDF, Buffer.alloc(10 * 1024 * 1024 - PDF.length)]);
    expect((await attach(await written(), 'big.pdf', bytes)).status).toBe(201);
  });

  it('is refused beyond 20 files', async () => {
    const content = await written();
    const files = Array.from({ length: 20 }, (_, i) => ({
      name: `f${i}.csv`,
      title: 'f',
      mediaType: 'text/csv',
      bytes: 1,
      sha256: '0'.repeat(64),
      addedBy: 'system',
      addedAt: '2026-11-30T00:00:00Z',
    }));
    await server.sql('UPDATE contents SET attachments = $2 WHERE id = $1', [content.id, JSON.stringify(files)]);
    expect(await attach(content, 'one-more.csv', CSV)).toMatchObject({ status: 422, body: { code: 'too_many_attachments' } });
  });

  it('needs the version that was read, the permission to edit, and access to the account', async () => {
    const content = await written();
    expect(await attach(content, 'a.csv', CSV, { 'if-match': undefined })).toMatchObject({ status: 428 });
    expect(await attach(content, 'a.csv', CSV, { 'if-match': '"v9"' })).toMatchObject({ status: 412 });
    expect(await attach(content, 'a.csv', CSV, { 'content-type': 'application/json' })).toMatchObject({ status: 400 });
    const other = await client.createAccount();
    const keys = [
      [await server.keyOf('viewer'), 403],
      [await server.keyOf('editor', { accountIds: [other.id] }), 404],
    ] as const;
    for (const [key, status] of keys)
      expect(await attach(content, 'a.csv', CSV, { authorization: `Bearer ${key}` })).toMatchObject({ status });
    const editor = await server.keyOf('editor');
    expect(await attach(content, 'a.csv', CSV, { authorization: `Bearer ${editor}` })).toMatchObject({ status: 201 });
  });

  it('is removed by an edit; the bytes are deleted a day after their last use', async () => {
    const bytes = Buffer.from('only,here\n');
    const content = await withFile(await written(), 'only-here.csv', bytes);
    const removed = await detach(content, 'only-here.csv');
    expect(removed).toMatchObject({ status: 200, body: { version: 3, attachments: [] } });
    expect(await detach(removed.body, 'only-here.csv')).toMatchObject({ status: 404, body: { code: 'attachment_not_found' } });
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const clean = async (): Promise<number> => {
      await server.app.get(UnusedFileRetention).clean(new AbortController().signal);
      return (await server.sql('SELECT FROM publish_assets WHERE sha256 = $1', [sha256])).length;
    };
    const age = () => server.sql(`UPDATE publish_assets SET created_at = app_clock() - interval '2 days' WHERE NOT in_package`);
    const used = await withFile(await written(), 'again.csv', bytes);
    await age();
    expect(await clean()).toBe(1); // a content has it
    await detach(used, 'again.csv');
    expect(await clean()).toBe(1); // it was used a moment ago
    await age();
    expect(await clean()).toBe(0);
  });

  it('is in the audit of operations', async () => {
    const content = await withFile(await written(), 'audited.csv', CSV);
    await detach(content, 'audited.csv');
    const rows = (await server.http<Wire<OperationPage>>('GET', '/audit?limit=10')).body.items;
    const path = `/contents/${content.id}/attachments`;
    expect(rows.filter((row) => JSON.stringify(row).includes(path))).toHaveLength(2);
  });

  it('is shown in the preview: an image inside of the text, another file in a list', async () => {
    const content = await withFile(await withFile(await written(), 'chart.png', PNG), '年度 <报告>.csv', CSV);
    const bodyMarkdown = `${content.bodyMarkdown}\n\n![A chart](assets/chart.png)\n`;
    const edited = await client.patch(`/contents/${content.id}`, { bodyMarkdown }, `"v${content.version}"`);
    const { previewUrl } = edited.body as unknown as Content;
    const page = await (await fetch(previewUrl)).text();
    expect(page).toContain(`src="data:image/png;base64,${PNG.toString('base64')}"`);
    expect(page).toContain(`年度 &lt;报告&gt;.csv (CSV, ${CSV.length} B)`);
    expect(page).not.toContain('chart.png');
  });
});

describe('the attachments of a published content', () => {
  const channels = (accountId: string, name: string, kind: string, config: object) =>
    server.http('POST', `/accounts/${accountId}/channels`, { name, kind, config });

  it('are in the folder and in the feeds, and stay', async () => {
    const { id: accountId } = await client.createAccount({ sources: SOURCES, review: { mode: 'manual' } });
    await channels(accountId, 'site', 'file', { mode: 'publish', folder: 'site' });
    await channels(accountId, 'news', 'feed', { mode: 'publish', title: 'News', siteUrl: 'https://sea.example/' });
    const content = await withFile(await withFile(await written(accountId), 'chart.png', PNG), 'Annual report.pdf', PDF);
    const bodyMarkdown = `${content.bodyMarkdown}\n\n![A chart](assets/chart.png) [The report](assets/annual-report.pdf)\n`;
    const { version } = (await client.patch(`/contents/${content.id}`, { bodyMarkdown }, `"v${content.version}"`))
      .body as unknown as Content;
    await server.http('POST', `/contents/${content.id}/approve`, {}, { 'if-match': `"v${version}"` });
    const { body } = await server.http<{ items: Wire<PoolEntryView>[] }>('POST', `/contents/${content.id}/publish`, {});
    for (const { id, version: revision } of body.items)
      await server.http('POST', `/pool/${id}/publish-now`, {}, { 'if-match': `"v${revision}"` });
    const entries = await waitFor(
      async () => {
        const { items } = (await server.http<{ items: Wire<PoolEntryView>[] }>('GET', `/pool?contentId=${content.id}`)).body;
        return items.every(({ status }) => status === 'published') && items;
      },
      { what: 'both entries to be published' },
    );
    const slug = entries.find(({ channelKind }) => channelKind === 'file')?.externalId as string;
    const site = join(folder, 'site', slug);
    expect(readdirSync(join(site, 'assets')).toSorted()).toEqual(['annual-report.pdf', 'chart.png', 'cover.png']);
    expect(readFileSync(join(site, 'assets', 'annual-report.pdf')).equals(PDF)).toBe(true);
    const page = readFileSync(join(site, 'index.html'), 'utf8');
    expect(page).toContain(`<li><a href="assets/annual-report.pdf">Annual report.pdf</a> (PDF, ${PDF.length} B)</li>`);
    expect(page).toContain('src="assets/chart.png"');
    expect(page).not.toContain('assets/chart.png">chart.png</a>');

    const feeds = `${server.url}/feeds/${accountId}`;
    const address = `${feeds}/files/${content.id}/annual-report.pdf`;
    const feed = (await (await fetch(`${feeds}/feed.json`)).json()) as { items: { attachments: object[]; content_html: string }[] };
    expect(feed.items[0]?.attachments).toEqual([
      { url: address, mime_type: 'application/pdf', title: 'Annual report.pdf', size_in_bytes: PDF.length },
    ]);
    expect(feed.items[0]?.content_html).toContain(`src="${feeds}/files/${content.id}/chart.png"`);
    expect(feed.items[0]?.content_html).toContain(`href="${address}"`);
    expect(await (await fetch(`${feeds}/rss.xml`)).text()).toMatch(
      new RegExp(`<enclosure (?=[^>]*url="${address}")(?=[^>]*length="${PDF.length}")(?=[^>]*type="application/pdf")[^>]*/>`),
    );
    expect(await (await fetch(`${feeds}/atom.xml`)).text()).toContain(`<link rel="enclosure" href="${address}" type="application/pdf"`);

    const file = await fetch(address); // without a key
    expect(Buffer.from(await file.arrayBuffer()).equals(PDF)).toBe(true);
    expect(file.headers.get('content-security-policy')).toContain('sandbox');
    const etag = `"${createHash('sha256').update(PDF).digest('hex')}"`;
    expect([file.headers.get('etag'), file.headers.get('cache-control')]).toEqual([etag, 'no-cache']);
    expect([await statusOf(address, etag), await statusOf(address, '"other"')]).toEqual([304, 200]);
    await server.sql('ALTER TABLE publish_assets RENAME TO publish_assets_away');
    expect(await statusOf(address, etag)).toBe(304); // without reading the bytes
    await server.sql('ALTER TABLE publish_assets_away RENAME TO publish_assets');
    expect((await fetch(`${feeds}/files/${content.id}/cover.png`)).status).toBe(404);

    const published = await client.getContent(content.id);
    expect(await detach(published, 'annual-report.pdf')).toMatchObject({ status: 409, body: { code: 'attachment_published' } });
    const more = await withFile(published, 'more.csv', CSV);
    expect(await detach(more, 'more.csv')).toMatchObject({ status: 200 }); // it was not published yet
    expect(
      await server.sql('SELECT count(*)::int AS kept FROM publish_assets WHERE in_package AND sha256 = ANY ($1)', [
        [PNG, PDF].map((bytes) => createHash('sha256').update(bytes).digest('hex')),
      ]),
    ).toEqual([{ kept: 2 }]);
  });
});
