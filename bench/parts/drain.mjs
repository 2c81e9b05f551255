// Drain: tasks that do nothing, submitted in bulk, then run by one process until its own records show all of them
// done.
import { setTimeout as delay } from 'node:timers/promises';

/** Measured after a warm-up with a fifth as many tasks. @returns {Promise<{seconds: number}>} */
export async function drain(contender, plan, measure) {
  await drainOnce(contender, plan, Math.ceil(plan.count / 5), (work) => work());
  return drainOnce(contender, plan, plan.count, measure);
}

async function drainOnce(contender, plan, count, measure) {
  const { promise: allStarted, resolve } = Promise.withResolvers();
  let left = count;
  const onTask = () => {
    if (--left === 0) resolve();
  };
  const instance = await contender.open({ ...plan, onTask });
  try {
    await instance.submitMany(count);
    const result = await measure(async () => {
      const start = performance.now();
      await instance.start();
      await allStarted;
      while ((await instance.unfinished()) > 0) await delay(2);
      return { seconds: (performance.now() - start) / 1_000 };
    });
    if (left < 0) throw new Error(`${-left} tasks ran twice`);
    await instance.verify?.();
    return result;
  } finally {
    await instance.close();
  }
}
