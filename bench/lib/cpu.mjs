import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in ticks of 10 ms. */
const MICROS_PER_TICK = 10_000;
const [PPID, UTIME, CUTIME, STIME, CSTIME] = [1, 11, 13, 12, 14];

/**
 * The CPU time so far of a process and all its children, including ended ones, which /proc counts for the parent that
 * waited for them.
 * @returns {number} microseconds; NaN without /proc
 */
export function cpuMicrosOf(pid) {
  const fields = statOf(pid);
  if (fields === undefined) return Number.NaN;
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && statOf(name)?.[PPID] === String(pid));
  const all = [fields, ...children.map(statOf).filter((found) => found !== undefined)];
  const ticks = all.flatMap((one) => [UTIME, STIME, CUTIME, CSTIME].map((field) => Number(one[field])));
  return ticks.reduce((sum, tick) => sum + tick, 0) * MICROS_PER_TICK;
}

/** The fields after the name in brackets: state, parent, … */
function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined; // already ended, or not Linux
  }
}
