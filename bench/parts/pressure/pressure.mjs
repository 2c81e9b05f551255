// npm run bench -- pressure [--seconds n] [--rate 3000] [--cells name,…] [--only name,…]
// Contenders on PostgreSQL under a steady load while something disturbs them. Each cell has a new PostgreSQL, a
// producer process and a worker process. The contenders take turns in each cell.
import { findBinaries } from '../../../dist/src/platform/database/embedded/binaries.js';
import { describeMachine, load } from '../../lib/report.mjs';
import { keep } from '../../lib/results.mjs';
import { runCell } from './cell.mjs';
import { CELLS } from './cells.mjs';
import { printCell, printConfigurations } from './print.mjs';
import { verdictOf } from './verdict.mjs';

const OURS = 'contenthub-postgres';

/** Prints the figures, and stores those of a complete run. @returns the exit code */
export async function pressure({ names, cells, seconds, rate, complete }) {
  const interruption = onInterrupt();
  const machine = describeMachine({ postgres: await findBinaries() });
  const { cpu, cores, memory, node, postgres, loadBefore } = machine;
  console.log(`${cpu}, ${cores} cores, ${memory}, load ${loadBefore}; Node ${node}, PostgreSQL ${postgres} (fsync on)`);
  console.log(`${rate.toLocaleString('en')} tasks/s, in a bulk call each 20 ms; one producer and one worker process`);
  const measured = {};
  for (const cell of cells) {
    measured[cell] = {};
    for (const name of names) {
      const plan = { cell, name, rate, seconds: seconds ?? CELLS[cell].seconds };
      measured[cell][name] = await runCell(plan, interruption.onStop).catch((error) => ({ error: error.message }));
      if (interruption.begun) return new Promise(() => {}); // its handler ends the process
    }
    printCell(cell, measured[cell], measured.clean);
  }
  printConfigurations(names);
  const rows = Object.values(measured);
  const failed = rows.some((row) => names.some((name) => row[name].error !== undefined));
  if (complete && !failed) keep({ rate, cells: measured, machine: { ...machine, loadAfter: load() } }, 'pressure.json');
  const met = ({ [OURS]: row }) => row === undefined || verdictOf(row, measured.clean?.[OURS]).missed.length === 0;
  return !failed && rows.every(met) ? 0 : 1;
}

/** Ends the processes of the present cell, then this one. */
function onInterrupt() {
  let stop;
  const interruption = { begun: false, onStop: (given) => (stop = given) };
  const end = async (code) => {
    interruption.begun = true;
    await stop?.();
    process.exit(code);
  };
  process.once('SIGINT', () => void end(130)).once('SIGTERM', () => void end(143));
  return interruption;
}
