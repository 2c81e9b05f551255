import { expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../../support/wait-for.ts';
import { removeCluster, startClusterOn, stopProcesses } from '../chaos/cluster.ts';
import { violations } from '../chaos/verdict.ts';
import { pick, seeded } from '../random.ts';
import { ReplicatedPostgres } from './replicated-postgres.ts';

const PER_SECOND = 15;
const [BEFORE_MS, AFTER_MS, DECIDE_MS] = [10_000, 15_000, 2_000];
const NAMES = ['innocent-plain', 'innocent-effect', 'innocent-effect', 'innocent-retry', 'innocent-steps'];

it('a standby that is promoted after kill -9 of the primary has every accepted task, runs each once, and needs no restart', async () => {
  const roles = ['api', 'api', 'worker', 'worker', 'scheduler'] as const;
  const cluster = await startClusterOn(process.cwd(), { roles }, (baseDir) => ReplicatedPostgres.start(baseDir));
  const { postgres, client, lives } = cluster;
  let broken: string[] = ['the run did not reach its end'];
  try {
    const random = seeded(1);
    const until = { stopped: false };
    const load = (async () => {
      while (!until.stopped) {
        client.submit(pick(random, NAMES), { ms: Math.round(20 + random() ** 2 * 2_000) });
        await delay(1_000 / PER_SECOND);
      }
    })();
    await delay(BEFORE_MS);
    expect(await postgres.syncState()).toBe('sync');
    const started = lives.length;

    const killed = Date.now();
    await postgres.killPrimary();
    const before = client.accepted.length;
    await delay(DECIDE_MS); // a cluster manager waits before it promotes
    await postgres.promote();
    const promoted = Date.now();
    await delay(AFTER_MS);
    until.stopped = true;
    await load;
    await client.answered();
    const open = async () => (await postgres.query('SELECT FROM tasks WHERE terminal_at IS NULL LIMIT 1')).length === 0;
    await waitFor(open, { what: 'every task to end', timeoutMs: 120_000 });

    broken = await violations(cluster);
    const first = client.accepted.slice(before).find(({ at }) => at.getTime() > promoted);
    const twice = await postgres.query('SELECT FROM tasks WHERE lease_epoch > 1');
    console.log(
      [
        `accepted ${client.accepted.length} tasks, ${before} of them before the primary died: 0 lost, 0 twice`,
        `promoted ${promoted - killed} ms after the kill, the next task was accepted ${(first?.at.getTime() ?? Number.NaN) - promoted} ms later`,
        `${client.failures} requests were repeated, ${twice.length} tasks had a further attempt, ${lives.length - started} processes were restarted`,
      ].join('\n'),
    );
    expect(broken).toEqual([]);
    expect(before).toBeGreaterThan(50);
    expect(first).toBeDefined();
    expect(lives).toHaveLength(started);
    expect(await postgres.query<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby')).toEqual([{ standby: false }]);
  } finally {
    await stopProcesses(cluster);
    await removeCluster(cluster, broken.length > 0);
  }
}, 300_000);
