import { Injectable } from '@nestjs/common';
import { Pools } from '../database/pools.ts';
import type { KeyTraces } from './api-key.ts';
import { FIND_AGENT, FIND_KEY, INSERT_FIRST_KEY } from './api-key.sql.ts';
import type { Role } from './roles.ts';

export interface StoredKey {
  id: string;
  name: string;
  role: Role;
  hash: Buffer;
  expiresAt: Date | null;
  revokedAt: Date | null;
}

export interface StoredAgent {
  id: string;
  owner: string;
  hash: Buffer;
}

const FIRST_KEY_ID = '00000000-0000-7000-8000-000000000001';

@Injectable()
export class ApiKeyStore {
  private readonly pools: Pools;

  constructor(pools: Pools) {
    this.pools = pools;
  }

  async find({ prefix, hash }: KeyTraces): Promise<StoredKey | null> {
    const { rows } = await this.pools.api.query<StoredKey>({ name: 'find_key', text: FIND_KEY, values: [prefix, hash] });
    return rows[0] ?? null;
  }

  async findAgent({ prefix }: KeyTraces): Promise<StoredAgent | null> {
    const { rows } = await this.pools.api.query<StoredAgent>({ name: 'find_agent', text: FIND_AGENT, values: [prefix] });
    return rows[0] ?? null;
  }

  /**
   * Adds an admin key if there is no key at all; false otherwise. `deliver` runs before the commit: when it fails no key
   * exists, and when the process dies in between the next start finds an empty table and begins again.
   */
  async insertFirst(name: string, { prefix, hash }: KeyTraces, deliver: () => Promise<void>): Promise<boolean> {
    const client = await this.pools.api.connect();
    try {
      await client.query('BEGIN');
      const { rowCount } = await client.query(INSERT_FIRST_KEY, [FIRST_KEY_ID, name, prefix, hash]);
      if (rowCount === 1) await deliver();
      await client.query('COMMIT');
      client.release();
      return rowCount === 1;
    } catch (error) {
      client.release(true); // closing the connection rolls back
      throw error;
    }
  }
}
