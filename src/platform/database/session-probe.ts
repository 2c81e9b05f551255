import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { ConfigurationError } from '../config/configuration-error.ts';
import { type DatabaseAddress, SessionClient } from './connections.ts';
import { endWithin } from './end-connections.ts';

const CONNECTION = { connectionTimeoutMillis: 5_000, query_timeout: 10_000, application_name: 'contenthub-probe' };
const ROUNDS = 3;
const NOTIFICATION_MS = 2_000;

const NEEDS = 'LISTEN, advisory locks and heartbeats need a session';

/**
 * Finds out whether DATABASE_URL keeps sessions (a server, or a pooler in session mode) or gives each transaction
 * another one, and whether there is an address for what needs a session.
 * @throws {ConfigurationError}
 */
export async function inspectSessions(address: DatabaseAddress): Promise<{ keepsSessions: boolean }> {
  const keepsSessions = await hasOwnSessions(address.url);
  if (!keepsSessions) await requireTransactions(address.url);
  const { sessionUrl } = address;
  if (sessionUrl === undefined) {
    if (keepsSessions) return { keepsSessions };
    throw new ConfigurationError(
      `DATABASE_URL goes through a pooler that does not keep sessions (transaction mode). ${NEEDS}: ` +
        'set DATABASE_SESSION_URL to the same database, at PostgreSQL itself or through a pooler in session mode.',
    );
  }
  if (!(await hasOwnSessions(sessionUrl))) {
    throw new ConfigurationError(
      `DATABASE_SESSION_URL goes through a pooler that does not keep sessions (transaction mode). ${NEEDS}: ` +
        'set it to PostgreSQL itself, or to a pooler in session mode.',
    );
  }
  await requireSameDatabase(address);
  return { keepsSessions };
}

/** Checks that the address for sessions keeps them, when only that one is used. @throws {ConfigurationError} */
export async function requireSessions({ url, sessionUrl }: DatabaseAddress): Promise<void> {
  if (await hasOwnSessions(sessionUrl ?? url)) return;
  await inspectSessions({ url, sessionUrl }); // names the variable to change
}

/**
 * Two open connections with the same server process, or one connection with two of them, occur only behind a pooler
 * that shares sessions. An idle pooler shows it in the first round, because it reuses the last session.
 */
async function hasOwnSessions(url: string): Promise<boolean> {
  const clients = [1, 2].map(() => new pg.Client({ ...CONNECTION, connectionString: url }));
  for (const client of clients) client.on('error', () => undefined);
  try {
    for (const client of clients) await client.connect();
    const seen: Set<number>[] = clients.map(() => new Set());
    for (let round = 0; round < ROUNDS; round++) {
      for (const [i, client] of clients.entries()) {
        const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
        if (rows[0]) seen[i]?.add(rows[0].pid);
      }
    }
    const all = new Set(seen.flatMap((pids) => [...pids]));
    return seen.every((pids) => pids.size === 1) && all.size === clients.length;
  } finally {
    await Promise.all(clients.map((client) => endWithin(client)));
  }
}

/** A pooler in statement mode rejects BEGIN. */
async function requireTransactions(url: string): Promise<void> {
  const client = new pg.Client({ ...CONNECTION, connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('BEGIN');
    await client.query('ROLLBACK');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigurationError(
      `DATABASE_URL goes through a pooler that rejects transactions (${reason}). Set its pool_mode to transaction or session.`,
      { cause: error },
    );
  } finally {
    await endWithin(client);
  }
}

/** A notification sent through one address must arrive at the other. */
async function requireSameDatabase(address: DatabaseAddress): Promise<void> {
  const channel = `contenthub_probe_${randomUUID().replaceAll('-', '')}`;
  const listener = new SessionClient(address, 'probe', CONNECTION);
  const sender = new pg.Client({ ...CONNECTION, connectionString: address.url });
  sender.on('error', () => undefined);
  try {
    await listener.open();
    await listener.query(`LISTEN ${channel}`);
    const arrived = new Promise<boolean>((resolve) => {
      listener.once('notification', () => resolve(true));
      setTimeout(() => resolve(false), NOTIFICATION_MS).unref();
    });
    await sender.connect();
    await sender.query(`NOTIFY ${channel}`);
    if (await arrived) return;
    throw new ConfigurationError(
      'A notification sent through DATABASE_URL did not arrive at DATABASE_SESSION_URL within 2 s. Set both to the same database.',
    );
  } finally {
    await Promise.all([listener, sender].map((client) => endWithin(client)));
  }
}
