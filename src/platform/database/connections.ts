import pg from 'pg';
import { DatabaseClient } from './database-client.ts';
import { type ConnectionKind, type SessionBounds, sessionSettings, tightenBounds } from './session-settings.ts';
import { PoolerClient } from './pooler-client.ts';

/** The address of the database. */
export interface DatabaseAddress {
  url: string;
  /** An address that keeps sessions, for LISTEN, advisory locks and heartbeats. Without it, `url` must keep them. */
  sessionUrl?: string;
  /** Schema of the tables; default public. */
  schema?: string;
}

export interface PoolSpec {
  /** Suffix of the application name: contenthub-<name>. */
  name: string;
  kind: ConnectionKind;
  max: number;
  /** false: behind a pooler, each transaction may get another session. */
  keepsSessions: boolean;
}

const WAIT_MS = { connectionTimeoutMillis: 2_000, query_timeout: 35_000 };
/** SQLSTATE of a write in a read-only session: a standby, or default_transaction_read_only. */
const READ_ONLY = '25006';

const ignoreError = (): undefined => undefined;
/** Sessions that rejected a write. The server behind a new connection may accept it. */
const readOnly = new WeakSet<pg.ClientBase>();

export function isReadOnlySession(client: pg.ClientBase): boolean {
  return readOnly.has(client);
}

/** Creates a pool that applies the settings to each connection before its first statement. */
export function createPool(address: DatabaseAddress, { name, kind, max, keepsSessions }: PoolSpec): pg.Pool {
  const prepare = async (client: pg.ClientBase): Promise<void> => {
    watchForReadOnly(client);
    if (keepsSessions) await client.query(sessionSettings(kind, address.schema));
  };
  const options = {
    ...WAIT_MS,
    ...boundsOf(kind),
    connectionString: address.url,
    max,
    application_name: `contenthub-${name}`,
    keepAlive: true,
    idleTimeoutMillis: 30_000,
    onConnect: prepare,
    Client: keepsSessions ? DatabaseClient : PoolerClient.of(kind, address.schema),
  };
  const pool = new pg.Pool(options);
  // An error of an idle or checked-out client would otherwise end the process. The affected query rejects anyway.
  pool.on('error', ignoreError);
  pool.on('connect', (client) => client.on('error', ignoreError));
  return pool;
}

/** A migration or a backup has no time limit. */
function boundsOf(kind: ConnectionKind): { query_timeout?: number } {
  return kind === 'migration' ? { query_timeout: 0 } : {};
}

function watchForReadOnly(client: pg.ClientBase): void {
  const { connection } = client as unknown as { connection: NodeJS.EventEmitter };
  connection.on('errorMessage', ({ code }: { code?: string }) => {
    if (code === READ_ONLY) readOnly.add(client);
  });
}

export interface SessionConfig extends pg.ClientConfig {
  kind?: ConnectionKind;
  /** Replace the bounds of the kind. */
  bounds?: SessionBounds;
}

/** A connection outside of the pools, to the address that keeps sessions. The caller ends it. */
export class SessionClient extends DatabaseClient {
  private readonly settings: string;

  constructor({ url, sessionUrl = url, schema }: DatabaseAddress, name: string, config: SessionConfig = {}) {
    const { kind = 'single', bounds, ...client } = config;
    super({
      ...WAIT_MS,
      ...boundsOf(kind),
      ...client,
      connectionString: sessionUrl,
      application_name: `contenthub-${name}`,
      keepAlive: true,
    });
    this.settings = [sessionSettings(kind, schema), ...(bounds ? [tightenBounds(bounds)] : [])].join('; ');
    this.on('error', ignoreError);
  }

  /** Replaces `connect`: also applies the settings. */
  async open(): Promise<void> {
    await this.connect();
    await this.query(this.settings);
  }
}
