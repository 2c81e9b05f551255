import type { INestApplicationContext } from '@nestjs/common';
import { timerMs } from '../core/time/timer-ms.ts';
import type { Settings } from '../platform/config/settings.ts';
import { Draining } from '../platform/lifecycle/drain.ts';
import { TaskScheduler } from '../scheduler/task-scheduler.ts';
import { ExternalWorkPoller } from '../workers/external-work-poller.ts';
import { TaskWorkerPool } from '../workers/task-worker-pool.ts';

/** A balancer that probes every 2 s needs this long to look elsewhere. */
const KEEP_SERVING_MS = 5_000;
const HARD_STOP_MS = 30_000;
/** Without a supervisor there is soon no embedded database either, and the next start wants the port. */
const HURRIED_STOP_MS = 3_000;

/** Readiness first, connections last: stop claiming, let tasks end or give them back, then close. Ends the process. */
export async function shutDown(app: INestApplicationContext, settings: Settings, hurried = false): Promise<never> {
  setTimeout(() => process.exit(1), timerMs(hurried ? HURRIED_STOP_MS : HARD_STOP_MS)).unref();
  app.get(Draining).begin();
  if (!hurried && settings.production && settings.appRoles.includes('api')) await new Promise((ok) => setTimeout(ok, KEEP_SERVING_MS));
  if (settings.appRoles.includes('scheduler')) await app.get(TaskScheduler).stop();
  if (settings.appRoles.includes('worker')) await app.get(ExternalWorkPoller).stop();
  if (settings.appRoles.includes('worker')) await app.get(TaskWorkerPool).drain(hurried ? 0 : undefined);
  app.get(Draining).refuse();
  await app.close();
  process.exit(0);
}
