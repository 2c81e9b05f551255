import { Injectable } from '@nestjs/common';
import { executorOf, Pools, type SqlExecutor, type TransactionClient } from '../../platform/database/pools.ts';
import { SELECT_ASSET } from '../publishing/boundary.sql.ts';
import { FREEZE_FILES, IS_PUBLISHED, STORE_FILE, TOUCH_FILE } from './attachment.sql.ts';

/** The bytes of attachments, in the store of the images of packages. */
@Injectable()
export class AttachmentStore {
  private readonly sql: SqlExecutor;

  constructor(pools: Pools) {
    this.sql = executorOf(pools.api);
  }

  /** `sha256` in hex. In the transaction that stores the content with the file. */
  async save(tx: TransactionClient, sha256: string, bytes: Uint8Array): Promise<void> {
    await tx.query(STORE_FILE, [sha256, bytes]);
  }

  /** Starts the day after which an unused file is deleted. */
  async touch(tx: TransactionClient, sha256: string): Promise<void> {
    await tx.query(TOUCH_FILE, [sha256]);
  }

  async read(sha256: string): Promise<Buffer> {
    const [file] = await this.sql.query<{ bytes: Buffer }>(SELECT_ASSET, [sha256]);
    if (!file) throw new Error(`the file ${sha256} of a content is missing`);
    return file.bytes;
  }

  /** True when a version of the content with this file was sent to a channel. */
  async isPublished(contentId: string, sha256: string): Promise<boolean> {
    const [answer] = await this.sql.query<{ published: boolean }>(IS_PUBLISHED, [contentId, JSON.stringify([{ sha256 }])]);
    return answer?.published === true;
  }

  /** Keeps the files of a package permanently. @throws {Error} when one is missing: a package never names a file that does not exist */
  async freeze(hashes: readonly string[]): Promise<void> {
    const wanted = [...new Set(hashes)];
    if (wanted.length === 0) return;
    const kept = new Set((await this.sql.query<{ sha256: string }>(FREEZE_FILES, [wanted])).map(({ sha256 }) => sha256));
    const missing = wanted.filter((sha256) => !kept.has(sha256));
    if (missing.length > 0) throw new Error(`the file ${missing.join(', ')} of a content is missing`);
  }
}
