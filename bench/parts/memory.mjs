// Memory: the size of one worker process while it drains very many tasks. It must not grow with their number.
import { setTimeout as delay } from 'node:timers/promises';

/** V8 reaches its final heap size within the first 80,000 tasks. */
const WARM = 1 / 3;

/**
 * @returns {Promise<{seconds: number, start: number, middle: number, end: number}>} resident MiB; start: after a third
 * of the tasks
 */
export async function memory(contender, plan, measure) {
  const resident = () => Math.round(process.memoryUsage.rss() / 2 ** 20);
  const marks = { start: Math.ceil(plan.count * WARM), middle: Math.ceil(plan.count / 2), end: plan.count };
  const seen = {};
  let ran = 0;
  const onTask = () => {
    ran++;
    for (const [mark, at] of Object.entries(marks)) if (ran === at) seen[mark] = resident();
  };
  const instance = await contender.open({ ...plan, onTask });
  try {
    return await measure(async () => {
      const start = performance.now();
      await instance.start();
      while (ran < plan.count || (await instance.unfinished()) > 0) await delay(200);
      if (ran > plan.count) throw new Error(`${ran - plan.count} tasks ran twice`);
      await instance.verify();
      return { ...seen, seconds: (performance.now() - start) / 1_000 };
    });
  } finally {
    await instance.close();
  }
}
