import { expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { migrateDatabase, migrationNames } from '../../../src/platform/database/migrate.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type FaultWindow, getsRequests, MIN_READY_MS, replaceOne } from '../availability/fault-plan.ts';
import { indicatorsOf } from '../availability/indicators.ts';
import { printProbes } from '../availability/print-probes.ts';
import { ProbeClient } from '../availability/probes.ts';
import { installBuild, removeCluster, startCluster, stopProcesses } from '../chaos/cluster.ts';
import { violations } from '../chaos/verdict.ts';
import { buildEarlier } from './earlier-build.ts';

/** The commit from which the processes are upgraded: first the database is migrated, as by a Job, then each process is replaced. */
const FROM = process.env.UPGRADE_FROM ?? 'HEAD~1';
const PER_SECOND = 20;
/** With all processes of one version, before and after. */
const STEADY_MS = 10_000;
const SETTLE_MS = 120_000;
/** Far apart, because each start takes seconds of CPU on a small machine. */
const LIMIT_MS = 400_000;

it(
  `a rolling upgrade from ${FROM} loses no task and no request`,
  async () => {
    const earlier = buildEarlier(process.cwd(), FROM);
    const roles = ['api', 'api', 'worker', 'worker', 'scheduler'] as const;
    const settings = { NODE_ENV: 'production' };
    const cluster = await startCluster(earlier.root, { roles, settings, migrations: earlier.migrations });
    let broken: string[] = ['the run did not reach its end'];
    const windows: FaultWindow[] = [];
    try {
      for (const process of cluster.processes.filter(({ role }) => role === 'api')) await getsRequests(cluster, process);
      const accepted: string[] = [];
      const indicators = await indicatorsOf(cluster, accepted);
      const probing = new ProbeClient(Number(new URL(cluster.client.url).port), indicators, PER_SECOND);
      probing.start();
      await delay(STEADY_MS);
      const during = async (fault: string, work: () => Promise<unknown>) => {
        const from = Date.now();
        await work();
        windows.push({ fault, from, to: Date.now() });
      };
      await during('migration', () => migrateDatabase({ url: cluster.postgres.url }));
      installBuild(process.cwd(), cluster.folder);
      for (const process of cluster.processes) {
        await during(`upgrade of ${process.role}`, () => replaceOne(cluster, process));
        await delay(MIN_READY_MS);
      }
      await delay(STEADY_MS);
      await probing.stop();
      const rest = async () => (await cluster.postgres.query('SELECT FROM tasks WHERE terminal_at IS NULL LIMIT 1')).length === 0;
      await waitFor(rest, { what: 'every task to end', timeoutMs: SETTLE_MS });
      const client = { accepted: accepted.map((id) => ({ id, name: '', at: new Date() })), doubled: [] };
      broken = await violations({ ...cluster, client });
      printProbes(indicators, probing.probes, windows);
      console.log(
        `progress: from ${earlier.commit} with ${earlier.migrations} migrations, ${accepted.length} tasks accepted, lost 0, twice 0`,
      );
      expect(broken).toEqual([]);
      expect(probing.probes.filter(({ bad }) => bad !== undefined)).toEqual([]);
      expect(accepted.length).toBeGreaterThan((PER_SECOND * STEADY_MS) / 1_000);
      const applied = await cluster.postgres.query<{ name: string }>('SELECT name FROM migrations ORDER BY id');
      expect(applied.map(({ name }) => name)).toEqual(await migrationNames());
    } finally {
      await stopProcesses(cluster);
      await removeCluster(cluster, broken.length > 0);
      earlier.remove();
    }
  },
  LIMIT_MS,
);
