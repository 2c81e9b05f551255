import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../../support/wait-for.ts';
import { type Cluster, removeCluster, startCluster, stopProcesses } from '../chaos/cluster.ts';
import { OpenLoopClient } from './open-loop-client.ts';
import { RedisSwitch } from './redis-switch.ts';
import { JobProbe } from './job-probe.ts';

const ROLES = ['api', 'worker', 'worker', 'scheduler'] as const;
/** As the supervisor starts workers. */
const WORKER_FLAGS = ['--max-semi-space-size=8'];
const PROBE_MS = 200;
const PATIENCE_MS = 1_000;

/** The application on a PostgreSQL and a Redis of its own, a client at a fixed rate, a probe of jobs and one of readiness. */
export interface Harness {
  cluster: Cluster;
  redis: RedisSwitch;
  client: OpenLoopClient;
  jobProbe: JobProbe;
  readiness: Readiness;
  processes: number;
  /** Lines in the logs of all processes so far. */
  logLines(): number;
  /** The queue problems that the API process reports. */
  problems: () => Promise<string[]>;
  /** Connections that wait for jobs. */
  readers(): Promise<number>;
  close(keepFolder: boolean): Promise<void>;
}

export async function startHarness(root: string, { rate, absent }: { rate: number; absent: boolean }): Promise<Harness> {
  const redis = await RedisSwitch.create();
  if (!absent) await redis.on();
  const settings = { QUEUE_DRIVER: 'bullmq', REDIS_URL: redis.url, WORKER_CONCURRENCY: '50' };
  const cluster = await startCluster(root, { roles: ROLES, settings, workerFlags: WORKER_FLAGS });
  const api = cluster.processes.find(({ role }) => role === 'api');
  if (api === undefined) throw new Error('there is no API process');
  const port = cluster.portOf(api);
  const client = new OpenLoopClient({ port, key: readFileSync(join(cluster.folder, 'data', 'api-key'), 'utf8').trim() }, rate);
  const jobProbe = new JobProbe(redis.url);
  const readiness = new Readiness(`http://127.0.0.1:${port}/health/ready`);
  jobProbe.start();
  return {
    cluster,
    redis,
    client,
    jobProbe,
    readiness,
    processes: ROLES.length,
    logLines: () =>
      globSync(join(cluster.folder, '*-?.log')).reduce((sum, file) => sum + readFileSync(file, 'utf8').split('\n').length - 1, 0),
    problems: async () => ((await (await fetch(readiness.url)).json()) as QueueHealth).details.queue.problems,
    readers: async () => String(await redis.ask('CLIENT', 'LIST')).match(/ cmd=bzpopmin /g)?.length ?? 0,
    async close(keepFolder) {
      await client.stop();
      client.close();
      readiness.stop();
      await jobProbe.stop();
      await stopProcesses(cluster);
      await redis.kill();
      await removeCluster(cluster, keepFolder);
    },
  };
}

interface QueueHealth {
  details: { queue: { problems: string[] } };
}

/** Asks the API process whether it is ready, five times a second. */
class Readiness {
  readonly url: string;
  private readonly asking: NodeJS.Timeout;
  asked = 0;
  lost = 0;

  constructor(url: string) {
    this.url = url;
    this.asking = setInterval(() => void this.ask(), PROBE_MS);
  }

  stop(): void {
    clearInterval(this.asking);
  }

  private async ask(): Promise<void> {
    const ok = await fetch(this.url, { signal: AbortSignal.timeout(PATIENCE_MS) }).then(
      (answer) => answer.ok,
      () => false,
    );
    this.asked += 1;
    if (!ok) this.lost += 1;
  }
}

/** Resolves when no task is open. */
export async function untilRest({ cluster }: Harness, timeoutMs: number): Promise<void> {
  const open = async () => (await cluster.postgres.query(`SELECT FROM tasks WHERE terminal_at IS NULL LIMIT 1`)).length > 0;
  await waitFor(async () => !(await open()), { what: 'the end of every task', timeoutMs });
}

export const seconds = (count: number): Promise<void> => delay(count * 1_000);
