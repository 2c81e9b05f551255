import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { client, content, server, startPool } from '../publishing/pool-server.ts';
import { type CliSetting, runCli } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'contenthub-attach-test-'));
beforeAll(async () => {
  await startPool();
  writeFileSync(join(folder, 'report.pdf'), '%PDF-1.7\n');
  writeFileSync(join(folder, 'page.html'), '<html>');
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const cli = (words: string[], setting: CliSetting = {}) =>
  runCli(words, { cwd: folder, ...setting, env: { APP_SERVER: server.url, APP_TOKEN: server.key, NO_COLOR: '1', ...setting.env } });

describe('content attach, attachments and detach', () => {
  it('adds a file, lists it and removes it', async () => {
    const { id, version } = await content();
    const added = await cli(['content', 'attach', id, 'report.pdf', '--name', 'Annual report.pdf', '-o', 'json']);
    expect([added.code, added.stderr]).toEqual([0, '']);
    expect(JSON.parse(added.stdout)).toMatchObject({ name: 'annual-report.pdf', title: 'Annual report.pdf', mediaType: 'application/pdf' });
    const listed = await cli(['content', 'attachments', id, '-o', 'csv', '--columns', 'name,bytes']);
    expect(listed.stdout.split('\r\n')).toEqual(['name,bytes', 'annual-report.pdf,9', '']);
    const removed = await cli(['content', 'detach', id, 'annual-report.pdf', '-o', 'json']);
    expect([removed.code, JSON.parse(removed.stdout)]).toEqual([0, { items: [], nextCursor: null }]);
    expect(await client.getContent(id)).toMatchObject({ version: version + 2, attachments: [] });
  });

  it('says why a file is refused', async () => {
    const { id } = await content();
    const refused = await cli(['content', 'attach', id, 'page.html']);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('cannot be attached')]);
    const missing = await cli(['content', 'attach', id, 'no-such-file.pdf']);
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('The file cannot be read')]);
  });
});
