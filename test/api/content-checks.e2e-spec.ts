import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApplication, type TestApplication } from '../support/application.ts';
import { ContentClient, SOURCES } from './content-client.ts';

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
