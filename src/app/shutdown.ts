import type { INestApplicationContext } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { drainMs, type ShutdownPlan, shutdownPlan } from '../core/shutdown-plan.ts';
import { timerMs } from '../core/time/timer-ms.ts';
import { TaskScheduler } from '../engine/maintenance/task-scheduler.ts';
import type { Settings } from '../platform/config/settings.ts';
import { Draining } from '../platform/lifecycle/drain.ts';
import { endsWithin } from '../platform/lifecycle/with-timeout.ts';
import type { StatusOutput } from '../platform/telemetry/status-output.ts';
import { stopTracing } from '../platform/telemetry/tracing/tracing.ts';
import { SchedulePulse } from '../scheduler/schedule-pulse.ts';
import { ExternalWorkPoller } from '../workers/pool/external-work-poller.ts';
import { TaskWorkerPool } from '../workers/pool/task-worker-pool.ts';
import { DrainProgress } from './drain-progress.ts';

/**
 * Ends the process within SHUTDOWN_TIMEOUT_MS. Claiming stops and readiness fails at once, requests are served while tasks
 * end, and connections are closed last. Every phase is bounded by the plan, whatever it waits for. Exit code 1: tasks are left
 * whose end could not be written, so that a supervisor reports them.
 */
export async function shutDown(app: INestApplicationContext, settings: Settings, out: StatusOutput, hurried = false): Promise<never> {
  const plan = shutdownPlan(settings.shutdownTimeoutMs, hurried);
  setTimeout(() => endByForce(plan, out), timerMs(plan.totalMs)).unref();
  app.get(Draining).begin();
  const serving = settings.production && settings.appRoles.includes('api') ? plan.servingMs : 0;
  const [left] = await Promise.all([endWork(app, settings, plan, out), delay(timerMs(serving))]);
  app.get(Draining).refuse();
  if (!(await endsWithin(plan.answersMs + plan.closingMs, app.close()))) out.warn('Connections that did not close in time were cut.');
  await endsWithin(plan.closingMs, stopTracing());
  process.exit(left > 0 ? 1 : 0);
}

/** Stops the loops and drains the workers. Returns how many attempts have no end. */
async function endWork(app: INestApplicationContext, { appRoles }: Settings, plan: ShutdownPlan, out: StatusOutput): Promise<number> {
  const loops: Promise<void>[] = [];
  if (appRoles.includes('scheduler')) loops.push(app.get(TaskScheduler).stop(), app.get(SchedulePulse).stop());
  if (appRoles.includes('worker')) loops.push(app.get(ExternalWorkPoller).stop());
  const drained = appRoles.includes('worker') ? drain(app.get(TaskWorkerPool), plan, out) : Promise.resolve(0);
  await endsWithin(drainMs(plan), Promise.all([...loops, drained]));
  return drained;
}

async function drain(pool: TaskWorkerPool, plan: ShutdownPlan, out: StatusOutput): Promise<number> {
  const progress = new DrainProgress(out, () => pool.status().reduce((sum, { running }) => sum + running, 0));
  progress.begin(plan.tasksMs);
  const left = await pool.drain(plan);
  progress.end();
  if (left > 0) out.warn(`${left === 1 ? '1 task' : `${left} tasks`} could not be released in time; the lease decides.`);
  return left;
}

function endByForce({ totalMs }: ShutdownPlan, out: StatusOutput): never {
  out.warn(`The shutdown took longer than ${totalMs / 1000} s; the process ends now.`);
  process.exit(1);
}
