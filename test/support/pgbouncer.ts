import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../../src/platform/database/embedded/free-port.ts';
import { waitFor } from './wait-for.ts';

export interface PgBouncer {
  /** The address of the given database through the pooler. */
  url: string;
  stop(): Promise<void>;
}

export interface PgBouncerOptions {
  /** The real address of the database. */
  databaseUrl: string;
  mode: 'session' | 'transaction' | 'statement';
  /** Connections to the server; few, so that clients must share them. */
  poolSize?: number;
}

/** A private PgBouncer with the settings of its package. Throws when it is not installed (Debian: apt-get install pgbouncer). */
export async function startPgBouncer({ databaseUrl, mode, poolSize = 20 }: PgBouncerOptions): Promise<PgBouncer> {
  const { hostname, port, username, password, pathname } = new URL(databaseUrl);
  const database = pathname.slice(1);
  const folder = mkdtempSync(join(tmpdir(), 'contenthub-pgbouncer-'));
  chmodSync(folder, 0o755); // root starts the process with another account
  const listenPort = await freePort();
  const file = join(folder, 'pgbouncer.ini');
  const account = `user=${username} password=${decodeURIComponent(password)}`;
  writeFileSync(
    file,
    [
      '[databases]',
      `${database} = host=${hostname} port=${port} dbname=${database} ${account}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${listenPort}`,
      'unix_socket_dir =',
      'auth_type = any',
      `pool_mode = ${mode}`,
      `default_pool_size = ${poolSize}`,
    ].join('\n'),
    { mode: 0o644 },
  );
  const asOther = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn('pgbouncer', [...asOther, file], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (error) => reject(new Error(`pgbouncer did not start (Debian: apt-get install pgbouncer): ${error.message}`)));
    child.once('exit', (code) => reject(new Error(`pgbouncer ended with ${code}: ${log}`)));
  });
  failed.catch(() => undefined);
  const url = `postgres://${username}@127.0.0.1:${listenPort}/${database}`;
  await Promise.race([failed, waitFor(() => answers(url), { what: 'pgbouncer to answer' })]);
  return {
    url,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answers(url: string): Promise<true> {
  const client = new pg.Client(url);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } finally {
    await client.end().catch(() => undefined);
  }
}
