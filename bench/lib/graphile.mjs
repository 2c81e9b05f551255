// graphile-worker with a preset. A finished job is a deleted one.
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';
import { inChunks } from './chunks.mjs';

const BULK = 500;
const quiet = new Logger(() => (level, message) => {
  if (level === 'error') console.error(message);
});

export async function openGraphile({ postgresUrl, onTask }, worker) {
  const pool = new pg.Pool({ connectionString: postgresUrl, max: worker.concurrentJobs + 4 });
  // The library requires this for a pool of the caller.
  pool.on('error', () => undefined).on('connect', (client) => client.on('error', () => undefined));
  const utils = await makeWorkerUtils({ pgPool: pool, logger: quiet });
  await utils.migrate();
  let runner;
  return {
    submitMany: (count) => inChunks(count, BULK, (ns) => utils.addJobs(ns.map((n) => ({ identifier: 'noop', payload: { n } })))),
    submit: (n) => utils.addJob('noop', { n }),
    async start() {
      const taskList = { noop: async ({ n }) => onTask(n) };
      runner = await run({ pgPool: pool, logger: quiet, taskList, noHandleSignals: true, parsedCronItems: [], preset: { worker } });
    },
    unfinished: async () => (await pool.query('SELECT count(*)::int AS n FROM graphile_worker._private_jobs')).rows[0].n,
    async close() {
      await runner?.stop();
      await utils.release();
      await pool.end();
    },
  };
}
