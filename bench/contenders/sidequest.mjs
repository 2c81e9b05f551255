import pg from 'pg';
import { Sidequest } from 'sidequest';
import { inChunks } from '../lib/chunks.mjs';
import { NoopJob } from '../lib/sidequest-job.mjs';

const CONCURRENCY = 1_000;
const POLLING_MS = 10;
const CONNECTIONS = 20;
const CALLS = 50;
const QUEUE = 'bench';

export const configuration = () =>
  `Sidequest 1.16 with its PostgreSQL backend, jobs in the process (fork false, runner inline), concurrency ${CONCURRENCY} (of 50, 100, 500, 1,000), polling each ${POLLING_MS} ms (of 1, 10, 50), ${CONNECTIONS} connections; it has no bulk insert`;

export async function open({ postgresUrl, onTask }) {
  const pool = new pg.Pool({ connectionString: postgresUrl, max: 2 });
  NoopJob.onTask = onTask;
  const config = {
    backend: {
      driver: '@sidequest/postgres-backend',
      config: { connection: postgresUrl, pool: { min: 0, max: CONNECTIONS } },
    },
    queues: [{ name: QUEUE, concurrency: CONCURRENCY }],
    maxConcurrentJobs: CONCURRENCY,
    jobPollingInterval: POLLING_MS,
    fork: false,
    runner: 'inline',
    gracefulShutdown: false,
    dashboard: { enabled: false },
    logger: { level: 'error' },
  };
  await Sidequest.configure(config);
  const submit = (n) => Sidequest.build(NoopJob).queue(QUEUE).enqueue(n);
  return {
    submitMany: (count) => inChunks(count, CALLS, (ns) => Promise.all(ns.map(submit))),
    submit,
    start: () => Sidequest.start({ ...config, skipMigration: true }),
    async unfinished() {
      const { rows } = await pool.query(`SELECT count(*)::int AS n FROM sidequest_jobs WHERE state IN ('waiting', 'claimed', 'running')`);
      return rows[0].n;
    },
    async close() {
      await Sidequest.stop();
      await pool.end();
    },
  };
}
