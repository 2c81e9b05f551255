import type { INestApplicationContext } from '@nestjs/common';
import { timerMs } from '../core/time/timer-ms.ts';
import type { Settings } from '../platform/config/settings.ts';
import { Draining } from '../platform/lifecycle/drain.ts';
import type { StatusOutput } from '../platform/telemetry/status-output.ts';
import { TaskScheduler } from '../engine/maintenance/task-scheduler.ts';
import { ExternalWorkPoller } from '../workers/external-work-poller.ts';
import { DRAIN_MS, TaskWorkerPool } from '../workers/task-worker-pool.ts';
import { DrainProgress } from './drain-progress.ts';

/** A balancer that probes every 2 s needs this long to look elsewhere. */
const KEEP_SERVING_MS = 5_000;
const HARD_STOP_MS = 30_000;
/** Without a supervisor there is soon no embedded database either, and the next start wants the port. */
const HURRIED_STOP_MS = 3_000;

/** Readiness first, connections last: stop claiming, let tasks end or give them back, then close. Ends the process. */
export async function shutDown(app: INestApplicationContext, settings: Settings, out: StatusOutput, hurried = false): Promise<never> {
  const limitMs = hurried ? HURRIED_STOP_MS : HARD_STOP_MS;
  const endByForce = (): never => {
    out.warn(`The shutdown took longer than ${limitMs / 1000} s; the process ends now.`);
    process.exit(1);
  };
  setTimeout(endByForce, timerMs(limitMs)).unref();
  app.get(Draining).begin();
  if (!hurried && settings.production && settings.appRoles.includes('api')) await new Promise((ok) => setTimeout(ok, KEEP_SERVING_MS));
  if (settings.appRoles.includes('scheduler')) await app.get(TaskScheduler).stop();
  if (settings.appRoles.includes('worker')) await app.get(ExternalWorkPoller).stop();
  if (settings.appRoles.includes('worker')) await drain(app.get(TaskWorkerPool), hurried ? 0 : DRAIN_MS, out);
  app.get(Draining).refuse();
  await app.close();
  process.exit(0);
}

async function drain(pool: TaskWorkerPool, limitMs: number, out: StatusOutput): Promise<void> {
  const progress = new DrainProgress(out, () => pool.status().reduce((sum, { running }) => sum + running, 0));
  progress.begin(limitMs);
  await pool.drain(limitMs);
  progress.end();
}
