import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../src/platform/database/embedded/free-port.ts';
import { migrateDatabase } from '../../../src/platform/database/migrate.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { AgentProcess } from './agent-process.ts';
import { AppProcess, type Life, type Role } from './app-process.ts';
import { Balancer } from './balancer.ts';
import { Client } from './client.ts';
import { PrivatePostgres } from './private-postgres.ts';

const ROLES: readonly Role[] = ['api', 'api', 'worker', 'worker', 'worker', 'scheduler', 'scheduler'];
/** A small heap, so that a task that fills it ends soon. */
const WORKER_FLAGS = ['--max-old-space-size=160'];

export interface ClusterPlan {
  /** One process each. */
  roles?: readonly Role[];
  /** Environment variables over those of the suite. */
  settings?: Readonly<Record<string, string>>;
  /** Of Node in the worker processes. */
  workerFlags?: readonly string[];
  /** Only the first migrations, for a build of an earlier version. */
  migrations?: number;
}

/** The database of a cluster, as far as every run needs it. */
export type ClusterDatabase = Pick<PrivatePostgres, 'url' | 'query' | 'stop'>;

export interface Cluster<Database extends ClusterDatabase = PrivatePostgres> {
  /** Runs the tasks of agents, if the run has an agent. */
  agent?: AgentProcess;
  folder: string;
  postgres: Database;
  processes: readonly AppProcess[];
  lives: readonly Life[];
  balancer: Balancer;
  client: Client;
  portOf(process: AppProcess): number;
  didFile: string;
}

/** Unless planned otherwise 2 API, 3 worker and 2 scheduler processes on a database of their own, behind a balancer, with a client in front. */
export function startCluster(root: string, plan: ClusterPlan = {}): Promise<Cluster> {
  return startClusterOn(root, plan, (baseDir) => PrivatePostgres.start(baseDir));
}

/** The same on another database. `start` gets an empty folder. */
export async function startClusterOn<Database extends ClusterDatabase>(
  root: string,
  plan: ClusterPlan,
  start: (baseDir: string) => Promise<Database>,
): Promise<Cluster<Database>> {
  const { roles = ROLES, settings = {}, workerFlags = WORKER_FLAGS } = plan;
  const folder = mkdtempSync(join(tmpdir(), 'contenthub-faults-'));
  chmodSync(folder, 0o755); // the database server may run under another account
  installBuild(root, folder);
  const entry = builtFile(folder, 'test/faults/node/main.mjs');
  const postgres = await start(join(folder, 'database'));
  await migrateDatabase({ url: postgres.url }, plan.migrations);
  await postgres.query(`CREATE TABLE effects (task uuid NOT NULL, epoch int NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp())`);

  const dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  const didFile = join(folder, 'did.log');
  // As the supervisor starts them: with code that was compiled before. Seven processes that write the cache at their exit
  // took more than 31 s on a busy disk.
  const compiled = { NODE_COMPILE_CACHE: join(folder, 'compile-cache') };
  spawnSync(process.execPath, [entry], { env: { ...process.env, ...compiled, FAULTS_COMPILE_ONLY: '1' } });
  const lives: Life[] = [];
  const ports = new Map<AppProcess, number>();
  const processes: AppProcess[] = [];
  for (const [number, role] of roles.entries()) {
    const port = role === 'api' ? await freePort() : 0;
    const environment = { DATA_DIR: dataDir, FAULTS_DID_FILE: didFile, PORT: String(port), ...compiled, ...SETTINGS, ...settings };
    const flags = role === 'worker' ? workerFlags : [];
    const program = { role, entry, flags, environment, logFile: join(folder, `${role}-${number}.log`) };
    const process = new AppProcess({ ...program, databaseUrl: () => postgres.url, onLife: (life) => void lives.push(life) });
    ports.set(process, port);
    processes.push(process);
  }
  for (const process of processes) process.start();
  const portOf = (process: AppProcess): number => ports.get(process) ?? 0;
  const balancer = new Balancer(processes.filter(({ role }) => role === 'api').map(portOf));
  const url = await balancer.listen();
  const answers = () => fetch(`${url}/health/ready`).then(({ ok }) => ok);
  await waitFor(answers, { what: `the application to answer; see ${folder}`, timeoutMs: 60_000 });
  const client = new Client({ url, key: readFileSync(join(dataDir, 'api-key'), 'utf8').trim(), file: join(folder, 'accepted.log') });
  return { folder, postgres, processes, lives, balancer, client, portOf, didFile };
}

const SETTINGS = { WORKER_CONCURRENCY: '10', DATABASE_POOL_SIZE: '4', SEED_EXAMPLE: 'false', LOG_LEVEL: 'warn', LOG_FORMAT: 'json' };

/** A file of the build that a process runs when it starts. */
export const builtFile = (folder: string, path: string): string => join(folder, CURRENT, path);
/** A link to that build. */
const CURRENT = 'current';

/** Copies the build of `root`, so that changes of the sources do not affect it. Processes that start from now on run the copy. */
export function installBuild(root: string, folder: string): void {
  const copy = mkdtempSync(join(folder, 'build-'));
  chmodSync(copy, 0o755);
  for (const part of ['dist', 'test/faults/node', 'package.json']) cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  symlinkSync(copy, join(folder, 'next'));
  renameSync(join(folder, 'next'), join(folder, CURRENT));
}

export interface Stopped {
  /** Of the slowest process. */
  slowestMs: number;
  /** Processes that had to be killed. */
  killed: number;
  /** Pids of any life that are still there. */
  left: number[];
}

export async function stopProcesses({ processes, lives, balancer }: Pick<Cluster, 'processes' | 'lives' | 'balancer'>): Promise<Stopped> {
  const times = await Promise.all(processes.map((process) => process.stop()));
  await balancer.close();
  const left = lives.map(({ pid }) => pid).filter(isAlive);
  const inTime = times.filter((time) => time !== undefined);
  return { slowestMs: Math.max(...inTime), killed: times.length - inTime.length, left };
}

export async function removeCluster(
  { postgres, folder }: Pick<Cluster<ClusterDatabase>, 'postgres' | 'folder'>,
  keepFolder: boolean,
): Promise<void> {
  await postgres.stop();
  if (!keepFolder) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
