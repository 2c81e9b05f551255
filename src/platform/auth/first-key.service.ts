import { Injectable } from '@nestjs/common';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateApiKey, type KeyDigest, parseApiKey } from './api-key.ts';
import { ApiKeyRepository } from './api-key.repository.ts';

/** Creates the first key of a new installation. */
@Injectable()
export class FirstKeyService {
  constructor(private readonly repository: ApiKeyRepository) {}

  /**
   * Creates an admin key when there is none. A `given` key is stored as it is. Otherwise a new key is written to
   * `<dataDir>/api-key` (mode 0600) and returned, to be shown once.
   */
  async ensure(dataDir: string, given?: string): Promise<string | null> {
    if (given !== undefined) {
      await this.repository.insertFirst('first key', parseApiKey(given) as KeyDigest, () => Promise.resolve());
      return null;
    }
    const key = generateApiKey();
    const created = await this.repository.insertFirst('first key', parseApiKey(key) as KeyDigest, () => writeKeyFile(dataDir, key));
    return created ? key : null;
  }
}

/** Renames a complete file, so that a reader never sees half a key, and the key is never readable by others. */
async function writeKeyFile(dataDir: string, key: string): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const file = join(dataDir, 'api-key');
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, key, { mode: 0o600, flush: true });
  await rename(draft, file);
}
