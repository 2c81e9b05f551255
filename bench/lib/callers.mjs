import { percentiles } from './statistics.mjs';

const CALLERS = 50;
const WARM_UP_MS = 1_000;
const MEASURED_MS = 4_000;

/** 50 callers; each calls again as soon as it is answered, for 5 s. Calls that begin in the first second are not counted. */
export async function submitFor(submit) {
  const start = performance.now() + WARM_UP_MS;
  const end = start + MEASURED_MS;
  const took = [];
  let n = 0;
  async function caller() {
    for (let at = performance.now(); at < end; ) {
      await submit(n++);
      const now = performance.now();
      if (at >= start && now <= end) took.push(now - at);
      at = now;
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return { perSecond: took.length / (MEASURED_MS / 1_000), ...percentiles(took) };
}
