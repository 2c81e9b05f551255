// BullMQ's queue and worker, for any backend.
import { inChunks } from './chunks.mjs';

const BULK = 500;

/** @param classes `{Queue, Worker}` */
export async function openBullmq({ Queue, Worker }, connection, concurrency, onTask) {
  const queue = new Queue('bench', { connection });
  await queue.waitUntilReady();
  let worker;
  return {
    submitMany: (count) => inChunks(count, BULK, (ns) => queue.addBulk(ns.map((n) => ({ name: 'noop', data: { n } })))),
    submit: (n) => queue.add('noop', { n }),
    async start() {
      worker = new Worker('bench', async (job) => onTask(job.data.n), { connection, concurrency });
      worker.on('error', (error) => console.error(error));
      await worker.waitUntilReady();
    },
    async unfinished() {
      const { waiting, active, prioritized, delayed } = await queue.getJobCounts('waiting', 'active', 'prioritized', 'delayed');
      return waiting + active + prioritized + delayed;
    },
    async close() {
      await worker?.close();
      await queue.close();
    },
  };
}
