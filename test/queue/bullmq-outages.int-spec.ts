import { afterEach, expect, it } from '@jest/globals';
import { freePort } from '../../src/platform/database/embedded/free-port.ts';
import { askRedis, needRedis, onRedis, problemsOf, untilTicketsFlow } from '../support/bullmq-bed.ts';
import { describeRedis } from '../support/describe-redis.ts';
import { useEngines } from '../support/engine.ts';
import type { PrivateRedis } from '../support/redis.ts';
import { waitFor } from '../support/wait-for.ts';

const noop = { name: 'noop', handle: () => null };
/** An announcement waits this long for Redis before it goes another way. */
const RACE_MS = 500;
/** For tickets to flow again once Redis has returned. */
const RETURN_MS = 5_000;

describeRedis('the bullmq driver without Redis', () => {
  const bed = useEngines();
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

  it('starts and works without it, says so, and uses it when it appears', async () => {
    const port = await freePort();
    const url = `redis://127.0.0.1:${port}`;
    await bed.start({ slots: 2, handlers: [noop], ...onRedis({ url }) });
    const submitter = await bed.start({ handlers: [noop], ...onRedis({ url }) });
    await submitter.ended(await submitter.submit('noop'));
    expect(problemsOf(submitter)).toEqual([expect.stringMatching(/^Redis does not answer: /)]);
    const redis = await start(port);
    expect(await untilTicketsFlow(submitter, redis, 'noop', RETURN_MS)).toBe(true);
    expect(problemsOf(submitter)).toEqual([]);
  });

  it('goes on when it is killed, and returns to it when it is back', async () => {
    const redis = await start();
    await bed.start({ slots: 2, handlers: [noop], ...onRedis(redis) });
    const submitter = await bed.start({ handlers: [noop], ...onRedis(redis) });
    expect(await untilTicketsFlow(submitter, redis, 'noop', RETURN_MS)).toBe(true);
    redis.signal('SIGKILL');
    await waitFor(async () => problemsOf(submitter).length > 0, { what: 'the notice of the loss' });
    for (let i = 0; i < 20; i++) await submitter.ended(await submitter.submit('noop'));
    const back = await start(redis.port);
    expect(await untilTicketsFlow(submitter, back, 'noop', RETURN_MS)).toBe(true);
    expect(problemsOf(submitter)).toEqual([]);
  });

  it('lets no request wait when it falls silent', async () => {
    const redis = await start();
    await bed.start({ slots: 2, handlers: [noop], ...onRedis(redis) });
    const submitter = await bed.start({ handlers: [noop], ...onRedis(redis) });
    expect(await untilTicketsFlow(submitter, redis, 'noop', RETURN_MS)).toBe(true);
    redis.signal('SIGSTOP');
    for (let i = 0; i < 5; i++) {
      const begun = performance.now();
      const id = await submitter.submit('noop');
      expect(performance.now() - begun).toBeLessThan(RACE_MS);
      await submitter.ended(id, RETURN_MS);
    }
    redis.signal('SIGCONT');
    expect(await untilTicketsFlow(submitter, redis, 'noop', RETURN_MS)).toBe(true);
  });

  it('loses nothing to FLUSHALL', async () => {
    const redis = await start();
    const engine = await bed.start({ slots: 4, handlers: [noop], ...onRedis(redis, { POLL_INTERVAL_MS: '200' }) });
    const ids: string[] = [];
    for (let i = 0; i < 100; i++) {
      ids.push(await engine.submit('noop'));
      if (i % 10 === 0) await askRedis(redis, (client) => client.flushall());
    }
    for (const id of ids) await engine.ended(id);
    expect(await untilTicketsFlow(engine, redis, 'noop', RETURN_MS)).toBe(true);
  });

  it('does without it while it is full, and warns when it may throw tickets away', async () => {
    const redis = await start();
    await bed.start({ slots: 2, handlers: [noop], ...onRedis(redis) });
    const submitter = await bed.start({ handlers: [noop], ...onRedis(redis) });
    expect(await untilTicketsFlow(submitter, redis, 'noop', RETURN_MS)).toBe(true);
    await askRedis(redis, (client) => client.config('SET', 'maxmemory', '1'));
    for (let i = 0; i < 5; i++) await submitter.ended(await submitter.submit('noop'));
    expect(problemsOf(submitter)).toEqual([expect.stringContaining('OOM')]);
    await askRedis(redis, (client) => client.config('SET', 'maxmemory', '0', 'maxmemory-policy', 'allkeys-lru'));
    expect(await untilTicketsFlow(submitter, redis, 'noop', RETURN_MS)).toBe(true);
    expect(problemsOf(submitter)).toEqual([expect.stringContaining('allkeys-lru')]);
  });
});
