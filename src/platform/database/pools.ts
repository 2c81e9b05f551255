import pg from 'pg';
import { DatabaseClient } from './database-client.ts';

export interface PoolOptions {
  url: string;
  /** Connections for requests; the engine's own are few because its statements are batched. */
  apiSize: number;
}

/** What runs one statement: a pool, a checked-out client, or a TypeORM manager's query runner. */
export interface SqlExecutor {
  query<Row extends object>(text: string, values: unknown[]): Promise<Row[]>;
}

/** PostgreSQL refuses nothing, it just never answers: bounds for every wait on a connection. */
export const BOUNDS = {
  connectionTimeoutMillis: 2_000,
  statement_timeout: 30_000,
  lock_timeout: 10_000,
  query_timeout: 35_000,
  idle_in_transaction_session_timeout: 5_000,
  keepAlive: true,
  idleTimeoutMillis: 30_000,
} satisfies pg.PoolConfig;

/**
 * The engine's statements touch a few hundred rows by their ids. While the task table is small, or its statistics are
 * old, the planner would rather read all of it: the same drain then ran at 10,000 instead of 25,000 tasks/s.
 */
const BY_INDEX = '-c jit=off -c enable_seqscan=off';

function createPool(url: string, name: string, max: number, options = '-c jit=off'): pg.Pool {
  const pool = new pg.Pool({
    ...BOUNDS,
    Client: DatabaseClient,
    connectionString: url,
    max,
    application_name: `contenthub-${name}`,
    options,
  });
  // An error on an idle or checked-out client would otherwise end the process; the query that meets it rejects anyway.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Separate pools, so that a crowd of requests never keeps the engine from claiming and settling. */
export class Pools {
  readonly url: string;
  readonly api: pg.Pool;
  readonly engine: pg.Pool;

  constructor(options: PoolOptions) {
    this.url = options.url;
    this.api = createPool(options.url, 'api', options.apiSize);
    this.engine = createPool(options.url, 'engine', 4, BY_INDEX);
  }

  /** A connection of its own outside the pools, for LISTEN. The caller ends it and handles its errors. */
  dedicatedClient(name: string): pg.Client {
    return new DatabaseClient({
      connectionString: this.url,
      application_name: `contenthub-${name}`,
      connectionTimeoutMillis: BOUNDS.connectionTimeoutMillis,
      keepAlive: true,
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.api.end(), this.engine.end()]);
  }
}

/** A pool as an executor. Statements get a name, so that each connection parses and plans them once. */
export function executorOf(pool: pg.Pool | pg.ClientBase): SqlExecutor {
  return {
    async query<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
      return (await pool.query<Row>({ name: nameOf(text), text, values })).rows;
    },
  };
}

/** READ COMMITTED. A connection on which something failed is not used again, so nothing of it can be left over. */
export async function inTransaction<T>(pool: pg.Pool, work: (tx: SqlExecutor) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let failed = true;
  try {
    await client.query('BEGIN');
    const result = await work(executorOf(client));
    await client.query('COMMIT');
    failed = false;
    return result;
  } finally {
    client.release(failed);
  }
}

const names = new Map<string, string>();
function nameOf(text: string): string {
  let name = names.get(text);
  if (!name) names.set(text, (name = `s${names.size}`));
  return name;
}
