import { loadavg } from 'node:os';
import { waitFor } from '../../support/wait-for.ts';
import { violations } from '../chaos/verdict.ts';
import { type Harness, seconds, startHarness, untilRest } from './harness.ts';
import { measureDrain } from './drain.ts';
import { type Leftovers, leftoversIn } from './leftovers.ts';
import { measureWindows, takenAgainAfter, probeTimesIn, type Window } from './measures.ts';
import { LIMITS, printDrain, printScenario, type ScenarioReport } from './report.ts';
import { SCENARIOS } from './scenarios.ts';
import { findWedges } from './wedge.ts';

export interface RedisFaultOptions {
  root: string;
  seed: number;
  /** Submissions per second. */
  rate: number;
  /** Names of scenarios; all unless given. */
  only: readonly string[];
}

const MEASURED_S = 5;
const SETTLE_MS = 60_000;
/** BullMQ puts the jobs of a lost worker back after a lock of 30 s, at a check each 30 s. */
const TIDY_MS = 75_000;
const ALL = [...Object.keys(SCENARIOS), 'drain', 'wedge'];
const ATTEMPTS = `SELECT id FROM tasks WHERE lease_epoch > 1`;

/** Resolves with the exit code. */
export async function runRedisFaults({ root, seed, rate, only }: RedisFaultOptions): Promise<number> {
  const unknown = only.filter((name) => !ALL.includes(name));
  if (unknown.length > 0) throw new Error(`no such scenario: ${unknown.join(', ')}. Known: ${ALL.join(', ')}`);
  const names = ALL.filter((name) => only.length === 0 || only.includes(name));
  const harness = await startHarness(root, { rate, absent: SCENARIOS[names[0] ?? '']?.absent === true });
  console.log(`${rate} submissions/s, load ${load()}; ${harness.processes} processes, logs in ${harness.cluster.folder}`);
  let broken: string[] = ['the run did not reach its end'];
  try {
    broken = await runAll(harness, names, seed);
  } finally {
    await harness.close(broken.length > 0);
  }
  for (const line of broken) console.log(`✗ ${line}`);
  console.log(
    broken.length === 0
      ? `every promise was kept, load ${load()}`
      : `${broken.length} promises broken, logs kept in ${harness.cluster.folder}`,
  );
  return broken.length === 0 ? 0 : 1;
}

async function runAll(harness: Harness, names: readonly string[], seed: number): Promise<string[]> {
  const broken: string[] = [];
  let readers: number | undefined;
  const allReaders = async () => (readers ??= await quietReaders(harness));
  for (const name of names) {
    if (harness.redis.running) await allReaders();
    if (name === 'drain') broken.push(...printDrain(await measureDrain(harness)));
    else if (name === 'wedge') broken.push(...(await findWedges(harness, await allReaders(), seed)).map((line) => `wedge: ${line}`));
    else broken.push(...printScenario(name, await runScenario(harness, name, allReaders)));
  }
  await untilRest(harness, SETTLE_MS);
  const { readiness, client, cluster } = harness;
  broken.push(...(await violations({ ...cluster, client })));
  for (const { id } of await cluster.postgres.query<{ id: string }>(ATTEMPTS))
    broken.push(`no process died, so nothing may run twice: ${id}`);
  for (const failure of client.failures) broken.push(`every submission is answered with 202: ${failure}`);
  if (readiness.lost > 0) broken.push(`readiness is never lost: ${readiness.lost} of ${readiness.asked}`);
  const left = await tidied(harness);
  if (left.jobs > 0 || left.keys > LIMITS.keys) broken.push(`Redis keeps nothing of what is done: ${left.jobs} jobs, ${left.keys} keys`);
  console.log(`\n${client.accepted.length} tasks accepted, ready ${readiness.asked - readiness.lost} of ${readiness.asked} times asked`);
  console.log(`left in Redis: ${left.keys} keys, ${left.jobs} jobs, ${Math.round(left.bytes / 1_024)} KiB`);
  return broken;
}

async function runScenario(harness: Harness, name: string, allReaders: () => Promise<number>): Promise<ScenarioReport> {
  const scenario = SCENARIOS[name];
  if (scenario === undefined) throw new Error(`no such scenario: ${name}`);
  const { client, readiness } = harness;
  const [lines, asked, lost, failures] = [harness.logLines(), readiness.asked, readiness.lost, client.failures.length];
  client.start();
  const from = Date.now();
  await seconds(scenario.absent ? 0 : MEASURED_S);
  const begun = Date.now();
  await scenario.during(harness);
  const healed = Date.now();
  await seconds(MEASURED_S * 2);
  const windows: Record<'before' | 'during' | 'after', Window> = {
    before: { from, to: begun },
    during: { from: begun, to: healed },
    after: { from: healed, to: Date.now() },
  };
  await client.stop();
  await untilRest(harness, SETTLE_MS);
  const wanted = await allReaders();
  const readersBack = await waitFor(async () => (await harness.readers()) >= wanted, { what: 'all readers' }).catch(() => false);
  const says = (await harness.problems()).join('; ');
  const report: ScenarioReport = {
    measured: await measureWindows(harness, windows),
    probes: {
      before: probeTimesIn(harness, windows.before),
      during: probeTimesIn(harness, windows.during),
      after: probeTimesIn(harness, windows.after),
    },
    takenAgainSeconds: takenAgainAfter(harness, healed, LIMITS.promptMs),
    readersBack,
    logLines: harness.logLines() - lines,
    mostLogLines: harness.processes * LIMITS.logLines,
    asked: readiness.asked - asked,
    lost: readiness.lost - lost,
    failures: client.failures.length - failures,
    says,
    saysWhatItShould: scenario.says?.test(says) ?? says === '',
  };
  await scenario.after?.(harness);
  return report;
}

/** How many connections wait for jobs while the system is idle. */
async function quietReaders(harness: Harness): Promise<number> {
  let last = -1;
  const steady = async () => {
    const before = last;
    last = await harness.readers();
    await seconds(1);
    return last > 0 && last === before && last;
  };
  return waitFor(steady, { what: 'workers that wait for jobs' });
}

async function tidied({ redis, jobProbe }: Harness): Promise<Leftovers> {
  await jobProbe.stop();
  await waitFor(async () => (await leftoversIn(redis)).jobs === 0, { what: 'the last job to go', timeoutMs: TIDY_MS }).catch(() => false);
  return leftoversIn(redis);
}

const load = () => (loadavg()[0] ?? 0).toFixed(1);
