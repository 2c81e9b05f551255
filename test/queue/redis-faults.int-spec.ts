import { afterEach, expect, it, jest } from '@jest/globals';
import { Queue } from 'bullmq';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { TaskContext } from '../../src/tasks/definitions/task-context.ts';
import type { Logger } from '../../src/platform/telemetry/logger.ts';
import { ClaimSource, TaskQueue } from '../../src/queue/task-queue.ts';
import { RedisLink } from '../../src/platform/redis/redis-link.ts';
import { startApplication } from '../support/application.ts';
import { askRedis, connected, needRedis, onRedis, untilJobsFlow } from '../support/bullmq.ts';
import { describeRedis } from '../support/describe-redis.ts';
import { useEngines } from '../support/engine.ts';
import type { PrivateRedis } from '../support/redis.ts';
import { waitFor } from '../support/wait-for.ts';

const RETURN_MS = 5_000;
const MANY = 1_000;

const noop = { name: 'noop', handle: () => null };

/** Each test has its own server. */
let redis: PrivateRedis;
afterEach(async () => {
  redis.signal('SIGKILL');
  await redis.stop();
});

describeRedis('many jobs', () => {
  const harness = useEngines();

  it('are claimed for while more are being fetched', async () => {
    redis = await needRedis();
    const engine = await connected(harness.start({ slots: 2 * MANY, handlers: [noop], ...onRedis(redis) }));
    await untilJobsFlow(engine, redis, 'noop', RETURN_MS);
    const source = engine.get(ClaimSource);
    const claim = source.claim.bind(source);
    const left: number[] = [];
    jest.spyOn(source, 'claim').mockImplementation(async (...args) => {
      left.push(await askRedis(redis, (client) => client.zcard('contenthub:default:prioritized')));
      return claim(...args);
    });
    const port = Number(new URL(redis.url).port);
    const queue = new Queue('default', { prefix: 'contenthub', connection: { port } });
    const job = () => ({ name: 'job', data: { ids: [randomUUID()] }, opts: { jobId: `of-${randomUUID()}`, priority: 6 } });
    await queue.addBulk(Array.from({ length: MANY }, job));
    await queue.close();
    await waitFor(async () => left.at(-1) === 0, { what: 'the last job' });
    expect(left[0]).toBeGreaterThan(0.9 * MANY);
  });
});

describeRedis('a Redis with faults while tasks are submitted', () => {
  const harness = useEngines();

  it('loses no task and runs none twice', async () => {
    redis = await needRedis();
    const runs = new Map<string, number>();
    const handlers = [{ name: 'count', handle: ({ id }: TaskContext) => void runs.set(id, (runs.get(id) ?? 0) + 1) }];
    const settings = onRedis(redis, { POLL_INTERVAL_MS: '1000' });
    for (let worker = 0; worker < 2; worker++) await connected(harness.start({ slots: 10, handlers, ...settings }));
    const submitter = await connected(harness.start({ handlers, ...settings }));
    const ids: string[] = [];
    let faulty = true;
    const submitting = (async () => {
      while (faulty) {
        const id = await submitter.submit('count');
        ids.push(id);
        for (let i = 0; i < 10; i++) submitter.get(TaskQueue).announce([{ id, queue: 'default' }]);
        await delay(5);
      }
    })();
    await askRedis(redis, (client) => client.flushall());
    await delay(300);
    await askRedis(redis, (client) => client.config('SET', 'maxmemory', '1'));
    await delay(700);
    await askRedis(redis, (client) => client.config('SET', 'maxmemory', '0'));
    redis.signal('SIGSTOP');
    await delay(1_500);
    redis.signal('SIGKILL');
    await redis.stop();
    await delay(1_500);
    redis = await needRedis(redis.port);
    await delay(500);
    faulty = false;
    await submitting;
    for (const id of ids) expect((await submitter.ended(id)).attempt).toBe(1);
    expect([...runs.values()].filter((times) => times !== 1)).toEqual([]);
    expect(runs.size).toBe(ids.length);
    expect(await untilJobsFlow(submitter, redis, 'count', RETURN_MS)).toBe(true);
  });
});

describeRedis('an application whose Redis stops answering', () => {
  it('answers submissions as before, and stays ready', async () => {
    redis = await needRedis();
    const settings = { QUEUE_DRIVER: 'bullmq', REDIS_URL: redis.url };
    const application = await startApplication({ handlers: [{ name: 'quick', handle: () => Promise.resolve('done') }], settings });
    const { http } = application;
    const queue = async () => {
      const { status, body } = await http<{ details: { queue: { degraded: boolean } } }>('GET', '/health/ready');
      expect(status).toBe(200);
      return body.details.queue;
    };
    const submit = async () => {
      const begun = performance.now();
      expect((await http('POST', '/tasks/quick/execute/api', {})).status).toBe(202);
      return performance.now() - begun;
    };
    try {
      await waitFor(async () => !(await queue()).degraded, { what: 'an answer of Redis' });
      const fastestOfTen = async () => Math.min(...(await Promise.all(Array.from({ length: 10 }, submit))));
      const withRedis = await fastestOfTen();
      redis.signal('SIGSTOP');
      // The driver has not noticed yet: each request that waited for Redis would take 500 ms longer.
      expect((await fastestOfTen()) - withRedis).toBeLessThan(500);
      await waitFor(async () => (await queue()).degraded, { what: 'the notice of the silence' });
      await submit();
      redis.signal('SIGCONT');
      await waitFor(async () => !(await queue()).degraded, { what: 'the return of Redis', timeoutMs: RETURN_MS });
    } finally {
      await application.close();
    }
  });
});

describeRedis('a Redis whose policy changes', () => {
  it('is warned about until the policy is safe again', async () => {
    redis = await needRedis();
    const warn = jest.fn();
    const logger = { warn, info: jest.fn() } as unknown as Logger;
    const link = new RedisLink({ url: redis.url, prefix: 'look', logger }, 20);
    const policy = (name: string) => askRedis(redis, (client) => client.config('SET', 'maxmemory-policy', name));
    try {
      await waitFor(async () => link.problems().length === 0, { what: 'an answer of Redis' });
      await policy('volatile-lru');
      await waitFor(async () => link.problems()[0]?.includes('volatile-lru'), { what: 'the warning' });
      await policy('noeviction');
      await waitFor(async () => link.problems().length === 0, { what: 'the end of the warning' });
      expect(warn).toHaveBeenCalledTimes(1);
    } finally {
      link.close();
    }
  });
});
