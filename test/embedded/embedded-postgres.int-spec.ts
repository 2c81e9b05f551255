import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import {
  type EmbeddedDatabase,
  type EmbeddedOptions,
  startEmbeddedPostgres,
} from '../../src/platform/database/embedded/embedded-postgres.ts';
import { isAlive, readPostmaster } from '../../src/platform/database/embedded/postmaster-file.ts';
import { newFolder } from '../support/infrastructure.ts';
import { copyPreparedCluster } from '../support/prepared-cluster.ts';
import { waitFor } from '../support/wait-for.ts';

let baseDir: string;
let databases: EmbeddedDatabase[];
let starters: ChildProcess[];

beforeEach(() => {
  baseDir = newFolder('embedded-');
  chmodSync(baseDir, 0o755);
  databases = [];
  starters = [];
});

afterEach(async () => {
  for (const starter of starters) starter.kill('SIGKILL');
  await Promise.all(databases.map((database) => database.stop()));
  const left = readPostmaster(join(baseDir, 'pg'));
  if (left !== undefined) await gone(left.pid);
  rmSync(baseDir, { recursive: true, force: true });
});

async function start(options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedDatabase> {
  const database = await startEmbeddedPostgres({ baseDir, ...options });
  databases.push(database);
  return database;
}

async function startElsewhere(): Promise<{ url: string; pid: number; started: boolean; starter: ChildProcess }> {
  const starter = spawn(process.execPath, [join(import.meta.dirname, 'starter.ts'), baseDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  starters.push(starter);
  const [line] = (await once(createInterface(starter.stdout), 'line')) as [string];
  return { ...(JSON.parse(line) as { url: string; pid: number; started: boolean }), starter };
}

async function query<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

const gone = (pid: number, timeoutMs = 5_000) => waitFor(async () => !isAlive(pid), { what: `process ${pid} to be gone`, timeoutMs });

/** SIGKILL to the server and all its children, like a power failure. */
function killServer(pid: number): void {
  const children = execFileSync('ps', ['--ppid', String(pid), '-o', 'pid='], { encoding: 'utf8' });
  for (const victim of [pid, ...children.trim().split(/\s+/).map(Number)]) {
    if (isAlive(victim)) process.kill(victim, 'SIGKILL');
  }
}

describe('embedded PostgreSQL, from its first start on', () => {
  it('starts durable, keeps its data over a restart, and leaves nothing behind', async () => {
    const first = await start();
    expect(first).toMatchObject({ started: true, firstStart: true, dataDir: join(baseDir, 'pg') });
    const [settings] = await query(
      first.url,
      `SELECT current_setting('fsync') AS fsync, current_setting('timezone') AS zone, current_setting('jit') AS jit,
              current_setting('server_version') AS version, current_setting('shared_buffers') AS buffers`,
    );
    expect(settings).toEqual({ fsync: 'on', zone: 'UTC', jit: 'off', version: first.version, buffers: '64MB' });
    await query(first.url, 'CREATE TABLE kept AS SELECT 7 AS n');
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);

    const second = await start();
    expect(second).toMatchObject({ started: true, firstStart: false });
    expect(await query(second.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
  });

  it('compares Chinese words by trigrams and knows upper and lower case beyond ASCII', async () => {
    const { url } = await start();
    await query(url, 'CREATE EXTENSION pg_trgm');
    const [row] = await query(
      url,
      `SELECT cardinality(show_trgm('内容生成')) AS trigrams, 'É' ILIKE 'é' AS same, 'b' COLLATE "default" > 'C' AS bytes`,
    );
    expect(row).toEqual({ trigrams: 5, same: true, bytes: true });
  });

  it('stores a random password in a file for its owner only, and requires it', async () => {
    const { url } = await start();
    const file = join(baseDir, 'pg.password');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const password = readFileSync(file, 'utf8');
    expect(password).toMatch(/^[\w-]{32}$/);
    expect(new URL(url).password).toBe(password);
    await expect(query(url.replace(password, 'wrong'), 'SELECT 1')).rejects.toThrow('password authentication failed');
  });

  it('is joined by a second process, which does not stop it', async () => {
    const elsewhere = await startElsewhere();
    const joined = await start();
    expect(joined).toMatchObject({ started: false, firstStart: false, pid: elsewhere.pid, url: elsewhere.url });
    await joined.stop();
    expect(await query(elsewhere.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);

    elsewhere.starter.kill('SIGTERM');
    await joined.whenGone();
    expect(isAlive(elsewhere.pid)).toBe(false);
  });

  it('is created once when two processes start it for the first time together', async () => {
    const both = await Promise.all([startElsewhere(), startElsewhere()]);
    expect(both.filter(({ started }) => started)).toHaveLength(1);
    expect(both[0].pid).toBe(both[1].pid);
  });

  it('starts over after an interrupted initdb', async () => {
    const unfinished = join(baseDir, `pg.new-${deadPid()}-abc`);
    mkdirSync(join(unfinished, 'data'), { recursive: true });
    writeFileSync(join(unfinished, 'data/PG_VERSION'), '18\n');
    expect((await start()).firstStart).toBe(true);
    expect(() => statSync(unfinished)).toThrow('ENOENT');
  });
});

describe('embedded PostgreSQL with the data of a stopped server', () => {
  beforeEach(() => copyPreparedCluster(baseDir));

  it('ends within 5 s of kill -9 of its starter', async () => {
    const { starter, pid, url } = await startElsewhere();
    await query(url, 'CREATE TABLE kept AS SELECT 7 AS n');
    starter.kill('SIGKILL');
    await gone(pid);
    const again = await start();
    expect(again.started).toBe(true);
    expect(await query(again.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
  });

  it('ends also when its starter is killed while it starts', async () => {
    const starter = spawn(process.execPath, [join(import.meta.dirname, 'starter.ts'), baseDir], { stdio: 'ignore' });
    const pid = await waitFor(async () => Number.parseInt(readFileSync(join(baseDir, 'pg/postmaster.pid'), 'utf8'), 10), {
      what: 'its server',
    });
    starter.kill('SIGKILL');
    await expect(gone(pid)).resolves.toBe(true);
  });

  it('recovers committed data after kill -9 of everything', async () => {
    const { starter, pid, url } = await startElsewhere();
    await query(url, 'CREATE TABLE kept AS SELECT 7 AS n');
    killServer(pid);
    starter.kill('SIGKILL');
    await gone(pid);
    const again = await start();
    expect(again).toMatchObject({ started: true, firstStart: false });
    expect(await query(again.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
  });

  it('reports when its server dies, and restarts on the same port', async () => {
    const first = await start();
    killServer(first.pid);
    await first.whenGone();
    const second = await start({ port: first.port });
    expect(second).toMatchObject({ started: true, url: first.url });
    expect(second.pid).not.toBe(first.pid);
    expect(await query(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('takes another port when the preferred one is taken', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as AddressInfo;
    const messages: string[] = [];
    try {
      const database = await start({ port, log: (message) => messages.push(message) });
      expect(database.port).not.toBe(port);
      expect(messages).toEqual(['embedded database: its port was taken, retrying']);
    } finally {
      squatter.close();
    }
  });

  it.each([
    ['of a dead process', () => String(deadPid())],
    ['whose number another program has now', () => String(process.pid)],
    ['left empty by a full disk', () => ''],
  ])('starts over a stale postmaster.pid %s', async (_case, firstLine) => {
    const file = join(baseDir, 'pg/postmaster.pid');
    writeFileSync(file, firstLine() && `${firstLine()}\n${baseDir}/pg\n1700000000\n5432\n\n127.0.0.1\n1 1\nready   \n`);
    const again = await start();
    expect(again.started).toBe(true);
    expect(await query(again.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('reports a lost password', async () => {
    renameSync(join(baseDir, 'pg.password'), join(baseDir, 'elsewhere'));
    await expect(start()).rejects.toThrow(`${baseDir}/pg.password is missing`);
  });

  it('prints the server log when it cannot start', async () => {
    await expect(start({ flags: ['-c', 'shared_buffers=nonsense'] })).rejects.toThrow(
      /did not start.*pg\.log.*invalid value for parameter "shared_buffers"/s,
    );
  });
});

function deadPid(): number {
  return Number(execFileSync('/bin/sh', ['-c', 'echo $$'], { encoding: 'utf8' }));
}
