import { afterEach, expect, it } from '@jest/globals';
import { askRedis, connected, needRedis, onRedis, untilTicketsFlow } from '../support/bullmq-bed.ts';
import { describeRedis } from '../support/describe-redis.ts';
import { useEngines } from '../support/engine.ts';
import type { PrivateRedis } from '../support/redis.ts';

/** Versions of BullMQ have stopped hearing for good after an outage; then only the poll interval would tell of work. */
const RETURN_MS = 5_000;
const ROUNDS = 3;

const noop = { name: 'noop', handle: () => null };

/** Run these when bullmq or ioredis changes. What interrupts a blocked fetch must not end it. */
describeRedis('a reader of tickets is not deaf', () => {
  const bed = useEngines();
  let redis: PrivateRedis;
  const start = async () => {
    redis = await needRedis();
    await connected(bed.start({ slots: 2, handlers: [noop], ...onRedis(redis) }));
    const submitter = await connected(bed.start({ handlers: [noop], ...onRedis(redis) }));
    await untilTicketsFlow(submitter, redis, 'noop', RETURN_MS);
    return submitter;
  };
  afterEach(async () => {
    redis.signal('SIGKILL');
    await redis.stop();
  });

  it('after its connections were cut', async () => {
    const submitter = await start();
    for (let round = 0; round < ROUNDS; round++) {
      await askRedis(redis, (client) => client.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes'));
      expect(await untilTicketsFlow(submitter, redis, 'noop', RETURN_MS)).toBe(true);
    }
  });

  it('after the server was killed and came back empty', async () => {
    const submitter = await start();
    for (let round = 0; round < ROUNDS; round++) {
      redis.signal('SIGKILL');
      await redis.stop();
      redis = await needRedis(redis.port);
      expect(await untilTicketsFlow(submitter, redis, 'noop', RETURN_MS)).toBe(true);
    }
  });

  it('after the server was silent for a while', async () => {
    const submitter = await start();
    await askRedis(redis, (client) => client.client('PAUSE', 1_500, 'ALL'));
    expect(await untilTicketsFlow(submitter, redis, 'noop', 1_500 + RETURN_MS)).toBe(true);
  });

  it('after all keys were deleted under its blocked fetch', async () => {
    const submitter = await start();
    for (let round = 0; round < ROUNDS; round++) {
      await askRedis(redis, (client) => client.flushall());
      expect(await untilTicketsFlow(submitter, redis, 'noop', RETURN_MS)).toBe(true);
    }
  });
});
