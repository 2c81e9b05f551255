// Submit: 50 callers submit one task after the other while one process drains them.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { submitFor } from '../lib/callers.mjs';

const HTTP_CLIENTS = fileURLToPath(new URL('../http-clients.mjs', import.meta.url));

/** By a call in the draining process. @returns {Promise<{perSecond: number, p50: number, p99: number}>} p: milliseconds */
export const submitByCall = (contender, plan, measure) => submit(contender, plan, measure, (instance) => submitFor(instance.submit));

/** Over HTTP, from a separate process. */
export const submitOverHttp = (contender, plan, measure) =>
  submit(contender, plan, measure, async ({ http }) => {
    const clients = fork(HTTP_CLIENTS, [JSON.stringify(http)]);
    const [result] = await Promise.race([
      once(clients, 'message'),
      once(clients, 'exit').then(([code]) => Promise.reject(new Error(`clients: exit code ${code}`))),
    ]);
    return result;
  });

async function submit(contender, plan, measure, work) {
  const instance = await contender.open({ ...plan, onTask: () => {} });
  try {
    await instance.start();
    return await measure(async () => {
      const result = await work(instance);
      return { ...result, unfinished: await instance.unfinished() };
    });
  } finally {
    await instance.close();
  }
}
