import { Injectable } from '@nestjs/common';
import { executorOf, inTransaction, Pools, type SqlExecutor } from '../database/pools.ts';
import type { KeyDigest } from './api-key.ts';
import { FIND_KEY, INSERT_FIRST_KEY, TOUCH_KEY } from './api-key.sql.ts';
import type { Role } from './roles.ts';

export interface StoredKey {
  id: string;
  name: string;
  roles: Role[];
  accountIds: string[] | null;
  hash: Buffer;
  expiresAt: Date | null;
  revokedAt: Date | null;
}

const FIRST_KEY_ID = '00000000-0000-7000-8000-000000000001';

@Injectable()
export class ApiKeyRepository {
  private readonly pools: Pools;
  private readonly sql: SqlExecutor;

  constructor(pools: Pools) {
    this.pools = pools;
    this.sql = executorOf(pools.api);
  }

  async find({ prefix }: KeyDigest): Promise<StoredKey | null> {
    return (await this.sql.query<StoredKey>(FIND_KEY, [prefix]))[0] ?? null;
  }

  async touch(id: string): Promise<void> {
    await this.sql.query(TOUCH_KEY, [id]);
  }

  /**
   * Adds an admin key if there is no key; otherwise returns false. `deliver` runs before the commit: when it fails, no
   * key exists, and when the process dies in between, the next start finds an empty table and tries again.
   */
  insertFirst(name: string, { prefix, hash }: KeyDigest, deliver: () => Promise<void>): Promise<boolean> {
    return inTransaction(this.pools.api, async (tx) => {
      const inserted = await tx.query(INSERT_FIRST_KEY, [FIRST_KEY_ID, name, prefix, hash]);
      if (inserted.length === 1) await deliver();
      return inserted.length === 1;
    });
  }
}
