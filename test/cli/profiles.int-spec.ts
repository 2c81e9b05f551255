import { existsSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { findConnection } from '../../src/cli/connection.ts';
import { runCli } from './run-cli.ts';
import { temporaryFolder } from './temporary-folder.ts';

const cwd = '/';
const DATA_DIR = '.nowhere';

describe('profiles', () => {
  const config = async (env: Record<string, string>, ...argv: string[]) => runCli(['config', ...argv], { env, cwd });

  it('are set, listed, chosen and removed, in a file that only its user may read', async () => {
    await using folder = await temporaryFolder();
    const env = { HOME: folder.path, DATA_DIR };
    const file = join(folder.path, '.config/contenthub/config.json');
    expect(await config(env, 'profiles', '-o', 'json')).toMatchObject({ code: 0, stdout: expect.stringContaining('"items": []') });
    expect(existsSync(file)).toBe(false);
    expect((await config(env, 'set', 'server', 'https://hub.example.org/')).code).toBe(0);
    expect((await config(env, 'set', '--profile', 'staging', 'server', 'https://staging.example.org')).stderr).toContain(
      'config use staging',
    );
    const { code } = await runCli(['config', 'set', '--profile', 'staging', 'token', '-'], {
      env,
      cwd,
      stdin: 'ch_live_secret_of_staging\n',
    });
    expect([code, statSync(file).mode & 0o777]).toEqual([0, 0o600]);
    const list = await config(env, 'profiles');
    expect(list.stdout).toBe(
      'Profile\tCurrent\tServer\tAccount\tKey\ndefault\ttrue\thttps://hub.example.org\t\t\nstaging\tfalse\thttps://staging.example.org\t\tch_live_secr…\n',
    );
    expect(findConnection({}, { env, cwd })).toMatchObject({ server: 'https://hub.example.org', token: undefined });
    expect((await config(env, 'use', 'staging')).code).toBe(0);
    expect(findConnection({}, { env, cwd })).toMatchObject({
      server: 'https://staging.example.org',
      serverFrom: 'the profile staging',
      token: 'ch_live_secret_of_staging',
    });
    expect((await config(env, 'get', 'server')).stdout).toBe('https://staging.example.org\n');
    expect((await config(env, 'get', 'account')).code).toBe(3);
    await config(env, 'remove', 'staging');
    expect(findConnection({}, { env, cwd })).toMatchObject({ server: 'http://127.0.0.1:3000', serverFrom: 'default' });
    expect((await config(env, 'use', 'staging')).code).toBe(3);
  });

  it('come after flags and the environment, and give their key to their own server only', async () => {
    await using folder = await temporaryFolder();
    const env = { CONTENTHUB_CONFIG: join(folder.path, 'c.json'), DATA_DIR };
    const profiles = {
      a: { server: 'https://a.example', token: 'key-a', account: 'notes' },
      b: { server: 'https://b.example', token: 'key-b' },
    };
    await writeFile(env.CONTENTHUB_CONFIG, JSON.stringify({ current: 'a', profiles }));
    expect(findConnection({}, { env, cwd })).toMatchObject({ server: 'https://a.example', token: 'key-a', account: 'notes' });
    const elsewhere = { ...env, CONTENTHUB_URL: 'https://c.example' };
    expect(findConnection({}, { env: elsewhere, cwd })).toMatchObject({ server: 'https://c.example', token: undefined });
    expect(findConnection({ profile: 'b' }, { env: elsewhere, cwd })).toMatchObject({ server: 'https://b.example', token: 'key-b' });
    const chosen = { ...env, CONTENTHUB_PROFILE: 'b', CONTENTHUB_KEY: 'other', CONTENTHUB_ACCOUNT: 'blog' };
    expect(findConnection({}, { env: chosen, cwd })).toMatchObject({ server: 'https://b.example', token: 'other', account: 'blog' });
    expect(findConnection({}, { env: { ...env, APP_SERVER: 'https://old.example', APP_TOKEN: 'old' }, cwd })).toMatchObject({
      server: 'https://old.example',
      token: 'old',
    });
  });

  it('that are unknown or unreadable are errors that name the remedy and no key', async () => {
    await using folder = await temporaryFolder();
    const env = { CONTENTHUB_CONFIG: join(folder.path, 'c.json'), DATA_DIR };
    expect(await config(env, 'show', '--profile', 'x')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no profile "x"'),
    });
    await writeFile(env.CONTENTHUB_CONFIG, '{"profiles":{"a":{"token":"secret"');
    const { code, stderr } = await config(env, 'profiles');
    expect([code, stderr]).toEqual([2, expect.stringContaining('correct or delete the file')]);
    expect(stderr).not.toContain('secret');
    for (const [setting, value] of [
      ['server', 'ftp://x'],
      ['colour', 'red'],
      ['token', 'a b'],
    ] as const)
      expect((await config({ HOME: folder.path, DATA_DIR }, 'set', setting, value)).code).toBe(2);
  });
});

describe('open', () => {
  it('prints the address without a terminal, and without the key', async () => {
    const env = { CONTENTHUB_URL: 'https://hub.example.org', CONTENTHUB_KEY: 'secret', DATA_DIR };
    expect((await runCli(['open', 'queues'], { env, cwd })).stdout).toBe('https://hub.example.org/admin/queues\n');
    expect((await runCli(['open', 'nothing'], { env, cwd })).code).toBe(2);
  });
});
