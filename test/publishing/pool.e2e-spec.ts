import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { TAKE_DUE_ENTRIES } from '../../src/content/publishing/boundary.sql.ts';
import { type Content, SOURCES } from '../api/content-client.ts';
import { Settings } from '../../src/platform/config/settings.ts';
import { runBehindLock, untilLockWaits } from '../support/lock-holder.ts';
import { waitFor } from '../support/wait-for.ts';
import {
  act,
  another,
  channel,
  client,
  content,
  enqueue,
  type Entry,
  publish,
  read,
  server,
  startPool,
  transitions,
  until,
} from './pool-server.ts';

/** The XMP packet of a picture. */
const labelOfCover = async (image: Buffer | undefined): Promise<string> => (await sharp(image).metadata()).xmp?.toString('utf8') ?? '';

beforeAll(() => startPool());
afterAll(() => server.close());

describe('an approved content', () => {
  it('is published once, by an intent with its frozen package', async () => {
    const written = await content();
    const entry = await enqueue(written);
    expect(entry).toMatchObject({ status: 'pending', channelName: 'blog', title: written.title, attempts: 0, waitsFor: null });
    const published = await until(entry, { status: 'published', labelState: 'not_needed' });
    expect(published).toMatchObject({
      outcome: 'published',
      externalUrl: `https://blog.example.org/${written.id}`,
      publishedVersion: 1,
      attempts: 1,
    });
    expect(await transitions(entry)).toEqual(['enqueue', 'begin', 'publish']);
    const [intent] = await server.sql<{ package: { title: string }; package_hash: string }>(
      'SELECT * FROM publish_intents WHERE entry_id = $1',
      [entry.id],
    );
    expect(intent).toMatchObject({
      package: { title: written.title, cover: { name: 'cover.png' } },
      package_hash: published.publishedHash,
    });
    expect(channel.postsOf(written.id)).toBe(1);
  });

  it('cannot be published again in the same version, or be changed there by any statement', async () => {
    const written = await content();
    const entry = await until(await enqueue(written), { status: 'published' });
    expect((await publish(written)).body).toMatchObject({ status: 409, code: 'already_published' });
    for (const action of ['pull', 'retry', 'publish-now', 'restore'])
      expect((await act(entry, action)).body).toMatchObject({ status: 409, code: 'pool_entry_state' });
    await expect(server.sql(`UPDATE pool_entries SET external_url = 'x' WHERE id = $1`, [entry.id])).rejects.toThrow(
      'what was published does not change',
    );
    await expect(server.sql(`UPDATE publish_intents SET package = '{}' WHERE entry_id = $1`, [entry.id])).rejects.toThrow(
      'a frozen package',
    );
  });

  it('carries the AI label in its package when a model wrote it', async () => {
    const written = await content();
    const provenance = { creator: 'llm', aiGenerated: true, models: ['m-1'], providers: ['first'] };
    await server.sql('UPDATE contents SET provenance = provenance || $2::jsonb WHERE id = $1', [written.id, JSON.stringify(provenance)]);
    const entry = await until(await enqueue(written), { status: 'published' });
    const [intent] = await server.sql<{ label: object; cover: Buffer }>(
      `SELECT package -> 'aiLabel' AS label, bytes AS cover FROM publish_intents
       JOIN publish_assets ON sha256 = package -> 'cover' ->> 'sha256' WHERE entry_id = $1`,
      [entry.id],
    );
    expect(intent?.label).toMatchObject({ level: 'generated', visibleText: expect.stringMatching(/AI/), model: 'm-1', provider: 'first' });
    expect(await labelOfCover(intent?.cover)).toContain(`&quot;ProduceID&quot;:&quot;${written.id}&quot;`);
  });

  it('has no label in the cover when no model took part', async () => {
    const entry = await until(await enqueue(await content()), { status: 'published' });
    const [asset] = await server.sql<{ bytes: Buffer }>(
      `SELECT bytes FROM publish_assets JOIN publish_intents ON sha256 = package -> 'cover' ->> 'sha256' WHERE entry_id = $1`,
      [entry.id],
    );
    expect(asset).toBeDefined();
    expect(await labelOfCover(asset?.bytes)).toBe('');
  });

  it('of eight accounts is published at once on a pool of four connections, each by the first attempt of its task', async () => {
    const written: Content[] = [];
    for (let i = 0; i < 8; i += 1) written.push(await content({ publishingPaused: true }));
    const entries = await Promise.all(written.map((one) => enqueue(one)));
    await server.sql('UPDATE accounts SET publishing_paused = false WHERE id = ANY ($1)', [written.map(({ accountId }) => accountId)]);
    const published = await Promise.all(entries.map((entry) => until(entry, { status: 'published', labelState: 'not_needed' })));
    const ids = published.map(({ taskId }) => taskId);
    const [tasks] = await server.sql('SELECT max(attempt) AS attempts FROM tasks WHERE id = ANY ($1)', [ids]);
    expect(tasks).toEqual({ attempts: 1 });
  });

  it.each(['brief', 'sample'])('is not a %s: it cannot enter the pool', async (kind) => {
    const written = await content({ review: { mode: 'manual' } });
    await server.sql('UPDATE contents SET kind = $2 WHERE id = $1', [written.id, kind]);
    expect((await publish(written)).body).toMatchObject({
      status: 409,
      code: `${kind}_not_publishable`,
      detail: expect.stringContaining('Generate an article'),
      errors: [{ pointer: '/kind', code: 'not_for_readers' }],
    });
    expect(await server.sql('SELECT FROM pool_entries WHERE content_id = $1', [written.id])).toEqual([]);
  });

  it('of the highest priority is taken first, as with tasks', async () => {
    const sql = (text: string, values: unknown[]) => server.sql<{ id: string }>(text, values);
    const later = { at: '2999-01-01T09:00' };
    const entries: Entry[] = [];
    for (const priority of [1, 10, 5]) {
      const written = await content({ review: { mode: 'auto' }, publishing: { dailyQuota: null }, publishingPaused: true });
      entries.push(await enqueue(written, { ...later, priority }));
    }
    const ids = entries.map(({ id }) => id);
    await sql(`UPDATE pool_entries SET scheduled_at = '2020-01-01' WHERE id = ANY ($1)`, [ids]);
    const order = /ORDER BY [^\n]+(?= LIMIT)/.exec(TAKE_DUE_ENTRIES)?.[0] ?? 'no order';
    const taken = await sql(`SELECT e.id FROM pool_entries e WHERE e.id = ANY ($1) ${order}`, [ids]);
    expect(taken.map(({ id }) => ids.indexOf(id))).toEqual([1, 2, 0]);
  });

  it('is in the pool of a channel once', async () => {
    const written = await content({ review: { mode: 'manual' } });
    await enqueue(written);
    expect((await publish(written)).body).toMatchObject({ status: 409, code: 'already_in_pool' });
  });
});

describe('a channel of the kind feed', () => {
  it('shows what was published at public addresses, and keeps the slug over versions', async () => {
    const { id: accountId } = await client.createAccount({ sources: SOURCES });
    const feed = (format: string) => server.http('GET', `/feeds/${accountId}/${format}`, undefined, { authorization: undefined });
    expect((await feed('rss.xml')).body).toMatchObject({ status: 404, code: 'no_feed' });
    const config = { mode: 'publish', title: 'Notes', siteUrl: 'https://blog.example.org', itemUrl: 'https://blog.example.org/{slug}' };
    await server.http('POST', `/accounts/${accountId}/channels`, { name: 'feed', kind: 'feed', config });
    const written = await another(accountId);
    const first = await until(await enqueue(written), { status: 'published' });
    expect(first.externalUrl).toMatch(/^https:\/\/blog\.example\.org\/.+-[0-9a-f]{8}$/);
    const rss = await feed('rss.xml');
    expect(rss.text).toContain(`urn:uuid:${written.id}`);
    expect((await feed('atom.xml')).text).toContain('<feed');
    expect(JSON.parse((await feed('feed.json')).text)).toMatchObject({ title: 'Notes', items: [{ id: `urn:uuid:${written.id}` }] });
    await client.patch(`/contents/${written.id}`, { title: 'A title with other words' }, '"v1"');
    await server.http('POST', `/contents/${written.id}/approve`, {}, { 'if-match': '"v2"' });
    const second = await until(await enqueue(written), { status: 'published' });
    expect(second).toMatchObject({ publishedVersion: 2, externalUrl: first.externalUrl });
    expect((await feed('rss.xml')).text).toContain('A title with other words');
  });

  it('answers 304 to readers that have the current feed, and sends it again after a publication', async () => {
    const { id: accountId } = await client.createAccount({ sources: SOURCES });
    const config = { mode: 'publish', title: 'Notes', siteUrl: 'https://blog.example.org' };
    const path = `/accounts/${accountId}/channels`;
    const { body: created } = await server.http<{ id: string }>('POST', path, { name: 'feed', kind: 'feed', config });
    const feed = (format: string, headers: Record<string, string> = {}) =>
      server.http('GET', `/feeds/${accountId}/${format}`, undefined, { authorization: undefined, ...headers });
    const tags: string[] = [];
    for (const format of ['rss.xml', 'atom.xml', 'feed.json']) {
      const first = await feed(format);
      const tag = first.headers.get('etag') ?? '';
      tags.push(tag);
      const again = await feed(format, { 'if-none-match': tag });
      expect([format, first.status, again.status, again.text, again.headers.get('etag')]).toEqual([format, 200, 304, '', tag]);
    }
    expect(new Set(tags).size).toBe(3);
    const [known = ''] = tags;
    const modified = await waitFor(async () => (await feed('rss.xml')).headers.get('last-modified') ?? undefined, {
      what: 'the second of the change to be over',
    });
    expect((await feed('rss.xml', { 'if-modified-since': modified })).status).toBe(304);
    const changes = { config: { ...config, title: 'Other notes' } };
    await server.http('PATCH', `${path}/${created.id}`, changes, { 'if-match': '"v1"' });
    const renamed = await feed('rss.xml', { 'if-none-match': known });
    expect([renamed.status, renamed.text.includes('Other notes')]).toEqual([200, true]);
    await until(await enqueue(await another(accountId)), { status: 'published' });
    const since = { 'if-none-match': renamed.headers.get('etag') ?? '' };
    expect((await feed('rss.xml', since)).status).toBe(200);
  });
});

describe('an entry waits', () => {
  it('for the approval, and for the new one after an edit', async () => {
    const written = await content({ review: { mode: 'manual' } });
    const entry = await enqueue(written);
    expect(entry).toMatchObject({ waitsFor: 'not_approved' });
    const approve = (version: number) => server.http('POST', `/contents/${written.id}/approve`, {}, { 'if-match': `"v${version}"` });
    await server.sql(`UPDATE accounts SET publishing_paused = true WHERE id = $1`, [written.accountId]);
    await approve(1);
    expect(await read(entry)).toMatchObject({ status: 'pending', waitsFor: 'account_paused' });
    await client.patch(`/contents/${written.id}`, { title: 'A better title' }, '"v1"');
    await server.sql(`UPDATE contents SET reviewer = reviewer WHERE id = $1`, [written.id]);
    await server.sql(`UPDATE accounts SET publishing_paused = false WHERE id = $1`, [written.accountId]);
    await approve(2);
    expect(await until(entry, { status: 'published' })).toMatchObject({ publishedVersion: 2 });
    expect(channel.posts.filter(({ contentId }) => contentId === written.id)).toEqual([
      { contentId: written.id, version: 2, title: 'A better title' },
    ]);
  });

  it('for its slot, and keeps the wall time that was asked for', async () => {
    const written = await content({ timeZone: 'Europe/Berlin', publishing: { slots: [{ weekday: 7, time: '02:30' }], minGapMinutes: 60 } });
    const entry = await enqueue(written, { at: '2027-10-31T02:30' });
    expect(entry).toMatchObject({ scheduledAt: '2027-10-31T00:30:00.000Z', scheduledLocal: '2027-10-31T02:30', timeZone: 'Europe/Berlin' });
    const second = await enqueue(await another(written.accountId));
    expect(second.scheduledLocal).toMatch(/T02:30$/);
    const move = (at: string, version = second.version) =>
      server.http<Entry>('PATCH', `/pool/${second.id}`, { at }, { 'if-match': `"v${version}"` });
    expect((await move('2027-10-31T02:45')).body).toMatchObject({
      status: 409,
      code: 'slot_taken',
      errors: [{ pointer: '/at', code: 'min_gap' }],
    });
    expect((await move('2020-01-01T09:00')).body).toMatchObject({ status: 422, code: 'invalid_time', errors: [{ pointer: '/at' }] });
    expect((await move('2027-02-30T09:00')).body).toMatchObject({ status: 422, code: 'invalid_time' });
    const rehearse = (at: string) =>
      server.http<Entry>('PATCH', `/pool/${second.id}`, { at, dryRun: true }, { 'if-match': `"v${second.version}"` });
    expect((await rehearse('2027-10-31T02:45')).body).toMatchObject({ code: 'slot_taken' });
    expect((await rehearse('2027-03-28T09:00')).body).toMatchObject({
      scheduledAt: '2027-03-28T07:00:00.000Z',
      scheduledLocal: '2027-03-28T09:00',
    });
    expect((await server.http<Entry>('GET', `/pool/${second.id}`)).body).toEqual(second);
    expect((await move('2027-03-28T09:00')).body).toMatchObject({ scheduledAt: '2027-03-28T07:00:00.000Z', version: 2 });
    expect((await move('2027-03-29T09:00')).status).toBe(412);
  });

  it('for a slot of its own: contents that are added at once get different slots', async () => {
    const first = await content({ review: { mode: 'manual' }, publishing: { minGapMinutes: 30, dailyQuota: null } });
    const written = [first, await another(first.accountId), await another(first.accountId)];
    const lock = { text: 'SELECT FROM accounts WHERE id = $1 FOR NO KEY UPDATE', values: [first.accountId] };
    const { answer: entries } = await runBehindLock(
      server.app.get(Settings).databaseUrl ?? '',
      lock,
      () => Promise.all(written.map((one) => enqueue(one))),
      () => untilLockWaits((text) => server.sql(text), 3),
    );
    const times = entries.map(({ scheduledAt }) => Date.parse(scheduledAt)).toSorted((a, b) => a - b);
    const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(30 * 60_000);
  });

  it('for the quota of the day', async () => {
    const written = await content({ publishing: { dailyQuota: 1 } });
    await until(await enqueue(written), { status: 'published' });
    const next = await enqueue(await another(written.accountId));
    expect(next.scheduledAt.slice(0, 10) > new Date().toISOString().slice(0, 10)).toBe(true);
    await act(next, 'publish-now');
    const held = await waitFor(async () => (await read(next)).lastError !== null && read(next), { what: 'the quota to hold the entry' });
    expect(held).toMatchObject({ status: 'pending', lastError: { code: 'daily_quota' } });
    expect(channel.postsOf(next.contentId)).toBe(0);
  });
});

describe('the channels of an account', () => {
  it('are checked against their schema, probed, disabled and removed', async () => {
    const { id } = await client.createAccount();
    const path = `/accounts/${id}/channels`;
    const create = (body: object) => server.http<{ id: string; enabled: boolean }>('POST', path, { name: 'site', kind: 'file', ...body });
    expect((await create({ kind: 'files', config: {} })).body).toMatchObject({
      status: 422,
      code: 'channel_unknown',
      detail: 'Did you mean "file"?',
    });
    expect((await create({ config: { mode: 'publish', folder: '../x' } })).body).toMatchObject({
      status: 422,
      code: 'channel_config',
      errors: [{ pointer: '/config/folder' }],
    });
    const { body: site } = await create({ config: { mode: 'publish', folder: 'site' } });
    expect((await create({ config: { mode: 'publish', folder: 'other' } })).body).toMatchObject({
      status: 409,
      code: 'channel_name_taken',
    });
    expect((await server.http('POST', `${path}/${site.id}/probe`)).body).toMatchObject({ usable: true });
    const disabled = await server.http('PATCH', `${path}/${site.id}`, { enabled: false }, { 'if-match': '"v1"' });
    expect(disabled.body).toMatchObject({ enabled: false, version: 2, config: { folder: 'site' } });
    const written = await client.generate({ accountId: id, topic: 'Tides' });
    expect((await publish(written)).body).toMatchObject({ status: 409, code: 'no_channel' });
    expect((await publish(written, { channels: ['sit'] })).body).toMatchObject({ status: 422, detail: 'Did you mean "site"?' });
    expect((await server.http('DELETE', `${path}/${site.id}`)).status).toBe(204);
  });
});
