import { createHash } from 'node:crypto';
import pg from 'pg';
import { createPool, type DatabaseAddress, SessionClient } from './connections.ts';
import { endWithin } from './end-connections.ts';

export interface PoolOptions extends DatabaseAddress {
  /** Connections for requests and entities. */
  apiSize: number;
  /** Connections of the engine. A few are enough, because its statements are batched. */
  engineSize?: number;
  /** false: `url` is a pooler that may give each transaction another session. */
  keepsSessions?: boolean;
}

/** Runs one statement: a pool, a checked-out client, or a TypeORM manager's query runner. */
export interface SqlExecutor {
  query<Row extends object>(text: string, values: unknown[]): Promise<Row[]>;
}

/** An executor whose statements commit together. */
export type TransactionClient = SqlExecutor;

const ENGINE_SIZE = 4;

/** Separate pools, so that many requests never block the claims and settling of the engine. */
export class Pools {
  readonly address: DatabaseAddress;
  readonly keepsSessions: boolean;
  /** Also used by TypeORM. */
  readonly api: pg.Pool;
  readonly engine: pg.Pool;

  constructor({ apiSize, engineSize = ENGINE_SIZE, keepsSessions = true, ...address }: PoolOptions) {
    this.address = address;
    this.keepsSessions = keepsSessions;
    this.api = createPool(address, { name: 'api', kind: 'requests', max: apiSize, keepsSessions });
    this.engine = createPool(address, { name: 'engine', kind: 'engine', max: engineSize, keepsSessions });
  }

  /** A connection outside of the pools that keeps its session, for LISTEN and advisory locks. The caller ends it. */
  sessionClient(name: string, config?: pg.ClientConfig): SessionClient {
    return new SessionClient(this.address, name, config);
  }

  async close(): Promise<void> {
    await Promise.all([endWithin(this.api), endWithin(this.engine)]);
  }
}

/** A pool as an executor. Statements are named, so that each connection parses and plans them once. */
export function executorOf(pool: pg.Pool | pg.ClientBase): SqlExecutor {
  return {
    async query<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
      return (await pool.query<Row>({ name: nameOf(text), text, values })).rows;
    },
  };
}

/** ROLLBACK makes a dry run: the work is done and checked as always, and nothing of it is kept. */
export type TransactionEnd = 'COMMIT' | 'ROLLBACK';

/** READ COMMITTED. A connection with a failed statement is discarded, so that no state is left over. */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (tx: TransactionClient) => Promise<T>,
  end: TransactionEnd = 'COMMIT',
): Promise<T> {
  const client = await pool.connect();
  let failed = true;
  try {
    await client.query('BEGIN');
    const result = await work(executorOf(client));
    await client.query(end);
    failed = false;
    return result;
  } finally {
    client.release(failed);
  }
}

const names = new Map<string, string>();

/** Derived from the text alone: behind a pooler two processes may share a session, where one name must mean one statement. */
export function nameOf(text: string): string {
  let name = names.get(text);
  if (!name) names.set(text, (name = `s_${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`));
  return name;
}
