import { expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../../support/wait-for.ts';
import { type Cluster, removeCluster, startCluster, stopProcesses } from '../chaos/cluster.ts';
import { violations } from '../chaos/verdict.ts';
import { seeded } from '../random.ts';
import { RedisSwitch } from '../redis/redis-switch.ts';
import { FaultPlan, type FaultWindow } from './fault-plan.ts';
import { type Indicator, type Probe, ProbeClient } from './probes.ts';
import { upperBound } from './upper-bound.ts';

/** 60 s in CI; AVAILABILITY_SECONDS=300 at night, which proves 99.9 % by itself. */
const SECONDS = Number(process.env.AVAILABILITY_SECONDS ?? '60');
const PER_SECOND = 20;
const SETTLE_MS = 120_000;
/** A task of a worker that was killed silently waits for its lease. */
const [PROMPT_S, LATEST_S] = [30, 60];

/** `GET` and `POST` of tasks, the heartbeat of an agent, and readiness, each through the balancer. */
async function indicatorsOf({ client }: Cluster, accepted: string[]): Promise<Indicator[]> {
  const { url, key } = client;
  const send = async <T>(path: string, body: object): Promise<T> => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  const { executionId } = await send<{ executionId: string }>('/tasks/innocent-plain/execute/api', { params: { ms: 1 } });
  accepted.push(executionId);
  const agent = await send<{ id: string; token: string }>('/agents', { name: 'beating', capabilities: [] });
  return [
    {
      name: 'read',
      method: 'GET',
      timeoutMs: 1_000,
      key,
      path: () => `/executions/${executionId}`,
      isGood: ({ status, body }) => status === 200 && body['executionId'] === executionId,
    },
    {
      name: 'write',
      method: 'POST',
      timeoutMs: 2_000,
      key,
      path: () => '/tasks/innocent-effect/execute/api',
      body: () => ({ params: { ms: 20 } }),
      isGood: ({ status, body }) => status === 202 && typeof body['executionId'] === 'string',
      onGood: ({ body }) => accepted.push(body['executionId'] as string),
    },
    {
      name: 'heartbeat',
      method: 'POST',
      timeoutMs: 1_000,
      key: agent.token,
      path: () => `/agents/${agent.id}/heartbeat`,
      body: () => ({ running: [] }),
      isGood: ({ status, body }) => status === 200 && Array.isArray(body['lost']),
    },
    { name: 'ready', method: 'GET', timeoutMs: 1_000, key: null, path: () => '/health/ready', isGood: ({ status }) => status === 200 },
  ];
}

it(
  `every probe is good for ${SECONDS} s of rolling restarts, worker kills and Redis faults`,
  async () => {
    const redis = await RedisSwitch.create();
    await redis.on();
    const roles = ['api', 'api', 'worker', 'worker', 'worker', 'scheduler'] as const;
    const cluster = await startCluster(process.cwd(), { roles, settings: { REDIS_URL: redis.url, NODE_ENV: 'production' } });
    let broken: string[] = ['the run did not reach its end'];
    try {
      for (const process of cluster.processes.filter(({ role }) => role === 'api')) {
        const url = `http://127.0.0.1:${cluster.portOf(process)}/health/ready`;
        await waitFor(async () => (await fetch(url)).ok, { what: 'both APIs', timeoutMs: 60_000 });
      }
      await delay(1_000); // the balancer asks every half a second
      const accepted: string[] = [];
      const indicators = await indicatorsOf(cluster, accepted);
      const probing = new ProbeClient(Number(new URL(cluster.client.url).port), indicators, PER_SECOND);
      const plan = new FaultPlan(cluster, redis, seeded(7));
      probing.start();
      await plan.run(SECONDS);
      await probing.stop();
      const rest = async () => (await cluster.postgres.query('SELECT FROM tasks WHERE terminal_at IS NULL LIMIT 1')).length === 0;
      await waitFor(rest, { what: 'every task to end', timeoutMs: SETTLE_MS });
      const client = { accepted: accepted.map((id) => ({ id, name: '', at: new Date() })), doubled: [] };
      broken = await violations({ ...cluster, client });
      const slow = await cluster.postgres.query<{ seconds: number }>(
        `SELECT extract(epoch FROM terminal_at - created_at)::float8 AS seconds FROM tasks WHERE name = 'innocent-effect' ORDER BY 1 DESC`,
      );
      const late = slow.filter(({ seconds }) => seconds > PROMPT_S).length;
      print(indicators, probing.probes, plan.windows);
      console.log(
        `progress: ${slow.length} tasks accepted, ${slow.length - late} ended within ${PROMPT_S} s, the slowest in ${slow[0]?.seconds.toFixed(1)} s; lost 0, twice 0`,
      );
      expect(broken).toEqual([]);
      expect(probing.probes.filter(({ bad }) => bad !== undefined)).toEqual([]);
      expect(slow[0]?.seconds).toBeLessThan(LATEST_S);
      for (const { name } of indicators)
        expect(probing.probes.filter((probe) => probe.name === name).length).toBeGreaterThanOrEqual(SECONDS * PER_SECOND * 0.95);
    } finally {
      await stopProcesses(cluster);
      await redis.kill();
      await removeCluster(cluster, broken.length > 0);
    }
  },
  (SECONDS + 300) * 1_000,
);

function print(indicators: readonly Indicator[], probes: readonly Probe[], windows: readonly FaultWindow[]): void {
  const faults = Map.groupBy(windows, ({ fault }) => fault);
  console.log([...faults].map(([fault, of]) => `${fault} ${of.length} ×`).join(', '));
  for (const { name } of indicators) {
    const own = probes.filter((probe) => probe.name === name);
    const bad = own.filter((probe) => probe.bad !== undefined);
    const times = own.map(({ ms }) => ms).sort((a, b) => a - b);
    const [p50, p99] = [0.5, 0.99].map((q) => times[Math.floor(times.length * q)]);
    const least = (1 - upperBound(bad.length, own.length)) * 100;
    console.log(
      `${name.padEnd(10)} ${own.length} probes, ${bad.length} bad, p50 ${p50} ms, p99 ${p99} ms; available ≥ ${least.toFixed(3)} % (95 % confidence)`,
    );
    for (const { at, bad: why } of bad) {
      const during = windows.filter(({ from, to }) => at >= from - 1_000 && at <= to + 1_000).map(({ fault }) => fault);
      console.log(`    ${new Date(at).toISOString()} ${why} (${during.join(', ') || 'no fault'})`);
    }
  }
}
