import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { type EmbeddedDatabase, startEmbeddedPostgres } from '../../../src/platform/database/embedded/embedded-postgres.ts';

const MAX_CONNECTIONS = 150;

/** A private PostgreSQL with fsync on that can be killed and restarts on its port. */
export class PrivatePostgres {
  private readonly baseDir: string;
  private server: EmbeddedDatabase;

  private constructor(baseDir: string, server: EmbeddedDatabase) {
    this.baseDir = baseDir;
    this.server = server;
  }

  static async start(baseDir: string): Promise<PrivatePostgres> {
    return new PrivatePostgres(baseDir, await launch(baseDir));
  }

  get url(): string {
    return this.server.url;
  }

  /** Kills postmaster and children, like a power failure, then recovers. Resolves with the time at which it accepts connections. */
  async killAndRestart(): Promise<Date> {
    const gone = this.server.whenGone();
    killTree(this.server.pid);
    await gone;
    return this.restart();
  }

  async restartFast(): Promise<Date> {
    await this.server.stop();
    return this.restart();
  }

  /** Ends every connection of the application. Resolves with their number. */
  async terminateAll(): Promise<number> {
    const ended = await this.query<{ n: number }>(
      `SELECT count(pg_terminate_backend(pid))::int AS n FROM pg_stat_activity WHERE application_name LIKE 'contenthub-%'`,
    );
    return ended[0]?.n ?? 0;
  }

  /** Takes every connection except those reserved for superusers. */
  async exhaust(holdMs: number): Promise<void> {
    const held: pg.Client[] = [];
    try {
      while (held.length < MAX_CONNECTIONS) {
        const client = new pg.Client({ connectionString: this.url, application_name: 'faults-exhaust' });
        client.on('error', () => undefined);
        const open = await client.connect().then(
          () => true,
          () => false,
        );
        if (!open) break;
        held.push(client);
      }
      await new Promise((ok) => setTimeout(ok, holdMs));
    } finally {
      await Promise.all(held.map((client) => client.end().catch(() => undefined)));
    }
  }

  /** Holds a lock in a transaction, so that claims, heartbeats and completions wait. */
  async holdLock(statement: string, ms: number): Promise<void> {
    const client = new pg.Client({ connectionString: this.url, application_name: 'faults-lock', connectionTimeoutMillis: 2_000 });
    client.on('error', () => undefined);
    await client.connect();
    try {
      await client.query('BEGIN');
      await client.query(statement);
      await new Promise((ok) => setTimeout(ok, ms));
    } finally {
      await client.end().catch(() => undefined); // rolls back
    }
  }

  /** On its own connection, because the last one may be lost. */
  async query<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.url, application_name: 'faults', connectionTimeoutMillis: 2_000 });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  private async restart(): Promise<Date> {
    this.server = await launch(this.baseDir, this.server.port);
    return new Date();
  }
}

function launch(baseDir: string, port?: number): Promise<EmbeddedDatabase> {
  return startEmbeddedPostgres({ baseDir, port, flags: ['-c', `max_connections=${MAX_CONNECTIONS}`] });
}

/** Kills a postmaster and its children at the same moment. */
export function killTree(postmaster: number): void {
  for (const pid of [postmaster, ...childrenOf(postmaster)]) kill(pid);
}

function childrenOf(parent: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => parentOf(pid) === parent).map(Number);
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined; // already ended
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // ended with its postmaster
  }
}
