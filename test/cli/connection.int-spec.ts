import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { findConnection } from '../../src/cli/connection.ts';
import { temporaryFolder } from './temporary-folder.ts';

async function dataFolder(at: string, files: { url?: string; key?: string }): Promise<void> {
  await mkdir(at, { recursive: true });
  if (files.url) await writeFile(join(at, 'server.json'), JSON.stringify({ url: files.url, pid: 1, startedAt: 't' }));
  if (files.key) await writeFile(join(at, 'api-key'), `${files.key}\n`);
}

/** A name that no parent folder of the test or of this checkout has. */
const DATA_DIR = '.data-of-this-test';

describe('findConnection', () => {
  it('takes flags before the environment, the nearest folder and the default', async () => {
    await using folder = await temporaryFolder();
    await dataFolder(join(folder.path, DATA_DIR), { url: 'http://127.0.0.1:4001', key: 'file-key' });
    const cwd = join(folder.path, 'deep', 'down');
    await mkdir(cwd, { recursive: true });
    const env = { DATA_DIR };
    const fromEnv = { ...env, APP_SERVER: 'http://127.0.0.1:4002/', APP_TOKEN: 'env-key' };
    expect(findConnection({ server: 'https://hub.example/base/', token: 'flag-key' }, { env: fromEnv, cwd })).toMatchObject({
      server: 'https://hub.example/base',
      token: 'flag-key',
    });
    expect(findConnection({}, { env: fromEnv, cwd })).toMatchObject({
      server: 'http://127.0.0.1:4002',
      serverFrom: 'APP_SERVER',
      token: 'env-key',
    });
    expect(findConnection({}, { env, cwd })).toEqual({
      server: 'http://127.0.0.1:4001',
      serverFrom: join(folder.path, DATA_DIR, 'server.json'),
      token: 'file-key',
      tokenFrom: join(folder.path, DATA_DIR, 'api-key'),
      dataDir: join(folder.path, DATA_DIR),
    });
    expect(findConnection({}, { env: { DATA_DIR: '.nowhere' }, cwd })).toMatchObject({
      server: 'http://127.0.0.1:3000',
      serverFrom: 'default',
      token: undefined,
      dataDir: join(cwd, '.nowhere'),
    });
  });

  it('accepts DATA_DIR as a path, and a key whose server is down', async () => {
    await using folder = await temporaryFolder();
    await dataFolder(folder.path, { key: 'k' });
    expect(findConnection({}, { env: { DATA_DIR: folder.path }, cwd: '/' })).toMatchObject({
      server: 'http://127.0.0.1:3000',
      token: 'k',
      dataDir: folder.path,
    });
  });

  it('does not use the key of one folder for the address of another', async () => {
    await using folder = await temporaryFolder();
    await dataFolder(join(folder.path, DATA_DIR), { key: 'outer' });
    await dataFolder(join(folder.path, 'inner', DATA_DIR), { url: 'http://127.0.0.1:4003' });
    const found = findConnection({}, { env: { DATA_DIR }, cwd: join(folder.path, 'inner') });
    expect([found.server, found.token]).toEqual(['http://127.0.0.1:4003', undefined]);
  });

  it('does not send a key from a file to another machine', async () => {
    await using folder = await temporaryFolder();
    await dataFolder(join(folder.path, DATA_DIR), { key: 'secret' });
    const setting = { env: { DATA_DIR }, cwd: folder.path };
    expect(findConnection({ server: 'https://hub.example' }, setting).token).toBeUndefined();
    expect(findConnection({ server: 'http://localhost:9' }, setting).token).toBe('secret');
  });

  it.each([['https://hub.example'], ['ftp://127.0.0.1'], ['no address']])('ignores a server.json with %s', async (url) => {
    await using folder = await temporaryFolder();
    await dataFolder(join(folder.path, DATA_DIR), { url });
    const setting = { env: { DATA_DIR, APP_TOKEN: 'mine' }, cwd: folder.path };
    expect(findConnection({}, setting).server).toBe('http://127.0.0.1:3000');
  });

  it.each(['localhost:3000', 'file:///etc', 'http://user:pw@host', 'http://host?x=1', 'nonsense'])('rejects the address %s', (server) => {
    expect(() => findConnection({ server }, { env: {}, cwd: '/' })).toThrow('The server address from --server is not usable');
  });

  it('rejects a key with a line break and does not repeat it', () => {
    expect(() => findConnection({}, { env: { APP_TOKEN: 'ab\ncd' }, cwd: '/' })).toThrow(
      /^The API key from APP_TOKEN contains characters that are not valid in a key$/,
    );
  });
});
