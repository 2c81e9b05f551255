import { afterEach, expect, it } from '@jest/globals';
import { askRedis, connected, needRedis, onRedis, untilJobsFlow } from '../support/bullmq.ts';
import { describeRedis } from '../support/describe-redis.ts';
import { useEngines } from '../support/engine.ts';
import type { PrivateRedis } from '../support/redis.ts';

/** BullMQ 6.1 to 6.3 fetched nothing more after an outage; then only the poll interval would find work. */
const RETURN_MS = 5_000;
const ROUNDS = 3;

const noop = { name: 'noop', handle: () => null };

/** Run these when bullmq or ioredis changes: an interrupted blocking fetch must be repeated. */
describeRedis('a BullMQ worker fetches jobs again', () => {
  const harness = useEngines();
  let redis: PrivateRedis;
  const start = async () => {
    redis = await needRedis();
    await connected(harness.start({ slots: 2, handlers: [noop], ...onRedis(redis) }));
    const submitter = await connected(harness.start({ handlers: [noop], ...onRedis(redis) }));
    await untilJobsFlow(submitter, redis, 'noop', RETURN_MS);
    return submitter;
  };
  afterEach(async () => {
    redis.signal('SIGKILL');
    await redis.stop();
  });

  it('after its connections were closed', async () => {
    const submitter = await start();
    for (let round = 0; round < ROUNDS; round++) {
      await askRedis(redis, (client) => client.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes'));
      expect(await untilJobsFlow(submitter, redis, 'noop', RETURN_MS)).toBe(true);
    }
  });

  it('after the server was killed and came back empty', async () => {
    const submitter = await start();
    for (let round = 0; round < ROUNDS; round++) {
      redis.signal('SIGKILL');
      await redis.stop();
      redis = await needRedis(redis.port);
      expect(await untilJobsFlow(submitter, redis, 'noop', RETURN_MS)).toBe(true);
    }
  });

  it('after the server paused', async () => {
    const submitter = await start();
    await askRedis(redis, (client) => client.client('PAUSE', 1_500, 'ALL'));
    expect(await untilJobsFlow(submitter, redis, 'noop', 1_500 + RETURN_MS)).toBe(true);
  });

  it('after all keys were deleted under its blocked fetch', async () => {
    const submitter = await start();
    for (let round = 0; round < ROUNDS; round++) {
      await askRedis(redis, (client) => client.flushall());
      expect(await untilJobsFlow(submitter, redis, 'noop', RETURN_MS)).toBe(true);
    }
  });
});
