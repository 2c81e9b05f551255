// The figures of a cell, from the files of its processes.
import { percentiles } from '../../lib/statistics.mjs';
import { visitCalls, visitStarts } from './ledger.mjs';

/**
 * @param folder of the ledger
 * @param start, end of the measured time, in milliseconds since 1970
 * @param events crashes: `at`, and `back`: when what had crashed accepted work again
 * @returns perSecond and lastThird: first starts a second. p50, p99: ms from the call that submitted a task to its first
 * start, Infinity for a task that did not run. accepted: tasks whose call succeeded; notDone: of these, never run. unsure:
 * tasks that ran though their call failed. twice: tasks that ran more than once. recoveries: seconds from each crash to
 * the first start after `back`, null without one.
 */
export function figuresOf({ folder, start, end, events }) {
  const submittedAt = [];
  const wasAccepted = [];
  visitCalls(folder, ({ from, count, at, accepted }) => {
    submittedAt.length = Math.max(submittedAt.length, from + count);
    wasAccepted.length = submittedAt.length;
    submittedAt.fill(at, from, from + count);
    wasAccepted.fill(accepted, from, from + count);
  });
  const runs = new Map();
  const recovered = events.map(() => Infinity);
  visitStarts(folder, (n, at) => {
    const run = runs.get(n);
    if (run === undefined) runs.set(n, { first: at, count: 1 });
    else runs.set(n, { first: Math.min(run.first, at), count: run.count + 1 });
    for (const [i, { back }] of events.entries()) if (at >= back) recovered[i] = Math.min(recovered[i], at);
  });
  return {
    ...rates([...runs.values()], start, end),
    ...waits(submittedAt, wasAccepted, runs, start, end),
    ...totals(wasAccepted, runs),
    recoveries: recovered.map((at, i) => (at === Infinity ? null : Number(((at - events[i].at) / 1_000).toFixed(3)))),
  };
}

function rates(runs, start, end) {
  const third = (end - start) / 3;
  const between = (from, to) => runs.filter(({ first }) => first >= from && first < to).length / ((to - from) / 1_000);
  return { perSecond: Math.round(between(start, end)), lastThird: Math.round(between(end - third, end)) };
}

function waits(submittedAt, wasAccepted, runs, start, end) {
  const waited = [];
  for (const [n, at] of submittedAt.entries()) {
    if (!wasAccepted[n] || at < start || at >= end) continue;
    waited.push((runs.get(n)?.first ?? Infinity) - at);
  }
  if (waited.length === 0) return { p50: Infinity, p99: Infinity };
  const { p50, p99 } = percentiles(waited);
  return { p50: Number(p50.toFixed(1)), p99: Number(p99.toFixed(1)) };
}

function totals(wasAccepted, runs) {
  let [accepted, notDone, unsure, twice] = [0, 0, 0, 0];
  for (const [n, was] of wasAccepted.entries()) {
    if (!was) continue;
    accepted++;
    if (!runs.has(n)) notDone++;
  }
  for (const [n, { count }] of runs) {
    if (count > 1) twice++;
    if (!wasAccepted[n]) unsure++;
  }
  return { accepted, notDone, unsure, twice };
}
