import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateApiKey, type KeyDigest, parseApiKey } from '../../src/platform/auth/api-key.ts';
import { ApiKeyService } from '../../src/platform/auth/api-key.service.ts';
import { ApiKeyStore } from '../../src/platform/auth/api-key.store.ts';
import { Pools } from '../../src/platform/database/pools.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let pools: Pools;
let folder: string;
const service = (): ApiKeyService => new ApiKeyService(new ApiKeyStore(pools));

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
    const key = await service().ensureFirstKey(join(folder, 'a'));
    expect(await readFile(file, 'utf8')).toBe(key);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await service().authenticate(key ?? '')).toMatchObject({ name: 'first key', role: 'admin' });
    const [row] = await rows();
    expect(JSON.stringify(row)).not.toContain(key);
    expect(row?.prefix).toBe(key?.slice(8, 16));
  });

  it('is made once, however many processes start, and its file holds the one that works', async () => {
    const made = await Promise.all(Array.from({ length: 6 }, () => service().ensureFirstKey(folder)));
    const keys = made.filter((key) => key !== null);
    expect([keys.length, (await rows()).length]).toEqual([1, 1]);
    expect(await readFile(join(folder, 'api-key'), 'utf8')).toBe(keys[0]);
    expect(await service().ensureFirstKey(folder)).toBeNull();
    expect((await readdir(folder)).filter((name) => name.startsWith('api-key'))).toEqual(['api-key']);
  });

  it('does not exist when its file could not be written', async () => {
    const notAFolder = join(folder, 'file');
    await writeFile(notAFolder, '');
    await expect(service().ensureFirstKey(notAFolder)).rejects.toThrow('file already exists');
    expect(await rows()).toEqual([]);
    expect(await service().ensureFirstKey(folder)).not.toBeNull();
  });

  it('takes an older file out of the hands of others', async () => {
    const file = join(folder, 'api-key');
    await writeFile(file, 'old');
    await chmod(file, 0o644);
    await service().ensureFirstKey(folder);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });
});

describe('authenticate', () => {
  it('takes only the key itself: another key with its prefix is nobody', async () => {
    const key = (await service().ensureFirstKey(folder)) ?? '';
    const { prefix } = parseApiKey(key) as KeyDigest;
    const stranger = generateApiKey();
    const forged = await new ApiKeyStore(pools).find({ prefix, hash: (parseApiKey(stranger) as KeyDigest).hash });
    expect(forged).not.toBeNull(); // the row is found by its prefix …
    await update(`prefix = '${stranger.slice(8, 16)}'`);
    expect(await service().authenticate(stranger)).toBeNull(); // … and refused by its hash
    expect((await rows())[0]?.last_used_at).toBeNull();
  });

  it('notes its use', async () => {
    const key = (await service().ensureFirstKey(folder)) ?? '';
    expect((await rows())[0]?.last_used_at).toBeNull();
    await service().authenticate(key);
    expect((await rows())[0]?.last_used_at).toBeInstanceOf(Date);
  });

  it('refuses revoked and expired keys', async () => {
    const key = (await service().ensureFirstKey(folder)) ?? '';
    await update('revoked_at = now()');
    expect(await service().authenticate(key)).toBeNull();
    await update("revoked_at = NULL, expires_at = now() - interval '1 second'");
    expect(await service().authenticate(key)).toBeNull();
    await update("expires_at = now() + interval '1 hour'");
    expect(await service().authenticate(key)).not.toBeNull();
  });

  it('believes a key for 30 seconds, and never beyond its end', async () => {
    const clock = jest.spyOn(Date, 'now');
    try {
      const keys = service();
      const key = (await keys.ensureFirstKey(folder)) ?? '';
      const start = Date.now();
      await update(`expires_at = to_timestamp(${(start + 45_000) / 1000})`);
      expect(await keys.authenticate(key)).not.toBeNull();
      await update('revoked_at = now()');
      clock.mockReturnValue(start + 29_000);
      expect(await keys.authenticate(key)).not.toBeNull();
      clock.mockReturnValue(start + 31_000);
      expect(await keys.authenticate(key)).toBeNull();
      await update('revoked_at = NULL');
      expect(await keys.authenticate(key)).not.toBeNull();
      clock.mockReturnValue(start + 46_000);
      expect(await keys.authenticate(key)).toBeNull();
    } finally {
      clock.mockRestore();
    }
  });
});
