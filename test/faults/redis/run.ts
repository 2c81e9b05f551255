import { loadavg } from 'node:os';
import { waitFor } from '../../support/wait-for.ts';
import { violations } from '../chaos/verdict.ts';
import { type Bed, seconds, startBed, untilRest } from './bed.ts';
import { measureDrain } from './drain.ts';
import { type Leftovers, leftoversIn } from './leftovers.ts';
import { measureWindows, ringingAgain, ringsIn, type Window } from './measures.ts';
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
/** What a lost worker held is put back by BullMQ after a lock of 30 s, at a look each 30 s. */
const TIDY_MS = 75_000;
const ALL = [...Object.keys(SCENARIOS), 'drain', 'wedge'];
const ATTEMPTS = `SELECT id FROM tasks WHERE lease_epoch > 1`;

/** Resolves with the exit code. */
export async function runRedisFaults({ root, seed, rate, only }: RedisFaultOptions): Promise<number> {
  const unknown = only.filter((name) => !ALL.includes(name));
  if (unknown.length > 0) throw new Error(`no such scenario: ${unknown.join(', ')}. Known: ${ALL.join(', ')}`);
  const names = ALL.filter((name) => only.length === 0 || only.includes(name));
  const bed = await startBed(root, { rate, absent: SCENARIOS[names[0] ?? '']?.absent === true });
  console.log(`${rate} submissions/s, load ${load()}; ${bed.processes} processes, logs in ${bed.cluster.folder}`);
  let broken: string[] = ['the run did not reach its end'];
  try {
    broken = await runAll(bed, names, seed);
  } finally {
    await bed.close(broken.length > 0);
  }
  for (const line of broken) console.log(`✗ ${line}`);
  console.log(
    broken.length === 0 ? `every promise was kept, load ${load()}` : `${broken.length} promises broken, logs kept in ${bed.cluster.folder}`,
  );
  return broken.length === 0 ? 0 : 1;
}

async function runAll(bed: Bed, names: readonly string[], seed: number): Promise<string[]> {
  const broken: string[] = [];
  let readers: number | undefined;
  const allReaders = async () => (readers ??= await quietReaders(bed));
  for (const name of names) {
    if (bed.redis.running) await allReaders();
    if (name === 'drain') broken.push(...printDrain(await measureDrain(bed)));
    else if (name === 'wedge') broken.push(...(await findWedges(bed, await allReaders(), seed)).map((line) => `wedge: ${line}`));
    else broken.push(...printScenario(name, await runScenario(bed, name, allReaders)));
  }
  await untilRest(bed, SETTLE_MS);
  const { readiness, client, cluster } = bed;
  broken.push(...(await violations({ ...cluster, client })));
  for (const { id } of await cluster.postgres.query<{ id: string }>(ATTEMPTS)) broken.push(`nobody died, so nothing runs twice: ${id}`);
  for (const failure of client.failures) broken.push(`every submission is answered with 202: ${failure}`);
  if (readiness.lost > 0) broken.push(`readiness is never lost: ${readiness.lost} of ${readiness.asked}`);
  const left = await tidied(bed);
  if (left.tickets > 0 || left.keys > LIMITS.keys)
    broken.push(`Redis keeps nothing of what is done: ${left.tickets} tickets, ${left.keys} keys`);
  console.log(`\n${client.accepted.length} tasks accepted, ready ${readiness.asked - readiness.lost} of ${readiness.asked} times asked`);
  console.log(`left in Redis: ${left.keys} keys, ${left.tickets} tickets, ${Math.round(left.bytes / 1_024)} KiB`);
  return broken;
}

async function runScenario(bed: Bed, name: string, allReaders: () => Promise<number>): Promise<ScenarioReport> {
  const scenario = SCENARIOS[name];
  if (scenario === undefined) throw new Error(`no such scenario: ${name}`);
  const { client, readiness } = bed;
  const [lines, asked, lost, failures] = [bed.logLines(), readiness.asked, readiness.lost, client.failures.length];
  client.start();
  const from = Date.now();
  await seconds(scenario.absent ? 0 : MEASURED_S);
  const hurt = Date.now();
  await scenario.during(bed);
  const healed = Date.now();
  await seconds(MEASURED_S * 2);
  const windows: Record<'before' | 'during' | 'after', Window> = {
    before: { from, to: hurt },
    during: { from: hurt, to: healed },
    after: { from: healed, to: Date.now() },
  };
  await client.stop();
  await untilRest(bed, SETTLE_MS);
  const wanted = await allReaders();
  const readersBack = await waitFor(async () => (await bed.readers()) >= wanted, { what: 'all readers' }).catch(() => false);
  const says = (await bed.problems()).join('; ');
  const report: ScenarioReport = {
    measured: await measureWindows(bed, windows),
    rings: { before: ringsIn(bed, windows.before), during: ringsIn(bed, windows.during), after: ringsIn(bed, windows.after) },
    ringsAgainSeconds: ringingAgain(bed, healed, LIMITS.promptRingMs),
    readersBack,
    logLines: bed.logLines() - lines,
    mostLogLines: bed.processes * LIMITS.logLines,
    asked: readiness.asked - asked,
    lost: readiness.lost - lost,
    failures: client.failures.length - failures,
    says,
    saysWhatItShould: scenario.says?.test(says) ?? says === '',
  };
  await scenario.after?.(bed);
  return report;
}

/** How many connections wait for tickets when nothing is to do. */
async function quietReaders(bed: Bed): Promise<number> {
  let last = -1;
  const steady = async () => {
    const before = last;
    last = await bed.readers();
    await seconds(1);
    return last > 0 && last === before && last;
  };
  return waitFor(steady, { what: 'workers that wait for tickets' });
}

async function tidied({ redis, ringer }: Bed): Promise<Leftovers> {
  await ringer.stop();
  await waitFor(async () => (await leftoversIn(redis)).tickets === 0, { what: 'the last ticket to go', timeoutMs: TIDY_MS }).catch(
    () => false,
  );
  return leftoversIn(redis);
}

const load = () => (loadavg()[0] ?? 0).toFixed(1);
