import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../../support/wait-for.ts';
import { pick, seeded } from '../random.ts';
import { AgentProcess } from './agent-process.ts';
import { STOPPED } from './app-process.ts';
import { type Cluster, removeCluster, startCluster, stopProcesses } from './cluster.ts';
import { retryAll, submitDependents } from './dependency-batches.ts';
import { FAULTS, type Incident, spread } from './faults.ts';
import { measure, type Recoveries } from './recovery.ts';
import { violations } from './verdict.ts';

export interface ChaosOptions {
  root: string;
  seed: number;
  seconds: number;
  /** Names of faults; all unless given. */
  only: readonly string[];
}

const TASKS_PER_SECOND = 15;
const INNOCENTS = ['innocent-plain', 'innocent-effect', 'innocent-effect', 'innocent-retry', 'innocent-steps'];
/** Share of the submissions beside which a chain or a diamond of four tasks is submitted. */
const BATCHES = 0.05;
const SETTLE_MS = 180_000;
/** Violations of one invariant that are listed. */
const SHOWN = 3;

/** Resolves with the exit code. */
export async function runChaos({ root, seed, seconds, only }: ChaosOptions): Promise<number> {
  const unknown = only.filter((name) => !(name in FAULTS));
  if (unknown.length > 0) throw new Error(`no such fault: ${unknown.join(', ')}. Known: ${Object.keys(FAULTS).join(', ')}`);
  const faults = only.length > 0 ? only : Object.keys(FAULTS);
  const random = seeded(seed);
  const cluster = await startCluster(root);
  cluster.agent = new AgentProcess(cluster);
  console.log(`seed ${seed}, ${seconds} s, faults: ${faults.join(', ')}; logs in ${cluster.folder}`);
  let broken: string[] = ['the run did not reach its end'];
  try {
    cluster.agent.start();
    const until = performance.now() + seconds * 1_000;
    const [incidents] = await Promise.all([spread(cluster, faults, random, until), submitUntil(cluster, seeded(seed + 1), until)]);
    await Promise.all(incidents.map(({ over }) => over)); // a paused worker is a fault until it resumes
    const healing = performance.now();
    await cluster.client.answered();
    const idle = await settle(cluster, WAITS_FOR_NO_END);
    await retryAll(cluster.client);
    const settled = idle && (await settle(cluster));
    const settleSeconds = Math.round((performance.now() - healing) / 1_000);
    broken = await violations(cluster);
    if (!(await cluster.agent.stop())) broken.push('the agent did not stop within 31 s');
    const stopped = await stopProcesses(cluster);
    if (stopped.killed > 0) broken.push(`${stopped.killed} processes did not stop within 31 s`);
    for (const pid of stopped.left) broken.push(`process ${pid} was left behind`);
    print(cluster, incidents, await measure(cluster, incidents));
    const { accepted, failures } = cluster.client;
    console.log(`${accepted.length} tasks accepted, ${failures} requests had to be sent again`);
    console.log(
      settled ? `all tasks had ended ${settleSeconds} s after the last fault was over` : `tasks were still open after ${settleSeconds} s`,
    );
    console.log(`the slowest process took ${(stopped.slowestMs / 1_000).toFixed(1)} s to stop`);
  } finally {
    await cluster.agent.stop().catch(() => undefined);
    await stopProcesses(cluster).catch(() => undefined);
    await removeCluster(cluster, broken.length > 0);
  }
  for (const [promise, of] of Map.groupBy(broken, (line) => line.split(': ', 1)[0])) {
    console.log(`✗ ${promise} (${of.length} ×)`);
    for (const line of of.slice(0, SHOWN)) console.log(`    ${line}`);
  }
  console.log(
    broken.length === 0 ? `seed ${seed}: all invariants 0` : `seed ${seed}: ${broken.length} violations, kept in ${cluster.folder}`,
  );
  return broken.length === 0 ? 0 : 1;
}

async function submitUntil({ client }: Cluster, random: () => number, until: number): Promise<void> {
  while (performance.now() < until) {
    client.submit(pick(random, INNOCENTS), { ms: Math.round(20 + random() ** 2 * 3_000) });
    if (random() < BATCHES) submitDependents(client, random);
    await delay((2_000 / TASKS_PER_SECOND) * random());
  }
}

/** A retried task may wait for one that was cancelled, until that is retried too. */
const WAITS_FOR_NO_END = `NOT (status = 'pending' AND open_dependencies > 0)`;

/** Resolves with true once every task has ended that fits the condition. */
async function settle({ postgres }: Cluster, condition = 'true'): Promise<boolean> {
  const done = async () => (await postgres.query(`SELECT FROM tasks WHERE terminal_at IS NULL AND ${condition} LIMIT 1`)).length === 0;
  return waitFor(done, { what: 'every task to end', timeoutMs: SETTLE_MS }).catch(() => false);
}

function print({ lives }: Cluster, incidents: readonly Incident[], { ofWorkers, ofFaults, falseRescues, unheardClaims }: Recoveries): void {
  const row = (name: string, count: number, times: readonly number[] = []) =>
    console.log(`  ${name.padEnd(36)} ${String(count).padStart(5)} ${show(Math.max(...times))} ${show(median(times))}`);
  console.log(`  ${'fault'.padEnd(36)} count  worst recovery         median`);
  for (const [fault, of] of [...Map.groupBy(incidents, ({ fault }) => fault)].sort(([a], [b]) => a.localeCompare(b, 'en')))
    row(fault, of.length, ofFaults.get(fault));
  console.log(`  ${'tasks taken from workers'.padEnd(36)} count    to run again         median`);
  for (const [why, times] of ofWorkers) row(why, times.length, times);
  const deaths = lives.filter(({ role, cause }) => role === 'worker' && cause !== undefined && cause !== STOPPED);
  const causes = [...Map.groupBy(deaths, ({ cause }) => cause)].map(([cause, of]) => `${cause} ${of.length}`);
  console.log(`workers that ended: ${causes.join(', ') || 'none'}`);
  console.log(
    `false rescues ${falseRescues.length}${falseRescues.map((id) => ` ${id}`).join('')}; claims whose answer was lost ${unheardClaims}`,
  );
}

const show = (ms: number | undefined) => (ms === undefined || !Number.isFinite(ms) ? '–' : `${(ms / 1_000).toFixed(2)} s`).padStart(14);

function median(times: readonly number[]): number | undefined {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)];
}
