import { CELLS } from './cells.mjs';
import { PRESSURE_CONTENDERS } from './contenders.mjs';
import { verdictOf } from './verdict.mjs';

const WIDTH = 100;
const LEGEND = [
  'done/s: tasks whose handler started in the cell for the first time.',
  'of clean, last third: throughput of the cell and of its last third as a share of the clean cell.',
  'p99: from the call that submits a task to its start.',
  'dead, MiB: dead tuples and the size of all tables with their indexes at the end of the cell.',
  'back: the longest time from a kill to the next start.',
  'lost: accepted, and not run when the queue had been left to drain. twice: run more than once.',
  '✓: at least 80 % of clean in the cell and in its last third, back within 5 s, nothing lost. ?: clean was not measured.',
];

const whole = (value) => Math.round(value).toLocaleString('en');
const percent = (share) => (share === undefined ? '–' : `${Math.round(100 * share)} %`);
const secondsOf = (recovery) => (recovery === undefined ? '–' : recovery === null ? 'never' : recovery.toFixed(1));
const millisecondsOf = (value) => (Number.isFinite(value) ? whole(value) : '∞');

const COLUMNS = [
  ['', ({ name }) => name],
  ['done/s', ({ row }) => whole(row.perSecond)],
  ['of clean', ({ verdict }) => percent(verdict.whole)],
  ['last third', ({ verdict }) => percent(verdict.third)],
  ['p99 ms', ({ row }) => millisecondsOf(row.p99)],
  ['dead', ({ row }) => whole(row.deadTuples)],
  ['MiB', ({ row }) => whole(row.bytes / 2 ** 20)],
  ['back s', ({ verdict }) => secondsOf(verdict.recovery)],
  ['lost', ({ row }) => whole(row.notDone)],
  ['twice', ({ row }) => whole(row.twice)],
  ['', ({ verdict }) => (verdict.missed.length > 0 ? '✗' : verdict.whole === undefined ? '?' : '✓')],
];

/** @param rows figures by contender, or `{error}` @param clean those of the clean cell, if it was measured */
export function printCell(cell, rows, clean) {
  const shown = Object.entries(rows).map(([name, row]) => ({ name, row, verdict: row.error ? undefined : verdictOf(row, clean?.[name]) }));
  const measured = shown.filter(({ verdict }) => verdict !== undefined);
  const table = [COLUMNS.map(([title]) => title), ...measured.map((one) => COLUMNS.map(([, of]) => of(one)))];
  const widths = COLUMNS.map((_, i) => Math.max(...table.map((texts) => texts[i].length)));
  console.log(`\n${cell}: ${CELLS[cell].title}`);
  for (const texts of table) {
    console.log(`  ${texts.map((text, i) => (i === 0 ? text.padEnd(widths[i]) : text.padStart(widths[i]))).join(' ')}`.trimEnd());
  }
  for (const { name, row, verdict } of shown) {
    const notes = verdict === undefined ? [`not measured: ${row.error}`] : notesOf(row, verdict);
    if (notes.length > 0) printWrapped(`${name}: ${notes.join('; ')}`);
  }
}

export function printConfigurations(names) {
  console.log('');
  for (const name of names) printWrapped(`${name}: ${PRESSURE_CONTENDERS[name].configuration}`);
  for (const line of LEGEND) printWrapped(line);
}

function notesOf(row, { missed }) {
  const notes = [];
  if (missed.length > 0) notes.push(`missed: ${missed.join(', ')}`);
  if (row.notDone > 0) notes.push(`its tables still contain ${whole(row.waiting)} unfinished and ${whole(row.failed)} failed tasks`);
  if (row.restarts > 0) notes.push(`its worker process ended by itself and was started again, ${row.restarts} ×`);
  if (row.recoveries.length > 1) notes.push(`back after ${row.recoveries.map((one) => secondsOf(one)).join(', ')} s`);
  if (row.crashSeconds.some((one) => one > 0))
    notes.push(`PostgreSQL itself needed ${row.crashSeconds.map((one) => one.toFixed(1)).join(', ')} s`);
  if (row.drainSeconds > 5) notes.push(`drained in ${row.drainSeconds} s`);
  return notes;
}

function printWrapped(text) {
  let line = '   ';
  for (const word of text.split(/\s+/)) {
    if (line.length + 1 + word.length > WIDTH) {
      console.log(line);
      line = '     ';
    }
    line += ` ${word}`;
  }
  console.log(line);
}
