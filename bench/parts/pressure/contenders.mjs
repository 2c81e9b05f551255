// The contenders of the part pressure. Each runs in two processes: one submits, the other works.
//   schema        of its tables; the database contains no other data
//   applications  LIKE pattern of the application_name of its connections
//   scanned       the table that its workers claim from, for the readers
//   waiting       counts the tasks that its own records do not show as finished
//   failed        counts the tasks that it will not run again
//   open(options) options: role (producer or worker), postgresUrl, dataDir, onTask(n), onEnd(): its worker ended by itself;
//                 resolves with submitAll(ns) for the producer, after the start of its workers for the worker

const SLOTS = 500;
const GRAPHILE = {
  'graphile-worker': { concurrentJobs: 24 },
  'graphile-worker-local-queue': { concurrentJobs: 24, localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 },
};
const PG_BOSS = {
  worker: { supervise: true, superviseIntervalSeconds: 15, monitorIntervalSeconds: 15, schedule: false },
  producer: { supervise: false, schedule: false },
};

async function openContentHub(options) {
  const { openEngine } = await import('../../lib/engine.mjs');
  const instance = await openEngine({ ...options, slots: SLOTS, part: 'pressure' }, { QUEUE_DRIVER: 'postgres' });
  if (options.role === 'producer') return instance;
  instance.startScheduler();
  await instance.start();
  return instance;
}

async function openPgBoss(options) {
  const pgBoss = await import('../../lib/pg-boss.mjs');
  const instance = await pgBoss.openPgBoss(options, { boss: PG_BOSS[options.role], queue: { heartbeatSeconds: 15 } });
  if (options.role === 'worker') await instance.start();
  return instance;
}

const openGraphileAs = (name) => async (options) => {
  const graphile = await import('../../lib/graphile.mjs');
  const instance = await graphile.openGraphile(options, GRAPHILE[name]);
  if (options.role === 'producer') return instance;
  await instance.unlockAll();
  await instance.start();
  return instance;
};

const graphile = (name, how) => ({
  configuration: `graphile-worker 0.18, concurrentJobs 24, ${how}; error handlers on its pool; its process ends at most 5 s after its pool shuts down by itself; a started worker calls forceUnlockWorkers for the workers before it`,
  peer: true,
  schema: 'graphile_worker',
  applications: 'graphile-worker',
  scanned: 'graphile_worker._private_jobs',
  waiting: 'SELECT count(*)::int AS n FROM graphile_worker._private_jobs WHERE attempts < max_attempts OR locked_at IS NOT NULL',
  failed: 'SELECT count(*)::int AS n FROM graphile_worker._private_jobs WHERE attempts >= max_attempts AND locked_at IS NULL',
  open: openGraphileAs(name),
});

export const PRESSURE_CONTENDERS = {
  'contenthub-postgres': {
    configuration: `${SLOTS} slots, leases of 15 s (its default), else its defaults; the full audit; its processes import the whole application`,
    execArgv: ['--enable-source-maps', '--max-semi-space-size=8'],
    schema: 'public',
    applications: 'contenthub-%',
    scanned: 'tasks',
    waiting: 'SELECT count(*)::int AS n FROM tasks WHERE terminal_at IS NULL',
    failed: `SELECT count(*)::int AS n FROM tasks WHERE terminal_at IS NOT NULL AND status <> 'completed'`,
    open: openContentHub,
  },
  'pg-boss': {
    configuration:
      'pg-boss 12.30, 2 workers with batches of 1,000, burstWhenBatchFull, LISTEN/NOTIFY, polling each 0.5 s, 10 connections; an error handler; heartbeatSeconds 15, supervised each 15 s',
    peer: true,
    schema: 'pgboss',
    applications: 'pgboss',
    scanned: 'pgboss.job',
    waiting: `SELECT count(*)::int AS n FROM pgboss.job WHERE state < 'completed'`,
    failed: `SELECT count(*)::int AS n FROM pgboss.job WHERE state IN ('cancelled', 'failed')`,
    open: openPgBoss,
  },
  'graphile-worker-local-queue': graphile('graphile-worker-local-queue', 'localQueue.size 500, completions batched for 0 ms'),
  'graphile-worker': graphile('graphile-worker', 'else its defaults'),
};

/** Measured unless `--only` names others. */
export const USUAL = ['contenthub-postgres', 'pg-boss', 'graphile-worker-local-queue'];
