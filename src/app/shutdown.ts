import type { INestApplicationContext } from '@nestjs/common';
import type { Settings } from '../platform/config/settings.ts';
import { Draining } from '../platform/lifecycle/drain.ts';
import { TaskScheduler } from '../scheduler/task-scheduler.ts';
import { TaskWorkerPool } from '../workers/task-worker-pool.ts';

/** A balancer that probes every 2 s needs this long to look elsewhere. */
const KEEP_SERVING_MS = 5_000;
const HARD_STOP_MS = 30_000;

/** Readiness first, connections last: stop claiming, let tasks end or give them back, then close. Ends the process. */
export async function shutDown(app: INestApplicationContext, settings: Settings): Promise<never> {
  setTimeout(() => process.exit(1), HARD_STOP_MS).unref();
  app.get(Draining).begin();
  if (settings.production && settings.appRoles.includes('api')) await new Promise((ok) => setTimeout(ok, KEEP_SERVING_MS));
  if (settings.appRoles.includes('scheduler')) await app.get(TaskScheduler).stop();
  if (settings.appRoles.includes('worker')) await app.get(TaskWorkerPool).drain();
  await app.close();
  process.exit(0);
}
