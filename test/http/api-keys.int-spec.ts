import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DiscoveryService } from '@nestjs/core';
import { AgentDirectory } from '../../src/platform/auth/agent-directory.ts';
import { generateApiKey, type KeyDigest, parseApiKey } from '../../src/platform/auth/api-key.ts';
import { ApiKeyService } from '../../src/platform/auth/api-key.service.ts';
import { ApiKeyRepository } from '../../src/platform/auth/api-key.repository.ts';
import { FirstKeyService } from '../../src/platform/auth/first-key.service.ts';
import type { Principal } from '../../src/platform/auth/principal.ts';
import { Pools } from '../../src/platform/database/pools.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { waitFor } from '../support/wait-for.ts';

const NO_AGENTS = new AgentDirectory({ getProviders: () => [] } as unknown as DiscoveryService);

let database: TestDatabase;
let pools: Pools;
let folder: string;
const service = (): ApiKeyService => new ApiKeyService(new ApiKeyRepository(pools), NO_AGENTS);
const ensureFirstKey = (dataDir: string, given?: string): Promise<string | null> =>
  new FirstKeyService(new ApiKeyRepository(pools)).ensure(dataDir, given);
const authenticated = async (key: string, keys = service()): Promise<Principal | string> => {
  const result = await keys.authenticate(key);
  return 'principal' in result ? result.principal : result.failure;
};

beforeAll(async () => {
  database = await createTestDatabase();
  pools = new Pools({ url: database.url, apiSize: 8 });
  folder = await mkdtemp(join(tmpdir(), 'api-key-'));
});
afterAll(async () => {
  await pools.close();
  await database.drop();
  await rm(folder, { recursive: true });
});
beforeEach(() => pools.api.query('DELETE FROM api_keys'));

interface KeyRow {
  id: string;
  name: string;
  role: string;
  prefix: string;
  hash: Buffer;
  last_used_at: Date | null;
}
const rows = async (): Promise<KeyRow[]> => (await pools.api.query<KeyRow>('SELECT * FROM api_keys')).rows;
const update = (change: string): Promise<unknown> => pools.api.query(`UPDATE api_keys SET ${change}`);

describe('the first key', () => {
  it('opens the installation, is readable by its owner only, and is stored as a hash', async () => {
    const file = join(folder, 'a', 'api-key');
    const key = await ensureFirstKey(join(folder, 'a'));
    expect(await readFile(file, 'utf8')).toBe(key);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await authenticated(key ?? '')).toMatchObject({ type: 'key', name: 'first key', roles: ['admin'], accountIds: null });
    const [row] = await rows();
    expect(JSON.stringify(row)).not.toContain(key);
    expect(row?.prefix).toBe(key?.slice(8, 16));
  });

  it('is created once by any number of processes, and its file contains the valid one', async () => {
    const made = await Promise.all(Array.from({ length: 6 }, () => ensureFirstKey(folder)));
    const keys = made.filter((key) => key !== null);
    expect([keys.length, (await rows()).length]).toEqual([1, 1]);
    expect(await readFile(join(folder, 'api-key'), 'utf8')).toBe(keys[0]);
    expect(await ensureFirstKey(folder)).toBeNull();
    expect((await readdir(folder)).filter((name) => name.startsWith('api-key'))).toEqual(['api-key']);
  });

  it('is the one of the settings, also at several processes, and no file is written', async () => {
    const [given, other] = [generateApiKey(), generateApiKey()];
    const target = join(folder, 'none');
    await Promise.all(Array.from({ length: 12 }, () => ensureFirstKey(target, given)));
    expect(await ensureFirstKey(target, other)).toBeNull();
    expect([await authenticated(given), await authenticated(other)]).toMatchObject([{ roles: ['admin'] }, 'key_invalid']);
    expect((await rows()).length).toBe(1);
    await expect(stat(target)).rejects.toThrow('ENOENT');
  });

  it('is not stored when its file cannot be written', async () => {
    const notAFolder = join(folder, 'file');
    await writeFile(notAFolder, '');
    await expect(ensureFirstKey(notAFolder)).rejects.toThrow('file already exists');
    expect(await rows()).toEqual([]);
    expect(await ensureFirstKey(folder)).not.toBeNull();
  });

  it('restricts the mode of an older file', async () => {
    const file = join(folder, 'api-key');
    await writeFile(file, 'old');
    await chmod(file, 0o644);
    await ensureFirstKey(folder);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });
});

describe('authenticate', () => {
  it('refuses another key with the same prefix', async () => {
    const key = (await ensureFirstKey(folder)) ?? '';
    const { prefix } = parseApiKey(key) as KeyDigest;
    const stranger = generateApiKey();
    const forged = await new ApiKeyRepository(pools).find({ prefix, hash: (parseApiKey(stranger) as KeyDigest).hash });
    expect(forged).not.toBeNull(); // the row is found by its prefix
    await update(`prefix = '${stranger.slice(8, 16)}'`);
    expect(await authenticated(stranger)).toBe('key_invalid'); // and refused by its hash
    expect((await rows())[0]?.last_used_at).toBeNull();
  });

  it('stores when the key was last used, at most once a minute', async () => {
    const key = (await ensureFirstKey(folder)) ?? '';
    expect((await rows())[0]?.last_used_at).toBeNull();
    await authenticated(key);
    const used = await waitFor(async () => (await rows())[0]?.last_used_at ?? undefined, { what: 'the use of the key to be stored' });
    await new ApiKeyRepository(pools).touch((await rows())[0]?.id ?? '');
    expect((await rows())[0]?.last_used_at).toEqual(used);
  });

  it('refuses revoked and expired keys', async () => {
    const key = (await ensureFirstKey(folder)) ?? '';
    await update("revoked_at = now(), revoked_by = 'test'");
    expect(await authenticated(key)).toBe('key_revoked');
    await update("revoked_at = NULL, revoked_by = NULL, expires_at = now() - interval '1 second'");
    expect(await authenticated(key)).toBe('key_expired');
    await update("expires_at = now() + interval '1 hour'");
    expect(await authenticated(key)).toMatchObject({ type: 'key' });
  });

  it('caches a key for 30 seconds, and never beyond its expiry', async () => {
    const clock = jest.spyOn(Date, 'now');
    try {
      const keys = service();
      const key = (await ensureFirstKey(folder)) ?? '';
      const start = Date.now();
      await update(`expires_at = to_timestamp(${(start + 45_000) / 1000})`);
      expect(await authenticated(key, keys)).toMatchObject({ type: 'key' });
      await update("revoked_at = now(), revoked_by = 'test'");
      clock.mockReturnValue(start + 29_000);
      expect(await authenticated(key, keys)).toMatchObject({ type: 'key' });
      clock.mockReturnValue(start + 31_000);
      expect(await authenticated(key, keys)).toBe('key_revoked');
      await update('revoked_at = NULL, revoked_by = NULL');
      expect(await authenticated(key, keys)).toMatchObject({ type: 'key' });
      clock.mockReturnValue(start + 46_000);
      expect(await authenticated(key, keys)).toBe('key_expired');
    } finally {
      clock.mockRestore();
    }
  });
});
