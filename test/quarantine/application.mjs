// A worker or a scheduler, or both, as APP_ROLES says: what the supervisor of these tests starts.
import { fileURLToPath } from 'node:url';
import { TaskScheduler } from '../../dist/src/engine/maintenance/task-scheduler.js';
import { TaskWorkerPool } from '../../dist/src/workers/pool/task-worker-pool.js';
import { compose } from './composition.mjs';

const app = await compose();
const [pool, scheduler] = [app.get(TaskWorkerPool), app.get(TaskScheduler)];
const roles = process.env.APP_ROLES?.split(',') ?? [];
if (roles.includes('worker')) pool.start(fileURLToPath(new URL('isolated.mjs', import.meta.url)));
if (roles.includes('scheduler')) scheduler.start();

const stop = async () => {
  await scheduler.stop();
  await pool.drain({ tasksMs: Number(process.env.TEST_DRAIN_MS ?? 0) });
  await app.close();
  process.exit(0);
};
process.once('SIGTERM', () => void stop());
process.once('disconnect', () => process.exit(1));
process.on('message', () => process.send({ status: pool.status(), rss: process.memoryUsage().rss }));
process.send?.('started');
