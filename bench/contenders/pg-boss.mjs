import { PgBoss } from 'pg-boss';
import { inChunks } from '../lib/chunks.mjs';

const WORKERS = 2;
const BATCH = 1_000;

export const configuration = () =>
  `pg-boss 12.30, ${WORKERS} workers (best of 1, 2, 3, 4, 8) with batches of ${BATCH} (best of 250 to 2,000), burstWhenBatchFull, woken by LISTEN/NOTIFY, polling each 0.5 s, 10 connections`;

export async function open({ postgresUrl, onTask }) {
  const boss = new PgBoss({ connectionString: postgresUrl, max: 10, useListenNotify: true });
  boss.on('error', (error) => console.error(error));
  await boss.start();
  if ((await boss.getQueue('bench')) === null) await boss.createQueue('bench', { notify: true });
  const work = {
    batchSize: BATCH,
    localConcurrency: WORKERS,
    pollingIntervalSeconds: 0.5,
    notifyPollingIntervalSeconds: 0.5,
    burstWhenBatchFull: true,
  };
  return {
    submitMany: (count) =>
      inChunks(count, BATCH, (ns) =>
        boss.insert(
          'bench',
          ns.map((n) => ({ data: { n } })),
        ),
      ),
    submit: (n) => boss.send('bench', { n }),
    start: () => boss.work('bench', work, async (jobs) => jobs.forEach((job) => onTask(job.data.n))),
    async unfinished() {
      const { rows } = await boss.getDb().executeSql(`SELECT count(*)::int AS n FROM pgboss.job WHERE state < 'completed'`);
      return rows[0].n;
    },
    close: () => boss.stop({ graceful: true, timeout: 5_000 }),
  };
}
