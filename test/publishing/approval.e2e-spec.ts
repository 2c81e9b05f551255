import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Pool } from 'pg';
import { ChannelRegistry } from '../../src/channels/channel.registry.ts';
import { TAKE_DUE_ENTRIES } from '../../src/content/publishing/boundary.sql.ts';
import type { PoolEntryView, PoolStatusView } from '../../src/content/publishing/pool-entry.dto.ts';
import { type Content, ContentClient, SOURCES } from '../api/content-client.ts';
import { startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { rowsRead } from '../support/rows-read.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { waitFor } from '../support/wait-for.ts';
import { ScriptedChannel } from './scripted-channel.ts';

type Entry = Wire<PoolEntryView>;

let database: TestDatabase;
let server: TestApplication;
let client: ContentClient;
const channel = new ScriptedChannel();

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startApplication({ quickLoops: ['publish-pool'], databaseUrl: database.url, settings: { ASYNC_WORKER_COUNT: '4' } });
  server.app.get(ChannelRegistry).register('scripted', channel);
  client = new ContentClient(server.http);
});
afterAll(async () => {
  await server.close();
  await database.drop();
});

/** A digest of an account with two channels, of which `off` is disabled. Its publications are paused unless the account says otherwise. */
async function contentOf(account: object): Promise<Content> {
  const { id: accountId } = await client.createAccount({ sources: SOURCES, publishingPaused: true, ...account });
  for (const [name, enabled] of [
    ['on', true],
    ['off', false],
  ] as const)
    await server.http('POST', `/accounts/${accountId}/channels`, { name, kind: 'scripted', config: { mode: 'publish' }, enabled });
  return another(accountId);
}

async function another(accountId: string): Promise<Content> {
  await server.sql('DELETE FROM content_fingerprints'); // texts of the same sources are near-duplicates
  return client.generate({ accountId, keywords: ['storage'] });
}

/** An edit by a person who did not approve the content, which ends the approval. */
const edit = async ({ id }: Content, title: string): Promise<void> => {
  const headers = { 'if-match': '"v1"', authorization: `Bearer ${await server.keyOf('editor')}` };
  expect((await server.http('PATCH', `/contents/${id}`, { title }, headers)).status).toBe(200);
};
const decide = ({ id }: Content, action: string, version: number, body: object = {}) =>
  server.http('POST', `/contents/${id}/${action}`, body, { 'if-match': `"v${version}"` });
const entriesOf = async ({ id }: Content): Promise<Entry[]> =>
  (await server.http<{ items: Entry[] }>('GET', `/pool?contentId=${id}`)).body.items;
const enqueue = async ({ id }: Content, wish: object = {}): Promise<Entry> =>
  (await server.http<{ items: Entry[] }>('POST', `/contents/${id}/publish`, wish)).body.items[0] as Entry;
const read = async ({ id }: Entry): Promise<Entry> => (await server.http<Entry>('GET', `/pool/${id}`)).body;
/** Makes the entry due three minutes ago. */
const makeLate = ({ id }: Entry) =>
  server.sql(`UPDATE pool_entries SET scheduled_at = app_clock() - interval '3 minutes' WHERE id = $1`, [id]);
const eventsOf = ({ id }: Entry) =>
  server.sql<{ type: string; payload: object }>('SELECT type, payload FROM events WHERE aggregate_id = $1', [id]);

describe('an approval in an account with autoPublish', () => {
  const autoPublish = { publishing: { autoPublish: true, minGapMinutes: 60, dailyQuota: null } };

  it('adds the content to each enabled channel at a free slot, with the approver as the actor', async () => {
    const first = await contentOf({ ...autoPublish, review: { mode: 'manual' } });
    expect(await entriesOf(first)).toEqual([]);
    expect((await decide(first, 'approve', 1)).status).toBe(200);
    const second = await another(first.accountId);
    await decide(second, 'approve', 1);
    const entries = [...(await entriesOf(first)), ...(await entriesOf(second))];
    expect(entries).toMatchObject([
      { channelName: 'on', status: 'pending', waitsFor: 'account_paused' },
      { channelName: 'on', status: 'pending' },
    ]);
    const [a = 0, b = 0] = entries.map(({ scheduledAt }) => Date.parse(scheduledAt));
    expect(b - a).toBeGreaterThanOrEqual(3_600_000);
    const [audit] = await server.sql('SELECT transition, actor FROM pool_audit WHERE entry_id = $1', [entries[0]?.id]);
    expect(audit).toMatchObject({ transition: 'enqueue', actor: expect.stringMatching(/^key:/) });
  });

  it('by the rules adds it in the transaction that stores the content', async () => {
    const written = await contentOf({ ...autoPublish, publishingPaused: false });
    const [entry] = await entriesOf(written);
    expect(entry).toMatchObject({ channelName: 'on' });
    await waitFor(async () => (await read(entry as Entry)).status === 'published', { what: 'the entry to be published' });
    expect(channel.postsOf(written.id)).toBe(1);
  });

  it('adds nothing twice, nothing that a person pulled, and a new version after its own approval', async () => {
    const written = await contentOf({ ...autoPublish, review: { mode: 'manual' } });
    await decide(written, 'approve', 1);
    await decide(written, 'return', 1, { reasons: ['style'] });
    await decide(written, 'submit', 1);
    await decide(written, 'approve', 1);
    const [entry, ...others] = await entriesOf(written);
    expect(others).toEqual([]);
    await server.http('POST', `/pool/${entry?.id}/pull`, {}, { 'if-match': '*' });
    await decide(written, 'return', 1, { reasons: ['style'] });
    await decide(written, 'submit', 1);
    expect((await decide(written, 'approve', 1)).status).toBe(200);
    expect(await entriesOf(written)).toMatchObject([{ status: 'pulled' }]);
    const next = await contentOf({ ...autoPublish, review: { mode: 'manual' }, publishingPaused: false });
    await decide(next, 'approve', 1);
    await waitFor(async () => (await entriesOf(next))[0]?.status === 'published', { what: 'the first version to be published' });
    await edit(next, 'A title with other words');
    await decide(next, 'approve', 2);
    expect(await entriesOf(next)).toMatchObject([{ status: 'pending' }, { status: 'published', publishedVersion: 1 }]);
  });

  it('without autoPublish adds nothing', async () => {
    const written = await contentOf({ review: { mode: 'manual' } });
    await decide(written, 'approve', 1);
    expect(await entriesOf(written)).toEqual([]);
  });

  it('is stored with its entries or not at all', async () => {
    const written = await contentOf({ ...autoPublish, review: { mode: 'manual' } });
    await server.sql(`ALTER TABLE pool_entries ADD CONSTRAINT broken CHECK (content_id <> '${written.id}')`);
    try {
      expect((await decide(written, 'approve', 1)).status).toBe(500);
    } finally {
      await server.sql('ALTER TABLE pool_entries DROP CONSTRAINT broken');
    }
    expect((await client.getContent(written.id)).reviewStatus).toBe('pending_review');
    expect(await entriesOf(written)).toEqual([]);
  });
});

describe('an entry that is not published two minutes after its time', () => {
  it('is reported once, with the reason, and counted', async () => {
    const written = await contentOf({});
    const entry = await enqueue(written);
    const status = async () => (await server.http<PoolStatusView>('GET', `/pool/status?accountId=${written.accountId}`)).body;
    expect(await status()).toEqual({ pending: 1, publishing: 0, failed: 0, outcomeUnknown: 0, overdue: 0 });
    await makeLate(entry);
    const late = await waitFor(async () => (await read(entry)).overdueReportedAt !== null && read(entry), { what: 'the report' });
    expect(late).toMatchObject({ overdue: true, waitsFor: 'account_paused' });
    expect(await status()).toMatchObject({ pending: 1, overdue: 1 });
    const report = {
      type: 'pool_entry.overdue',
      payload: { entryId: entry.id, contentId: written.id, channelName: 'on', status: 'pending', waitsFor: 'account_paused' },
    };
    expect(await eventsOf(entry)).toMatchObject([report]);
    const other = await enqueue(await another(written.accountId));
    await makeLate(other);
    await waitFor(async () => (await eventsOf(other)).length === 1, { what: 'the report of another entry' });
    expect(await eventsOf(entry)).toHaveLength(1);
  });

  it('is not reported while it is not approved', async () => {
    const waiting = await enqueue(await contentOf({ review: { mode: 'manual' } }));
    const approved = await enqueue(await contentOf({}));
    await makeLate(waiting);
    await makeLate(approved);
    await waitFor(async () => (await eventsOf(approved)).length === 1, { what: 'the report of an approved entry' });
    expect([await eventsOf(waiting), (await read(waiting)).overdue]).toEqual([[], false]);
  });
});

describe('a published entry whose label was not searched, because its process ended', () => {
  it('is taken again, and its page is read', async () => {
    const written = await contentOf({ publishingPaused: false });
    const entry = await enqueue(written);
    const searched = () => waitFor(async () => (await read(entry)).labelState === 'not_needed', { what: 'the search for the label' });
    await searched();
    await server.sql('UPDATE pool_entries SET label_state = NULL WHERE id = $1', [entry.id]);
    await searched();
    expect(channel.postsOf(written.id)).toBe(1);
  });
});

describe('what an entry knows about its content, account and channel', () => {
  const facts = async ({ id }: Entry) =>
    (await server.sql<object>('SELECT content_approved, account_open, channel_open FROM pool_entries WHERE id = $1', [id]))[0];

  it('follows each change of them', async () => {
    const written = await contentOf({ review: { mode: 'manual' } });
    const entry = await enqueue(written);
    expect(await facts(entry)).toEqual({ content_approved: false, account_open: false, channel_open: true });
    await decide(written, 'approve', 1);
    expect(await facts(entry)).toMatchObject({ content_approved: true });
    await edit(written, 'A title with other words');
    expect(await facts(entry)).toMatchObject({ content_approved: false });
    await server.sql('UPDATE accounts SET publishing_paused = false WHERE id = $1', [written.accountId]);
    await server.sql('UPDATE account_channels SET enabled = false WHERE id = $1', [entry.channelId]);
    expect(await facts(entry)).toEqual({ content_approved: false, account_open: true, channel_open: false });
    expect(await read(entry)).toMatchObject({ waitsFor: 'not_approved' });
  });

  it('is right for an entry that is added while its content is approved', async () => {
    const written = await contentOf({ review: { mode: 'manual' } });
    const pool = new Pool({ connectionString: database.url, max: 1 });
    const approval = await pool.connect();
    try {
      await approval.query('BEGIN');
      await approval.query(
        `UPDATE contents SET review_status = 'approved', review_transition = 'approve', review_revision = review_revision + 1 WHERE id = $1`,
        [written.id],
      );
      const adding = enqueue(written);
      await waitFor(async () => (await server.sql(`SELECT FROM pg_locks WHERE NOT granted`)).length > 0, { what: 'the entry to wait' });
      await approval.query('COMMIT');
      expect(await facts(await adding)).toMatchObject({ content_approved: true });
    } finally {
      approval.release();
      await pool.end();
    }
  });

  it('lets the loop read none of 20,000 due entries that wait for a person', async () => {
    const written = await contentOf({ publishingPaused: false, review: { mode: 'manual' } });
    const { channelId } = await enqueue(written);
    await server.sql(`ALTER TABLE pool_entries DISABLE TRIGGER pool_entry_readiness`);
    await server.sql(`DROP INDEX pool_entries_live`);
    await server.sql(
      `INSERT INTO pool_entries (id, account_id, content_id, channel_id, scheduled_at, scheduled_local, time_zone, actor, account_open, channel_open)
       SELECT gen_random_uuid(), $1, $2, $3, app_clock() - interval '1 day', '', 'UTC', 'test', true, true FROM generate_series(1, 20000)`,
      [written.accountId, written.id, channelId],
    );
    await server.sql('ANALYZE pool_entries');
    const pool = new Pool({ connectionString: database.url, max: 1 });
    try {
      const sql = async <Row extends object>(text: string, values: unknown[] = []) => (await pool.query<Row>(text, values)).rows;
      expect(await rowsRead(sql, TAKE_DUE_ENTRIES, [600])).toBeLessThan(20);
    } finally {
      await pool.end();
    }
  });
});
