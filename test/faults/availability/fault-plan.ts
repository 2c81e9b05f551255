import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../../support/wait-for.ts';
import type { AppProcess } from '../chaos/app-process.ts';
import type { Cluster } from '../chaos/cluster.ts';
import { pick } from '../random.ts';
import type { RedisSwitch } from '../redis/redis-switch.ts';

export interface FaultWindow {
  readonly fault: string;
  readonly from: number;
  readonly to: number;
}

/** A start takes the CPU of a small machine for seconds: more deaths would measure the machine. */
const KILL_EVERY_MS = 15_000;
/** As minReadySeconds of a Deployment. */
export const MIN_READY_MS = 2_000;

/** Faults that no client may notice: rolling restarts of every process, kill -9 of workers, and Redis away, emptied and stalled. */
export class FaultPlan {
  readonly windows: FaultWindow[] = [];
  private until = 0;

  constructor(
    private readonly cluster: Cluster,
    private readonly redis: RedisSwitch,
    private readonly random: () => number,
  ) {}

  async run(seconds: number): Promise<void> {
    this.until = Date.now() + seconds * 1_000;
    await Promise.all([this.rollingRestarts(), this.workerKills(), this.redisFaults(seconds)]);
  }

  /** One process after the other, as a deployment does: the next API waits until the last one is ready. */
  private async rollingRestarts(): Promise<void> {
    const { cluster } = this;
    for (;;) {
      for (const process of cluster.processes) {
        if (Date.now() >= this.until) return;
        await this.during(`rolling restart of ${process.role}`, () => replaceOne(cluster, process));
        await delay(MIN_READY_MS);
      }
    }
  }

  private async workerKills(): Promise<void> {
    const workers = this.cluster.processes.filter(({ role }) => role === 'worker');
    for (;;) {
      await delay(KILL_EVERY_MS);
      if (Date.now() >= this.until) return;
      const killed: AppProcess = pick(this.random, workers);
      const now = Date.now();
      killed.kill('kill -9');
      this.windows.push({ fault: 'kill -9 of a worker', from: now, to: now + 1_000 });
    }
  }

  private async redisFaults(seconds: number): Promise<void> {
    const part = (share: number) => delay(seconds * 1_000 * share);
    await part(0.15);
    await this.during('Redis is away', async () => {
      await this.redis.kill();
      await part(0.2);
      await this.redis.on();
    });
    await part(0.15);
    await this.during('FLUSHALL', () => this.redis.ask('FLUSHALL'));
    await part(0.15);
    await this.during('Redis stalls', async () => {
      this.redis.silence();
      await delay(Math.min(15_000, seconds * 100));
      this.redis.speak();
    });
  }

  private async during(fault: string, work: () => Promise<unknown>): Promise<void> {
    const from = Date.now();
    await work();
    this.windows.push({ fault, from, to: Date.now() });
  }
}

/** Resolves when the new process runs. An API gets requests then. */
export async function replaceOne(cluster: Cluster, process: AppProcess): Promise<void> {
  await process.replace();
  if (process.role === 'api') await getsRequests(cluster, process);
}

export function getsRequests(cluster: Cluster, process: AppProcess): Promise<unknown> {
  const port = cluster.portOf(process);
  return waitFor(() => Promise.resolve(cluster.balancer.sends(port)), {
    what: `the balancer to send requests to ${port}`,
    timeoutMs: 60_000,
  });
}
