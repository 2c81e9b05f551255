// Everything that is measured. Each file exports
//   configuration(part, slots, name)  what to know of it, for the reader of the numbers
//   open(options)               options: part, postgresUrl, redisUrl, dataDir, slots, onTask(n): called as task n starts
// and open() resolves with
//   submitMany(count)  many tasks, in bulk         submit(n)      one task; resolves when it is accepted
//   start()            workers                     unfinished()   how many its own records do not show as done
//   verify?()          throws when its records are not what a whole history looks like
//   http?              { url, path, key } when it accepts tasks over HTTP
//   close()
import { existsSync } from 'node:fs';

/** With the flags of src/app/supervisor. */
const APPLICATION_FLAGS = ['--enable-source-maps', '--max-semi-space-size=8'];
const BULLMQ_DRIVER = new URL('../../dist/src/queue/drivers/bullmq.js', import.meta.url);

/** `persistence`: of its Redis, see lib/redis.mjs. `peer`: installed from bench/package.json. `http`: the submit part also measures it over HTTP. `parts`: unless it is measured in all. `absent`: why it cannot run. */
export const CONTENDERS = {
  'contenthub-postgres': { load: () => import('./contenthub-postgres.mjs'), http: true, execArgv: APPLICATION_FLAGS },
  'contenthub-batch': { load: () => import('./contenthub-batch.mjs'), execArgv: APPLICATION_FLAGS },
  'contenthub-bullmq': {
    load: () => import('./contenthub-bullmq.mjs'),
    http: true,
    execArgv: APPLICATION_FLAGS,
    redis: true,
    persistence: 'everysec',
    absent: () => (existsSync(BULLMQ_DRIVER) ? undefined : 'QUEUE_DRIVER=bullmq is not in this version'),
  },
  'bare-sql': { load: () => import('./bare-sql.mjs') },
  'bullmq-redis': { load: () => import('./bullmq-redis.mjs'), peer: true, redis: true },
  'bullmq-redis-everysec': { load: () => import('./bullmq-redis.mjs'), peer: true, redis: true, persistence: 'everysec' },
  'bullmq-redis-always': { load: () => import('./bullmq-redis.mjs'), peer: true, redis: true, persistence: 'always' },
  'bullmq-postgres': { load: () => import('./bullmq-postgres.mjs'), peer: true },
  'pg-boss': { load: () => import('./pg-boss.mjs'), peer: true },
  'graphile-worker': { load: () => import('./graphile-worker.mjs'), peer: true },
  'graphile-worker-local-queue': { load: () => import('./graphile-worker-local-queue.mjs'), peer: true },
  dbos: { load: () => import('./dbos.mjs'), peer: true, parts: ['drain'] },
  sidequest: { load: () => import('./sidequest.mjs'), peer: true, parts: ['drain'] },
};
