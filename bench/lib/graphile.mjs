// graphile-worker with a preset. A finished job is a deleted one. `onEnd`: called when its worker pool has ended by itself.
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';
import { inChunks } from './chunks.mjs';

const BULK = 500;
const SHUTDOWN_MS = 5_000;
const quiet = new Logger(() => (level, message) => {
  if (level === 'error') console.error(message);
});

export async function openGraphile({ postgresUrl, onTask, onEnd }, worker) {
  const pool = new pg.Pool({ connectionString: postgresUrl, max: worker.concurrentJobs + 4, application_name: 'graphile-worker' });
  // The library requires this for a pool of the caller.
  pool.on('error', () => undefined).on('connect', (client) => client.on('error', () => undefined));
  const utils = await makeWorkerUtils({ pgPool: pool, logger: quiet });
  await utils.migrate();
  let runner;
  const submitAll = (ns) => utils.addJobs(ns.map((n) => ({ identifier: 'noop', payload: { n } })));
  return {
    submitMany: (count) => inChunks(count, BULK, submitAll),
    submitAll,
    submit: (n) => utils.addJob('noop', { n }),
    async start() {
      const taskList = { noop: async ({ n }) => onTask(n) };
      runner = await run({ pgPool: pool, logger: quiet, taskList, noHandleSignals: true, parsedCronItems: [], preset: { worker } });
      if (onEnd === undefined) return;
      void runner.promise.then(onEnd, onEnd);
      // After an error of its connection the shutdown sometimes does not end.
      runner.events.once('pool:gracefulShutdown', () => setTimeout(() => onEnd(), SHUTDOWN_MS));
    },
    /** Its documented remedy for jobs of workers that were killed. Only for a single worker process, before start(). */
    async unlockAll() {
      const { rows } = await pool.query('SELECT DISTINCT locked_by AS id FROM graphile_worker._private_jobs WHERE locked_by IS NOT NULL');
      await utils.forceUnlockWorkers(rows.map(({ id }) => id));
    },
    unfinished: async () => (await pool.query('SELECT count(*)::int AS n FROM graphile_worker._private_jobs')).rows[0].n,
    async close() {
      await runner?.stop();
      await utils.release();
      await pool.end();
    },
  };
}
