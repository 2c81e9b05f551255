// Growth: does the engine stay as fast with millions of tasks, and do its tables stop to grow? Ten finished tasks for each ready one,
// then twice as many further tasks as are ready, while as many are submitted.
import { CONTENDERS } from '../contenders/list.mjs';
import { fill } from '../lib/fill.mjs';
import { runRound } from '../lib/round.mjs';
import { CLAIMED } from './claims.mjs';

const NAME = 'contenthub-postgres';
const FINISHED_FOR_EACH = 10;
const FURTHER_FOR_EACH = 2;
/** Of the run on an almost empty database that the other is compared with. */
const FEW = { ready: 20_000, further: 200_000 };
const LIMIT_MS = 3_600_000;

/** @param count ready tasks */
export async function measure({ count, slots }, servers) {
  const tasks = { ready: Math.max(count, CLAIMED + slots), finished: count * FINISHED_FOR_EACH, further: count * FURTHER_FOR_EACH };
  const round = async (place, part, number) => {
    const plan = { ...place, name: NAME, part, count: number, slots, limitMs: LIMIT_MS };
    return (await runRound(plan, CONTENDERS[NAME].execArgv, servers)).result;
  };
  const few = Math.min(FEW.further, tasks.further);
  const small = await servers.fresh();
  await fill(small.postgresUrl, { ready: FEW.ready, finished: 1 });
  const empty = await round(small, 'flow', few);
  const large = await servers.fresh();
  const start = performance.now();
  await fill(large.postgresUrl, tasks);
  const fillSeconds = (performance.now() - start) / 1_000;
  const { alone } = await round(large, 'claims', tasks.ready);
  const full = await round(large, 'flow', tasks.further);
  const perSecond = (flow, number) => Math.round(number / flow.seconds);
  return {
    tasks,
    fillSeconds,
    claim: alone,
    empty: { ...empty, perSecond: perSecond(empty, few) },
    full: { ...full, perSecond: perSecond(full, tasks.further) },
  };
}

const MIB = 2 ** 20;

/** Prints each figure with its target. @returns true when all reach it */
export function print({ tasks, claim, empty, full }) {
  const whole = (value) => Math.round(value).toLocaleString('en');
  const ratio = full.perSecond / empty.perSecond;
  const rows = [
    ['submitted and run, few tasks', `${whole(empty.perSecond)} tasks/s`],
    ['submitted and run, full', `${whole(full.perSecond)} tasks/s, ${ratio.toFixed(2)} ×`, 'at least 0.8 ×', ratio >= 0.8],
    ['claim of 50, p99', `${claim.p99.toFixed(1)} ms`, 'at most 20 ms', claim.p99 <= 20],
    ['WAL of a task, few and full', `${whole(empty.walBytes)} and ${whole(full.walBytes)} bytes`],
  ];
  console.log(`\ngrowth: ${whole(tasks.ready)} ready and ${whole(tasks.finished)} finished tasks, then ${whole(tasks.further)} further`);
  for (const [name, figure, target = '', met] of rows)
    console.log(
      `  ${name.padEnd(30)}  ${figure.padStart(24)}  ${target.padEnd(16)}  ${met === undefined ? '' : met ? '✓' : '✗'}`.trimEnd(),
    );
  console.log('\n       ran  tasks/s  tasks MiB  their indexes  audit MiB  its indexes  dead rows  autovacuums');
  let before = full.marks[0];
  for (const mark of full.marks) {
    const speed = mark.ran === before.ran ? '' : whole((mark.ran - before.ran) / (mark.seconds - before.seconds));
    const sizes = [mark.tasks, mark.taskIndexes, mark.audit, mark.auditIndexes].map((size) => whole(size / MIB));
    const cells = [whole(mark.ran), speed, ...sizes, whole(mark.dead), whole(mark.vacuums)];
    console.log(cells.map((cell, i) => cell.padStart([10, 7, 9, 13, 9, 11, 9, 11][i])).join('  '));
    before = mark;
  }
  return rows.every(([, , , met]) => met !== false);
}
