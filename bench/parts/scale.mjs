// Scale: the engine on a database with five finished tasks for each ready one.
import { CONTENDERS } from '../contenders/list.mjs';
import { fill } from '../lib/fill.mjs';
import { runRound } from '../lib/round.mjs';
import { CLAIMED } from './claims.mjs';
import { restart } from './restart.mjs';

const NAME = 'contenthub-postgres';
const FINISHED_FOR_EACH = 5;
const DRAINED_FOR_EACH = 3;

/** @param count ready tasks @returns the stored figures: milliseconds, seconds, MiB */
export async function measure({ count, slots }, servers) {
  const tasks = { ready: Math.max(count, CLAIMED + slots), finished: count * FINISHED_FOR_EACH, drained: count * DRAINED_FOR_EACH };
  const round = async (place, part, number) => {
    const plan = { ...place, name: NAME, part, count: number, slots };
    return (await runRound(plan, CONTENDERS[NAME].execArgv, servers)).result;
  };
  const full = await servers.fresh();
  await fill(full.postgresUrl, tasks);
  const { alone, pinned } = await round(full, 'claims', tasks.ready);
  const server = await restart(full);
  const other = await servers.fresh();
  await fill(other.postgresUrl, { ready: tasks.drained, finished: 1 });
  const { start, middle, end, seconds } = await round(other, 'memory', tasks.drained);
  return { tasks, claim: alone, claimBesideOldTransaction: pinned, server, memory: { start, middle, end }, drainSeconds: seconds };
}

/** Prints each figure with its target. @returns true when all reach it */
export function print({ tasks, claim, claimBesideOldTransaction: pinned, server, memory, drainSeconds }) {
  const whole = (value) => value.toLocaleString('en');
  const ratio = pinned.p99 / claim.p99;
  const rows = [
    ['claim of 50, p50', `${claim.p50.toFixed(1)} ms`],
    ['claim of 50, p99', `${claim.p99.toFixed(1)} ms`, 'at most 100 ms', claim.p99 <= 100],
    ['beside an old transaction, p50', `${pinned.p50.toFixed(1)} ms`],
    ['beside an old transaction, p99', `${pinned.p99.toFixed(1)} ms, ${ratio.toFixed(1)} ×`, 'at most 3 ×', ratio <= 3],
    ['npm start to the first claim', `${server.start.toFixed(2)} s`],
    ['kill -9 to the first claim', `${server.restart.toFixed(2)} s`, 'at most 2 s', server.restart <= 2],
    ['a worker after a third', `${memory.start} MiB`],
    ['after half', `${memory.middle} MiB`],
    [`after all of ${whole(tasks.drained)}`, `${memory.end} MiB`, 'at most 1.2 × the first', memory.end <= 1.2 * memory.start],
    ['which took', `${drainSeconds.toFixed(1)} s, ${whole(Math.round(tasks.drained / drainSeconds))} tasks/s`],
  ];
  console.log(`\nscale: ${whole(tasks.ready)} ready and ${whole(tasks.finished)} finished tasks with their audit`);
  const widths = [0, 1, 2].map((i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  for (const [name, figure, target = '', met] of rows) {
    const verdict = met === undefined ? '' : met ? '✓' : '✗';
    console.log(`  ${name.padEnd(widths[0])}  ${figure.padStart(widths[1])}  ${target.padEnd(widths[2])}  ${verdict}`.trimEnd());
  }
  return rows.every(([, , , met]) => met !== false);
}
