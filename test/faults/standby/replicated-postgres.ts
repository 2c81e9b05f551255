import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, closeSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { type Account, chooseAccount, ENVIRONMENT, giveTo } from '../../../src/platform/database/embedded/account.ts';
import { findBinaries } from '../../../src/platform/database/embedded/binaries.ts';
import { type EmbeddedDatabase, startEmbeddedPostgres } from '../../../src/platform/database/embedded/embedded-postgres.ts';
import { freePort } from '../../../src/platform/database/embedded/free-port.ts';
import { TcpRelay } from '../../support/tcp-relay.ts';
import { waitFor } from '../../support/wait-for.ts';
import { killTree } from '../chaos/private-postgres.ts';

const CONNECTIONS = ['-c', 'max_connections=150'];
/** The answer to a commit waits until the standby has it on its disk. */
const SYNCHRONOUS = ['-c', 'synchronous_standby_names=*', '-c', 'wal_keep_size=512MB'];

/**
 * A primary and a streaming standby with synchronous commit, with fsync on, behind one address that leads to the primary, like a
 * virtual IP or the name of a managed service.
 */
export class ReplicatedPostgres {
  private standbyProcess: ChildProcess | undefined;

  private constructor(
    private readonly primary: EmbeddedDatabase,
    private readonly standbyDir: string,
    private readonly standbyPort: number,
    private readonly relay: TcpRelay,
  ) {}

  static async start(baseDir: string): Promise<ReplicatedPostgres> {
    const [primaryDir, standbyDir] = [join(baseDir, 'primary'), join(baseDir, 'standby')];
    const first = await startEmbeddedPostgres({ baseDir: primaryDir, flags: CONNECTIONS });
    await first.stop();
    mkdirSync(standbyDir, { recursive: true });
    execFileSync('cp', ['-a', join(primaryDir, 'pg'), standbyDir]); // with its modes: PostgreSQL refuses others
    const primary = await startEmbeddedPostgres({ baseDir: primaryDir, port: first.port, flags: [...CONNECTIONS, ...SYNCHRONOUS] });
    const relay = new TcpRelay(primary.port);
    await relay.start();
    const made = new ReplicatedPostgres(primary, standbyDir, await freePort(), relay);
    await made.startStandby().catch(async (error: unknown) => {
      await made.stop();
      throw error;
    });
    return made;
  }

  /** Of whichever server the address leads to. */
  get url(): string {
    const url = new URL(this.primary.url);
    url.port = String(this.relay.port);
    return url.href;
  }

  /** How the primary sees its standby: `sync` once it waits for it. */
  async syncState(): Promise<string | undefined> {
    return (await ask<{ state: string }>(this.primary.url, 'SELECT sync_state AS state FROM pg_stat_replication'))[0]?.state;
  }

  /** As a power failure. Resolves when no process of the primary is left. */
  async killPrimary(): Promise<void> {
    const gone = this.primary.whenGone();
    killTree(this.primary.pid);
    await gone;
  }

  /** Makes the standby the primary and lets the address lead to it. */
  async promote(): Promise<void> {
    const [answer] = await ask<{ promoted: boolean }>(this.standbyUrl, 'SELECT pg_promote(true, 60) AS promoted');
    if (answer?.promoted !== true) throw new Error('the standby was not promoted within 60 s');
    this.relay.target = this.standbyPort;
  }

  /** On a connection of its own, through the address. */
  query<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    return ask<Row>(this.url, text, values);
  }

  async stop(): Promise<void> {
    this.relay.stop();
    const standby = this.standbyProcess;
    if (standby !== undefined && standby.exitCode === null) {
      standby.kill('SIGINT');
      await once(standby, 'exit');
    }
    await this.primary.stop();
  }

  private get standbyUrl(): string {
    const url = new URL(this.primary.url);
    url.port = String(this.standbyPort);
    return url.href;
  }

  private async startStandby(): Promise<void> {
    const dataDir = join(this.standbyDir, 'pg');
    const { port, username, password } = new URL(this.primary.url);
    rmSync(join(dataDir, 'postmaster.pid'), { force: true });
    writeFileSync(join(dataDir, 'standby.signal'), '');
    const source = `host=127.0.0.1 port=${port} user=${username} password=${decodeURIComponent(password)} application_name=standby`;
    appendFileSync(join(dataDir, 'postgresql.auto.conf'), `\nprimary_conninfo = '${source}'\n`);
    const { postgres } = await findBinaries();
    const account: Account = await chooseAccount(postgres, this.standbyDir, dataDir);
    await giveTo(account, dataDir);
    const own = ['-D', dataDir, '-p', String(this.standbyPort), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='];
    const [program = '', ...rest] = [...account.prefix, postgres, ...own, '-c', 'timezone=UTC', ...CONNECTIONS];
    const log = openSync(join(this.standbyDir, 'pg.log'), 'a');
    this.standbyProcess = spawn(program, rest, { ...account.ids, env: ENVIRONMENT, cwd: '/', stdio: ['ignore', log, log] });
    closeSync(log);
    await waitFor(async () => (await this.syncState()) === 'sync', { what: 'the standby to be synchronous', timeoutMs: 60_000 });
  }
}

async function ask<Row extends object>(url: string, text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url, application_name: 'faults', connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}
