import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { act, client, content, enqueue, read, server, startPool, type Entry } from '../publishing/pool-server.ts';
import { waitFor } from '../support/wait-for.ts';
import { type CliSetting, runCli } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'contenthub-edit-test-'));
beforeAll(() => startPool());
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const cli = (words: string[], setting: CliSetting = {}) =>
  runCli(words, { cwd: folder, ...setting, env: { APP_SERVER: server.url, APP_TOKEN: server.key, NO_COLOR: '1', ...setting.env } });

/** An editor that runs these lines of shell; $1 is the file. */
function editor(name: string, lines: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${lines}\n`);
  chmodSync(file, 0o755);
  return file;
}

const REVIEWED = { review: { mode: 'manual' } };

describe('content edit', () => {
  it('takes the title and the body from options, and names the version that it expects', async () => {
    const { id, version, bodyMarkdown } = await content();
    writeFileSync(join(folder, 'body.md'), `${bodyMarkdown}\n\nOne more sentence.\n`);
    const edit = ['content', 'edit', id, '--title', 'Another title', '--file', 'body.md', '--if-version', String(version)];
    const first = await cli([...edit, '-o', 'json']);
    expect([first.code, first.stderr]).toEqual([0, '']);
    expect(JSON.parse(first.stdout)).toMatchObject({ title: 'Another title', version: version + 1 });
    expect((await client.getContent(id)).bodyMarkdown).toContain('One more sentence.');

    const second = await cli(edit);
    expect([second.code, second.stderr]).toEqual([7, expect.stringContaining(`It has version ${version + 1} now`)]);
    expect(second.stderr).toContain(`contenthub content diff ${id}`);
    expect((await client.getContent(id)).version).toBe(version + 1);
  });

  it('opens the editor on the body, and stores what it leaves', async () => {
    const { id, version } = await content();
    const EDITOR = `${editor('append', 'test "$1" = --wait && echo "Said in the editor." >> "$2"')} --wait`;
    const { code, stderr } = await cli(['content', 'edit', id], { tty: true, env: { EDITOR } });
    expect([code, stderr]).toEqual([0, '']);
    const edited = await client.getContent(id);
    expect([edited.version, edited.bodyMarkdown]).toEqual([version + 1, expect.stringContaining('Said in the editor.')]);
  });

  it.each([
    ['that changes nothing', 'exit 0', 0, 'Nothing was changed'],
    ['that fails', 'exit 3', 1, 'The editor ended with 3'],
  ])('makes no version with an editor %s', async (_what, lines, exitCode, said) => {
    const { id, version } = await content();
    const { code, stderr } = await cli(['content', 'edit', id], { tty: true, env: { VISUAL: editor('quiet', lines) } });
    expect([code, stderr]).toEqual([exitCode, expect.stringContaining(said)]);
    const [, kept] = /The text is in (\S+)/.exec(stderr) ?? [];
    if (kept !== undefined) rmSync(dirname(kept), { recursive: true });
    expect((await client.getContent(id)).version).toBe(version);
  });

  it('keeps the text when somebody else was faster, and says how to go on', async () => {
    const { id } = await content();
    const marker = join(folder, 'opened');
    const waiting = editor('waiting', `echo "Mine." >> "$1"; : > "${marker}"; while [ -e "${marker}" ]; do sleep 0.05; done`);
    const running = cli(['content', 'edit', id], { tty: true, env: { EDITOR: waiting } });
    await waitFor(() => Promise.resolve(existsSync(marker)), { what: 'the editor to be open' });
    expect((await client.patch(`/contents/${id}`, { title: 'Theirs' }, '"v1"')).status).toBe(200);
    rmSync(marker);
    const { code, stderr } = await running;
    expect([code, stderr]).toEqual([7, expect.stringContaining('The content was edited meanwhile. Your text is in')]);
    const [, file = ''] = /--file (\S+)/.exec(stderr) ?? [];
    expect(readFileSync(file, 'utf8')).toContain('Mine.');
    rmSync(dirname(file), { recursive: true });
    expect((await client.getContent(id)).title).toBe('Theirs');
  });

  it.each([
    [{}, 'There is no terminal'],
    [{ tty: true }, 'Neither VISUAL nor EDITOR'],
  ])('needs an editor: %j', async (setting, said) => {
    expect(await cli(['content', 'edit', 'any'], setting)).toMatchObject({ code: 2, stderr: expect.stringContaining(said) });
  });
});

describe('content publish', () => {
  const entriesOf = async (words: string[]): Promise<Entry[]> => {
    const { code, stdout, stderr } = await cli([...words, '-o', 'json']);
    expect([code, stderr]).toEqual([0, '']);
    return (JSON.parse(stdout) as { items: Entry[] }).items;
  };

  it('plans a time, and --now makes the same entry due instead of adding one', async () => {
    const written = await content(REVIEWED);
    const [planned] = await entriesOf([
      'content',
      'publish',
      written.id,
      '--at',
      '2099-03-28T09:00',
      '--priority',
      '8',
      '--channel',
      'blog',
    ]);
    expect(planned).toMatchObject({ status: 'pending', scheduledLocal: '2099-03-28T09:00', priority: 8 });
    const [due] = await entriesOf(['content', 'publish', written.id, '--now']);
    expect(due?.id).toBe(planned?.id);
    expect(Date.parse(due?.scheduledAt ?? '')).toBeLessThanOrEqual(Date.now());
  });

  it('--now adds a content that is not in the pool', async () => {
    const written = await content();
    const [entry] = await entriesOf(['content', 'publish', written.id, '--now']);
    expect((await read(entry as Entry)).contentId).toBe(written.id);
  });

  it('--now does not bring back an entry that was pulled', async () => {
    const written = await content(REVIEWED);
    const pulled = (await act(await enqueue(written, { at: '2099-03-28T09:00' }), 'pull')).body;
    await cli(['content', 'publish', written.id, '--now']);
    expect((await read(pulled)).status).toBe('pulled');
  });

  it('refuses two times', async () => {
    expect((await cli(['content', 'publish', 'any', '--now', '--at', '2099-03-28T09:00'])).code).toBe(2);
  });
});
