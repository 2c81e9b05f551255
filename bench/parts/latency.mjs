// Latency: an idle system gets one task every 20 ms. Measured from the submitting call to the start of its handler.
import { setTimeout as delay } from 'node:timers/promises';
import { percentiles } from '../lib/statistics.mjs';

const EVERY_MS = 20;
const TASKS = 500;
const WARM_UP = 50;
const PATIENCE_MS = 10_000;

/** @returns {Promise<{p50: number, p99: number}>} milliseconds */
export async function latency(contender, plan, measure) {
  const total = WARM_UP + TASKS;
  const submittedAt = new Float64Array(total);
  const waited = new Float64Array(total).fill(Number.NaN);
  const { promise: allStarted, resolve, reject } = Promise.withResolvers();
  let left = total;
  const onTask = (n) => {
    waited[n] = performance.now() - submittedAt[n];
    if (--left === 0) resolve();
  };
  const instance = await contender.open({ ...plan, onTask });
  try {
    await instance.start();
    return await measure(async () => {
      const start = performance.now();
      for (let n = 0; n < total; n++) {
        await delay(Math.max(0, start + n * EVERY_MS - performance.now()));
        submittedAt[n] = performance.now();
        instance.submit(n).catch(reject);
      }
      const timer = setTimeout(() => reject(new Error(`${left} of ${total} tasks did not start`)), PATIENCE_MS);
      await allStarted;
      clearTimeout(timer);
      return percentiles(waited.subarray(WARM_UP));
    });
  } finally {
    await instance.close();
  }
}
