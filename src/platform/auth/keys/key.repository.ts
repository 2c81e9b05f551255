import { Injectable } from '@nestjs/common';
import { executorOf, inTransaction, Pools, type SqlExecutor } from '../../database/pools.ts';
import { INSERT_KEY, LIST_KEYS, LOCK_ADMIN_KEYS, REVOKE_KEY, SHOW_KEY } from '../api-key.sql.ts';
import type { KeyDigest } from '../api-key.ts';
import type { Role } from '../roles.ts';

export type KeyStatus = 'active' | 'expired' | 'revoked';

/** What is shown of a key. */
export interface KeyRow {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly roles: Role[];
  readonly accountIds: string[] | null;
  readonly status: KeyStatus;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly revokedBy: string | null;
  readonly lastUsedAt: Date | null;
}

export interface NewKey {
  readonly id: string;
  readonly name: string;
  readonly digest: KeyDigest;
  readonly roles: readonly Role[];
  readonly accountIds: readonly string[] | null;
  readonly createdBy: string;
  readonly expiresAt: Date | null;
}

/** `accountIds`: of the caller. A key that is not limited to some of them does not exist for it; null sees all. */
@Injectable()
export class KeyRepository {
  private readonly sql: SqlExecutor;

  constructor(private readonly pools: Pools) {
    this.sql = executorOf(pools.api);
  }

  list(accountIds: readonly string[] | null, beforeId: string | undefined, limit: number): Promise<KeyRow[]> {
    return this.sql.query<KeyRow>(LIST_KEYS, [accountIds, beforeId ?? null, limit]);
  }

  async find(accountIds: readonly string[] | null, id: string): Promise<KeyRow | undefined> {
    return (await this.sql.query<KeyRow>(SHOW_KEY, [accountIds, id]))[0];
  }

  async insert({ id, name, digest, roles, accountIds, createdBy, expiresAt }: NewKey): Promise<KeyRow> {
    const values = [id, name, digest.prefix, digest.hash, roles, accountIds, createdBy, expiresAt];
    return (await this.sql.query<KeyRow>(INSERT_KEY, values))[0] as KeyRow;
  }

  /** Undefined when this is the last key that can administer the installation, and `allowLastAdmin` is not set. */
  revoke(id: string, revokedBy: string, allowLastAdmin: boolean): Promise<KeyRow | undefined> {
    return inTransaction(this.pools.api, async (tx) => {
      const admins = await tx.query<{ id: string }>(LOCK_ADMIN_KEYS, []);
      if (!allowLastAdmin && admins.length === 1 && admins[0]?.id === id) return undefined;
      return (await tx.query<KeyRow>(REVOKE_KEY, [id, revokedBy]))[0];
    });
  }
}
