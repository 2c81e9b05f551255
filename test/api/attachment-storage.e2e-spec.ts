import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AttachmentService } from '../../src/content/attachments/attachment.service.ts';
import { AttachmentStore } from '../../src/content/attachments/attachment.store.ts';
import { UnusedFileRetention } from '../../src/content/attachments/unused-file.retention.ts';
import type { Attachment } from '../../src/content/attachments/attachment.ts';
import type { Content } from '../../src/content/contents/content.entity.ts';
import { ContentService } from '../../src/content/contents/content.service.ts';
import { PublicationRepository } from '../../src/content/publishing/publication.repository.ts';
import { inTransaction, Pools } from '../../src/platform/database/pools.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { ContentClient, SOURCES } from './content-client.ts';

const EDITOR = 'system';
let server: TestApplication;
let attachments: AttachmentService;
let empty: Content;

beforeAll(async () => {
  server = await startApplication();
  attachments = server.app.get(AttachmentService);
  const client = new ContentClient(server.http);
  const { id: accountId } = await client.createAccount({ sources: SOURCES });
  const { id } = await client.generate({ accountId, keywords: ['storage'] });
  empty = await server.app.get(ContentService).get(id);
});
afterAll(() => server.close());

const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const csvOf = (word: string): Buffer => Buffer.from(`word\n${word}\n`);
const stored = async (bytes: Buffer): Promise<number> =>
  (await server.sql('SELECT FROM publish_assets WHERE sha256 = $1', [sha256Of(bytes)])).length;
const fileOf = (name: string, bytes: number): Attachment => ({
  name,
  title: name,
  mediaType: 'text/csv',
  bytes,
  sha256: '0'.repeat(64),
  addedBy: EDITOR,
  addedAt: '2026-11-30T00:00:00Z',
});
const clean = () => server.app.get(UnusedFileRetention).clean(new AbortController().signal);
const age = () => server.sql(`UPDATE publish_assets SET created_at = app_clock() - interval '2 days'`);
const current = () => server.app.get(ContentService).get(empty.id);
const add = async (name: string, bytes: Buffer) => attachments.add(await current(), { name, bytes }, EDITOR);

describe('the bytes of an attachment', () => {
  it('are kept when a package stores the same bytes', async () => {
    const bytes = csvOf('both');
    const { content } = await add('both.csv', bytes);
    await server.app.get(PublicationRepository).storeAsset(sha256Of(bytes), bytes);
    await attachments.remove(content, 'both.csv', EDITOR);
    await age();
    await clean();
    expect(await server.app.get(PublicationRepository).read(sha256Of(bytes))).toEqual(bytes);
  });

  it('are not put into a package when a file is missing', async () => {
    const bytes = csvOf('present');
    await add('present.csv', bytes);
    const store = server.app.get(AttachmentStore);
    await expect(store.freeze([sha256Of(bytes), '0'.repeat(64)])).rejects.toThrow(`the file ${'0'.repeat(64)} of a content is missing`);
    await store.freeze([sha256Of(bytes), sha256Of(bytes)]); // one file under two names
  });

  it.each<[string, number, string, (content: Content) => Partial<Content>]>([
    ['its name is taken', 409, 'attachment_exists', () => ({ attachments: [fileOf('rejected.csv', 1)] })],
    [
      'the content has 20 files',
      422,
      'too_many_attachments',
      () => ({ attachments: Array.from({ length: 20 }, (_, i) => fileOf(`${i}`, 1)) }),
    ],
    ['the files are too large', 422, 'attachments_too_large', () => ({ attachments: [fileOf('large.csv', 40 * 1024 * 1024)] })],
    ['the content was edited meanwhile', 412, 'version_changed', ({ version }) => ({ version: version - 1 })],
  ])('are not stored when %s', async (_, status, code, read) => {
    const bytes = csvOf(code);
    const before = (await add(`${code}.csv`, csvOf(`before ${code}`))).content;
    const content = Object.assign(await current(), read(before));
    await expect(attachments.add(content, { name: 'rejected.csv', bytes }, EDITOR)).rejects.toMatchObject({ status, code });
    expect(await stored(bytes)).toBe(0);
  });

  it('are not deleted while an edit adds the file', async () => {
    const bytes = csvOf('again');
    const { content } = await add('again.csv', bytes);
    await attachments.remove(content, 'again.csv', EDITOR);
    await age();
    let cleaning: Promise<unknown> = Promise.resolve();
    let hasCleaned = false;
    await inTransaction(server.app.get(Pools).api, async (tx) => {
      await server.app.get(AttachmentStore).save(tx, sha256Of(bytes), bytes);
      cleaning = clean().then(() => (hasCleaned = true));
      const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      const isBlocked = async () => (await server.sql(waiting)).length > 0;
      await waitFor(async () => hasCleaned || (await isBlocked()), { what: 'the deletion to wait for the edit' });
    });
    await cleaning;
    expect(await stored(bytes)).toBe(1);
  });
});
