import { Redis } from 'ioredis';
import { TaskQueue } from '../../src/queue/task-queue.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { type PrivateRedis, startRedis } from './redis.ts';
import { waitFor } from './wait-for.ts';

/** Longer than any test, so that a task can only be claimed after a wake-up. */
const NO_POLLING_MS = 600_000;

/** Engines with the bullmq driver on this Redis. `more` overrides settings. */
export function onRedis({ url }: { url: string }, more: Record<string, string> = {}): Pick<EngineOptions, 'settings'> {
  return { settings: { QUEUE_DRIVER: 'bullmq', REDIS_URL: url, POLL_INTERVAL_MS: String(NO_POLLING_MS), ...more } };
}

/** Returns the engine once it may send jobs. */
export async function connected(engine: Promise<Engine>): Promise<Engine> {
  const started = await engine;
  await waitFor(async () => problemsOf(started).length === 0, { what: 'an answer of Redis' });
  return started;
}

/** A private server, for tests that break it. */
export async function needRedis(...server: Parameters<typeof startRedis>): Promise<PrivateRedis> {
  const redis = await startRedis(...server);
  if (!redis) throw new Error('these tests are skipped where no Redis is installed');
  return redis;
}

/** One answer of the server, over its own connection. */
export async function askRedis<T>({ url }: { url: string }, ask: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { retryStrategy: () => null });
  redis.on('error', () => undefined);
  try {
    return await ask(redis);
  } finally {
    redis.disconnect();
  }
}

/** Jobs ever added to a queue since the server was empty. */
export function countAddedJobs(redis: { url: string }, queue = 'default', prefix = 'contenthub'): Promise<number> {
  return askRedis(redis, async (client) => Number(await client.get(`${prefix}:${queue}:id`)));
}

export function problemsOf(engine: Engine): string[] {
  return engine.get(TaskQueue).problems();
}

/** Resolves when jobs of this engine go through Redis, which it tests by adding some. */
export function untilJobsFlow(engine: Engine, redis: { url: string }, name: string, timeoutMs: number): Promise<true> {
  return waitFor(
    async () => {
      const before = await countAddedJobs(redis);
      await engine.ended(await engine.submit(name));
      return (await countAddedJobs(redis)) > before && (true as const);
    },
    { what: 'a task that was announced by a job', timeoutMs },
  );
}
