import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RedisLink } from '../../src/platform/redis/redis-link.ts';
import type { Logger } from '../../src/platform/telemetry/logger.ts';
import { askRedis, connected, needRedis, onRedis, problemsOf, untilJobsFlow } from '../support/bullmq.ts';
import { describeRedis } from '../support/describe-redis.ts';
import { type Engine, useEngines } from '../support/engine.ts';
import type { PrivateRedis } from '../support/redis.ts';
import { TcpRelay } from '../support/tcp-relay.ts';
import { waitFor } from '../support/wait-for.ts';

const PROMISED_MS = 5_000;
const noop = { name: 'noop', handle: () => null };

const servers: PrivateRedis[] = [];
async function startServer(...server: Parameters<typeof needRedis>): Promise<PrivateRedis> {
  const redis = await needRedis(...server);
  servers.push(redis);
  return redis;
}
afterEach(async () => {
  for (const redis of servers.splice(0)) {
    redis.signal('SIGKILL');
    await redis.stop();
  }
});

const becomeReplica = (redis: PrivateRedis, of: PrivateRedis) => askRedis(redis, (client) => client.replicaof('127.0.0.1', of.port));
const becomePrimary = (redis: PrivateRedis) => askRedis(redis, (client) => client.replicaof('NO', 'ONE'));

const degraded = (engine: Engine, text: string) =>
  waitFor(async () => problemsOf(engine)[0]?.includes(text), { what: `a problem with ${text}`, timeoutMs: PROMISED_MS });

describeRedis('a Redis that fails over', () => {
  const harness = useEngines();

  it('is left while it is a replica, and used within 5 s when it is the primary again', async () => {
    const [redis, other] = [await startServer(), await startServer()];
    const engine = await connected(harness.start({ slots: 2, handlers: [noop], ...onRedis(redis) }));
    await untilJobsFlow(engine, redis, 'noop', PROMISED_MS);
    await becomeReplica(redis, other);
    // No task is submitted: an idle BullMQ worker has to notice it (READONLY, or UNBLOCKED from the server).
    await degraded(engine, 'READONLY');
    await engine.ended(await engine.submit('noop'));
    await becomePrimary(redis);
    expect(await untilJobsFlow(engine, redis, 'noop', PROMISED_MS)).toBe(true);
    expect(problemsOf(engine)).toEqual([]);
  });

  it('is followed to the new primary although the old one keeps its connections', async () => {
    const [old, next] = [await startServer(), await startServer()];
    const relay = new TcpRelay(old.port);
    try {
      const endpoint = { url: await relay.start() };
      const engine = await connected(harness.start({ slots: 2, handlers: [noop], ...onRedis(endpoint) }));
      await untilJobsFlow(engine, old, 'noop', PROMISED_MS);
      relay.target = next.port;
      await becomeReplica(old, next);
      expect(await untilJobsFlow(engine, next, 'noop', PROMISED_MS)).toBe(true);
      expect(problemsOf(engine)).toEqual([]);
    } finally {
      relay.stop();
    }
  });
});

describeRedis('a Redis that loads its data', () => {
  const harness = useEngines();
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'contenthub-redis-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is used within 5 s after it has loaded, and named until then', async () => {
    const dir = ['--dir', folder];
    let redis = await startServer(undefined, dir);
    await askRedis(redis, (client) => client.eval("for i = 1, 3000 do redis.call('set', 'key' .. i, string.rep('x', 2000)) end", 0));
    await askRedis(redis, (client) => client.save());
    const engine = await connected(harness.start({ slots: 2, handlers: [noop], ...onRedis(redis) }));
    await redis.stop();
    const slow = ['--key-load-delay', '2000', '--loading-process-events-interval-bytes', '1024']; // 3,000 keys of 2 ms
    redis = await startServer(redis.port, [...dir, ...slow], 'Server initialized');
    await degraded(engine, 'LOADING');
    await engine.ended(await engine.submit('noop'));
    const loading = () => askRedis(redis, async (client) => /loading:1/.test(await client.info('persistence')));
    await waitFor(async () => !(await loading()), { what: 'the data to be loaded' });
    expect(await untilJobsFlow(engine, redis, 'noop', PROMISED_MS)).toBe(true);
    expect(problemsOf(engine)).toEqual([]);
  });
});

describeRedis('a user of Redis', () => {
  const harness = useEngines();
  const user = (redis: PrivateRedis, ...rules: string[]) =>
    askRedis(redis, (client) => client.call('ACL', 'SETUSER', 'app', 'reset', 'on', '>secret', '~contenthub:*', '&*', '+@all', ...rules));
  const address = ({ port }: PrivateRedis) => ({ url: `redis://app:secret@127.0.0.1:${port}` });

  it('without the right to call INFO is served, and one log line says that the policy is not checked', async () => {
    const redis = await startServer();
    await user(redis, '-info');
    const engine = await connected(harness.start({ slots: 2, handlers: [noop], ...onRedis(address(redis)) }));
    expect(await untilJobsFlow(engine, redis, 'noop', PROMISED_MS)).toBe(true);
    expect(problemsOf(engine)).toEqual([]);

    const info = jest.fn();
    const consoleWarn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    const link = new RedisLink({ ...address(redis), prefix: 'contenthub', logger: { warn: jest.fn(), info } as unknown as Logger }, 20);
    try {
      await waitFor(async () => link.up, { what: 'an answer of Redis' });
      const probes = () =>
        askRedis(redis, async (client) => Number(/cmdstat_set:calls=(\d+)/.exec(await client.info('commandstats'))?.[1] ?? 0));
      const before = await probes();
      await waitFor(async () => (await probes()) > before + 3, { what: 'further probes' });
      expect(info.mock.calls).toEqual([[expect.stringContaining('maxmemory-policy')]]);
      expect(consoleWarn).not.toHaveBeenCalled(); // ioredis writes plain lines into a JSON log
    } finally {
      link.close();
    }
  });

  it('without the right to fetch jobs is reported with the missing command, while NOTIFY wakes the workers', async () => {
    const redis = await startServer();
    await user(redis);
    const engine = await connected(harness.start({ slots: 2, handlers: [noop], ...onRedis(address(redis)) }));
    await user(redis, '-bzpopmin');
    await engine.submit('noop'); // ends the fetch that began with the right and would wait for 5 s more, as long as this test waits
    expect(await degraded(engine, 'NOPERM')).toBe(true);
    expect((await engine.ended(await engine.submit('noop'))).status).toBe('completed');
  });
});
