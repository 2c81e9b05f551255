import { afterEach, expect, it } from '@jest/globals';
import { freePort } from '../../src/platform/database/embedded/free-port.ts';
import { askRedis, needRedis, onRedis, problemsOf, untilJobsFlow } from '../support/bullmq.ts';
import { describeRedis } from '../support/describe-redis.ts';
import { useEngines } from '../support/engine.ts';
import type { PrivateRedis } from '../support/redis.ts';
import { waitFor } from '../support/wait-for.ts';

const noop = { name: 'noop', handle: () => null };
/** A wake-up waits this long for Redis before the fallback sends it. */
const RACE_MS = 500;
/** Jobs are used again within this time after Redis has returned. */
const RETURN_MS = 5_000;

describeRedis('the bullmq driver without Redis', () => {
  const harness = useEngines();
  const servers: PrivateRedis[] = [];
  const start = async (port?: number) => {
    const redis = await needRedis(port);
    servers.push(redis);
    return redis;
  };
  afterEach(async () => {
    for (const redis of servers.splice(0)) {
      redis.signal('SIGKILL');
      await redis.stop();
    }
  });

  it('starts and works without Redis, reports it, and uses Redis once it appears', async () => {
    const port = await freePort();
    const url = `redis://127.0.0.1:${port}`;
    await harness.start({ slots: 2, handlers: [noop], ...onRedis({ url }) });
    const submitter = await harness.start({ handlers: [noop], ...onRedis({ url }) });
    await submitter.ended(await submitter.submit('noop'));
    expect(problemsOf(submitter)).toEqual([expect.stringMatching(/^Redis does not answer: /)]);
    const redis = await start(port);
    expect(await untilJobsFlow(submitter, redis, 'noop', RETURN_MS)).toBe(true);
    expect(problemsOf(submitter)).toEqual([]);
  });

  it('continues while Redis is killed, and uses it again after its return', async () => {
    const redis = await start();
    await harness.start({ slots: 2, handlers: [noop], ...onRedis(redis) });
    const submitter = await harness.start({ handlers: [noop], ...onRedis(redis) });
    expect(await untilJobsFlow(submitter, redis, 'noop', RETURN_MS)).toBe(true);
    redis.signal('SIGKILL');
    await waitFor(async () => problemsOf(submitter).length > 0, { what: 'the notice of the loss' });
    for (let i = 0; i < 20; i++) await submitter.ended(await submitter.submit('noop'));
    const back = await start(redis.port);
    expect(await untilJobsFlow(submitter, back, 'noop', RETURN_MS)).toBe(true);
    expect(problemsOf(submitter)).toEqual([]);
  });

  it('delays no request when Redis stops answering', async () => {
    const redis = await start();
    await harness.start({ slots: 2, handlers: [noop], ...onRedis(redis) });
    const submitter = await harness.start({ handlers: [noop], ...onRedis(redis) });
    expect(await untilJobsFlow(submitter, redis, 'noop', RETURN_MS)).toBe(true);
    redis.signal('SIGSTOP');
    const times: number[] = [];
    for (let i = 0; i < 5; i++) {
      const begun = performance.now();
      const id = await submitter.submit('noop');
      times.push(performance.now() - begun);
      await submitter.ended(id, RETURN_MS);
    }
    expect(Math.min(...times)).toBeLessThan(RACE_MS); // each request that waited for Redis would take this long or more
    redis.signal('SIGCONT');
    expect(await untilJobsFlow(submitter, redis, 'noop', RETURN_MS)).toBe(true);
  });

  it('loses nothing to FLUSHALL', async () => {
    const redis = await start();
    const engine = await harness.start({ slots: 4, handlers: [noop], ...onRedis(redis, { POLL_INTERVAL_MS: '200' }) });
    const ids: string[] = [];
    for (let i = 0; i < 100; i++) {
      ids.push(await engine.submit('noop'));
      if (i % 10 === 0) await askRedis(redis, (client) => client.flushall());
    }
    for (const id of ids) await engine.ended(id);
    expect(await untilJobsFlow(engine, redis, 'noop', RETURN_MS)).toBe(true);
  });

  it('works without Redis while it is full, and warns when it may delete jobs', async () => {
    const redis = await start();
    await harness.start({ slots: 2, handlers: [noop], ...onRedis(redis) });
    const submitter = await harness.start({ handlers: [noop], ...onRedis(redis) });
    expect(await untilJobsFlow(submitter, redis, 'noop', RETURN_MS)).toBe(true);
    await askRedis(redis, (client) => client.config('SET', 'maxmemory', '1'));
    for (let i = 0; i < 5; i++) await submitter.ended(await submitter.submit('noop'));
    expect(problemsOf(submitter)).toEqual([expect.stringContaining('OOM')]);
    await askRedis(redis, (client) => client.config('SET', 'maxmemory', '0', 'maxmemory-policy', 'allkeys-lru'));
    expect(await untilJobsFlow(submitter, redis, 'noop', RETURN_MS)).toBe(true);
    expect(problemsOf(submitter)).toEqual([expect.stringContaining('allkeys-lru')]);
  });
});
