import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { type DatabaseAddress, SessionClient } from '../../platform/database/connections.ts';
import { endWithin } from '../../platform/database/end-connections.ts';
import { dropSchema, SELECT_SCHEMAS, TAKE_SCHEMA } from './verify.sql.ts';

const END_MS = 2_000;
const KEYS_AT_ONCE = 500;

/** The name of a schema, and the prefix of the queue keys, of one verification. */
export const scratchName = (): string => `contenthub_verify_${randomBytes(6).toString('hex')}`;

/** Holds the schema of a verification until it is dropped. A later run drops the schemas without a holder. */
export class Scratch {
  private readonly client: SessionClient;

  constructor(
    address: DatabaseAddress,
    readonly name: string,
    private readonly redisUrl: string | undefined,
  ) {
    this.client = new SessionClient({ url: address.url, sessionUrl: address.sessionUrl }, 'verify');
  }

  /** Resolves with the names of dropped leftovers. */
  async open(): Promise<string[]> {
    await this.client.open();
    const { rows } = await this.client.query<{ name: string }>(SELECT_SCHEMAS);
    const leftovers: string[] = [];
    for (const { name } of rows) {
      if (!(await this.take(name))) continue;
      await this.drop(name);
      leftovers.push(name);
    }
    await this.take(this.name);
    return leftovers;
  }

  /** Deletes the queue keys of this verification. Resolves with their number. */
  async flushKeys(): Promise<number> {
    if (this.redisUrl === undefined) return 0;
    const redis = new Redis(this.redisUrl, { maxRetriesPerRequest: 1, lazyConnect: true });
    let deleted = 0;
    try {
      await redis.connect();
      for await (const keys of redis.scanStream({ match: `${this.name}*`, count: KEYS_AT_ONCE }) as AsyncIterable<string[]>)
        if (keys.length > 0) deleted += await redis.unlink(...keys);
    } finally {
      redis.disconnect();
    }
    return deleted;
  }

  /** Removes everything that the verification made. */
  async remove(): Promise<void> {
    try {
      await this.drop(this.name);
      await this.flushKeys();
    } finally {
      await endWithin(this.client, END_MS);
    }
  }

  private async take(name: string): Promise<boolean> {
    return (await this.client.query<{ taken: boolean }>(TAKE_SCHEMA, [name])).rows[0]?.taken ?? false;
  }

  private async drop(name: string): Promise<void> {
    await this.client.query(dropSchema(name));
  }
}
