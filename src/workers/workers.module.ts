import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Settings } from '../platform/config/settings.ts';
import { ResultsModule } from '../results/results.module.ts';
import { OPERATIONS_QUEUE } from '../tasks/bulk/paged-operation.ts';
import { TaskLogRepository } from '../tasks/logs/task-log.repository.ts';
import { ProgressWriter } from '../tasks/progress-writer.ts';
import { StepRepository } from '../tasks/step.repository.ts';
import { LocalSlots } from '../tasks/queues/local-slots.ts';
import { TasksModule } from '../tasks/tasks.module.ts';
import { ATTEMPT_PORTS, attemptPorts } from './attempt-ports.ts';
import { ExternalWorkPoller } from './external-work-poller.ts';
import { CrashReport } from './isolation/crash-report.ts';
import { IsolatedRunner } from './isolation/isolated-runner.ts';
import { TaskMiddlewareRegistry } from './task-middleware.registry.ts';
import { TaskRunner } from './task-runner.ts';
import { TaskWorkerPool, WORKER_SLOTS, type WorkerSlots } from './task-worker-pool.ts';
import { WorkSources } from './work-sources.ts';

/** Bulk operations of one process: each is a chain of statements, so more of them would only queue up in the database. */
const OPERATIONS_AT_ONCE = 2;

function slotsOf({ workerConcurrency, asyncWorkerCount, asyncMaxConcurrentTasks, queueSlots }: Settings): WorkerSlots {
  const slots = {
    default: workerConcurrency,
    [OPERATIONS_QUEUE]: OPERATIONS_AT_ONCE,
    content: Math.min(asyncWorkerCount, asyncMaxConcurrentTasks),
    ...queueSlots,
  };
  return Object.fromEntries(Object.entries(slots).filter(([, count]) => count > 0));
}

@Module({
  imports: [DiscoveryModule, TasksModule, ResultsModule],
  providers: [
    { provide: ATTEMPT_PORTS, inject: [TaskLogRepository, ProgressWriter, StepRepository], useFactory: attemptPorts },
    {
      provide: WORKER_SLOTS,
      inject: [Settings],
      useFactory: slotsOf,
    },
    { provide: LocalSlots, useExisting: TaskWorkerPool },
    TaskMiddlewareRegistry,
    TaskRunner,
    CrashReport,
    IsolatedRunner,
    WorkSources,
    ExternalWorkPoller,
    TaskWorkerPool,
  ],
  exports: [TaskWorkerPool, LocalSlots, IsolatedRunner, TaskMiddlewareRegistry, ExternalWorkPoller],
})
export class WorkersModule {}
