import { PgBoss } from 'pg-boss';
import { inChunks } from './chunks.mjs';

export const WORKERS = 2;
export const BATCH = 1_000;

/** @param more additions to the options `boss` and `queue` */
export async function openPgBoss({ postgresUrl, onTask }, more = {}) {
  const boss = new PgBoss({ connectionString: postgresUrl, max: 10, useListenNotify: true, ...more.boss });
  boss.on('error', (error) => console.error(error));
  await boss.start();
  if ((await boss.getQueue('bench')) === null) await boss.createQueue('bench', { notify: true, ...more.queue });
  const work = {
    batchSize: BATCH,
    localConcurrency: WORKERS,
    pollingIntervalSeconds: 0.5,
    notifyPollingIntervalSeconds: 0.5,
    burstWhenBatchFull: true,
  };
  const submitAll = (ns) =>
    boss.insert(
      'bench',
      ns.map((n) => ({ data: { n } })),
    );
  return {
    submitMany: (count) => inChunks(count, BATCH, submitAll),
    submitAll,
    submit: (n) => boss.send('bench', { n }),
    start: () => boss.work('bench', work, async (jobs) => jobs.forEach((job) => onTask(job.data.n))),
    async unfinished() {
      const { rows } = await boss.getDb().executeSql(`SELECT count(*)::int AS n FROM pgboss.job WHERE state < 'completed'`);
      return rows[0].n;
    },
    close: () => boss.stop({ graceful: true, timeout: 5_000 }),
  };
}
