import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { findRunningServer, type RunningServer } from '../../src/app/supervisor/server-file.ts';
import { isAlive, readPostmaster } from '../../src/platform/database/embedded/postmaster-file.ts';
import { COMPILE_CACHE, newFolder } from '../support/infrastructure.ts';
import { copyPreparedCluster } from '../support/prepared-cluster.ts';
import { waitFor } from '../support/wait-for.ts';

interface Life {
  pid: number;
  roles: string;
  bootId: string;
  embedded?: string;
  databaseUrl: string;
}

let dataDir: string;
let supervisors: ChildProcess[];
let output: string;

beforeEach(() => {
  dataDir = newFolder('supervisor-');
  chmodSync(dataDir, 0o755);
  supervisors = [];
  output = '';
});

afterEach(async () => {
  const pids = [databasePid(), ...lives().map(({ pid }) => pid)];
  for (const supervisor of supervisors) supervisor.kill('SIGKILL');
  await Promise.all(pids.map(gone));
  rmSync(dataDir, { recursive: true, force: true });
});

function supervise(workerProcesses = 0, environment: Record<string, string> = {}): ChildProcess {
  const script = join(import.meta.dirname, 'supervise.ts');
  const supervisor = spawn(process.execPath, [script, dataDir, String(workerProcesses)], {
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE, DATABASE_URL: undefined, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  supervisor.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  supervisors.push(supervisor);
  return supervisor;
}

const lives = (): Life[] => [...output.matchAll(/^life (.*)$/gm)].map(([, json]) => JSON.parse(json as string) as Life);
const untilLives = (count: number) => waitFor(async () => lives().length >= count && lives(), { what: `${count} started processes` });
const untilServing = () => waitFor(() => findRunningServer(dataDir), { what: 'server.json' });
const untilSaid = (text: string) => waitFor(async () => output.includes(text), { what: `"${text}" in:\n${output}` });
const databasePid = () => readPostmaster(join(dataDir, 'pg'))?.pid ?? Number.NaN;
const gone = (pid: number) => waitFor(async () => !isAlive(pid), { what: `process ${pid} to be gone`, timeoutMs: 5_000 });

describe('the supervisor', () => {
  it('starts the database and the application, reports the address, and stops both', async () => {
    const supervisor = supervise();
    const { url, pid, startedAt } = await untilServing();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(pid).toBe(supervisor.pid);
    expect(new Date(startedAt).toISOString()).toBe(startedAt);
    expect(output).toContain(`✓ Node ${process.versions.node}   ✓ PostgreSQL 18.4 (embedded, `);
    expect(output).toContain('pg, created)');
    const [life] = lives() as [Life];
    expect(life).toMatchObject({ roles: 'api,worker,scheduler', embedded: '1' });

    const database = databasePid();
    supervisor.kill('SIGTERM');
    expect(await once(supervisor, 'exit')).toEqual([0, null]);
    expect([isAlive(life.pid), isAlive(database), existsSync(join(dataDir, 'server.json'))]).toEqual([false, false, false]);
  });

  it('starts no database with DATABASE_URL', async () => {
    const url = process.env.TEST_DATABASE_URL as string;
    supervise(0, { DATABASE_URL: url });
    const [life] = (await untilLives(1)) as [Life];
    expect(life.databaseUrl).toBe(url);
    expect(life.embedded).toBeUndefined();
    expect(output).toContain(`   PostgreSQL at ${new URL(url).host}`);
    expect(output.split('\n', 1)[0]).not.toContain(new URL(url).password);
    expect(existsSync(join(dataDir, 'pg'))).toBe(false);
  });
});

describe('the supervisor of a database that exists', () => {
  beforeEach(() => copyPreparedCluster(dataDir));

  it('restarts a dead process, with a new boot id on the same database', async () => {
    supervise();
    const [first] = (await untilLives(1)) as [Life];
    process.kill(first.pid, 'SIGKILL');
    const [, second] = (await untilLives(2)) as [Life, Life];
    expect(second.databaseUrl).toBe(first.databaseUrl);
    expect(second.bootId).not.toBe(first.bootId);
    await expect(untilSaid('The application process ended (SIGKILL).')).resolves.toBe(true);
  });

  it('runs workers in separate processes', async () => {
    supervise(2);
    const started = await untilLives(3);
    expect(started.map(({ roles }) => roles).sort((a, b) => a.localeCompare(b))).toEqual(['api,scheduler', 'worker', 'worker']);
    expect(new Set(started.map(({ bootId }) => bootId)).size).toBe(3);
  });

  it('leaves no process behind when it is killed', async () => {
    const supervisor = supervise(1);
    const started = await untilLives(2);
    const pids = [databasePid(), ...started.map(({ pid }) => pid)];
    supervisor.kill('SIGKILL');
    await Promise.all(pids.map(gone));
    expect(await findRunningServer(dataDir)).toBeUndefined();
  });

  it('restarts a dead database, at the same address', async () => {
    supervise();
    const [{ databaseUrl }] = (await untilLives(1)) as [Life];
    const first = databasePid();
    process.kill(first, 'SIGKILL');
    const answer = await waitFor(() => askDatabase(databaseUrl), { what: 'the database to answer again' });
    expect(answer).toEqual([{ one: 1 }]);
    expect(databasePid()).not.toBe(first);
    expect(lives()).toHaveLength(1);
  });

  it('does not restart a process that ends with 78, and ends with its exit code', async () => {
    const supervisor = supervise(0, { DIE_WITH: '78' });
    expect(await once(supervisor, 'exit')).toEqual([78, null]);
    expect(lives()).toHaveLength(1);
    expect(output).toContain('The application process cannot start with this configuration.');
    expect(existsSync(join(dataDir, 'server.json'))).toBe(false);
  });

  it('counts a Ctrl-C that arrives three times as one', async () => {
    const supervisor = supervise();
    await untilServing();
    for (let times = 0; times < 3; times += 1) supervisor.kill('SIGINT');
    expect(await once(supervisor, 'exit')).toEqual([0, null]);
    expect(output).not.toContain('ended');
  });
});

describe('contenthub serve', () => {
  beforeEach(() => copyPreparedCluster(dataDir));

  async function serve(environment: Record<string, string>): Promise<{ code: number; stderr: string }> {
    const script = `process.exitCode = await (await import(${JSON.stringify(join(import.meta.dirname, '../../src/app/serve.ts'))})).serve()`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, DATA_DIR: dataDir, ...environment },
      stdio: ['ignore', 'inherit', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    return { code, stderr };
  }

  it('does not run twice on one data directory, and prints the address of the server', async () => {
    supervise();
    const { url } = await untilServing();
    const second = await serve({});
    expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining(`already runs at ${url}`) });
  });

  it('names the port that another program uses', async () => {
    supervise();
    const { port } = new URL((await untilServing()).url);
    const elsewhere = join(dataDir, randomUUID());
    const second = await serve({ PORT: port, DATA_DIR: elsewhere });
    expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining(`Another program uses port ${port} of 127.0.0.1`) });
    expect(existsSync(elsewhere)).toBe(false);
  });

  it('lists invalid settings', async () => {
    expect(await serve({ PORT: 'no' })).toMatchObject({ code: 78, stderr: expect.stringContaining('PORT is not a whole number') });
  });

  it('ignores the server.json of a killed supervisor whose process id was reused', async () => {
    supervise();
    const server = await untilServing();
    const file = join(dataDir, 'server.json');
    const stale: RunningServer = { ...server, pid: process.ppid, url: 'http://127.0.0.1:1' };
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(server);
    writeFileSync(file, JSON.stringify(stale));
    expect(await findRunningServer(dataDir)).toBeUndefined();
  });
});

async function askDatabase(url: string): Promise<object[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<object>('SELECT 1 AS one')).rows;
  } finally {
    await client.end();
  }
}
