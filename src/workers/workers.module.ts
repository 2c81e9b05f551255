import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Settings } from '../platform/config/settings.ts';
import { ResultsModule } from '../results/results.module.ts';
import { TaskLogWriter } from '../engine/logs/task-log-writer.ts';
import { ProgressWriter } from '../engine/progress-writer.ts';
import { StepStore } from '../engine/step-store.ts';
import { TasksModule } from '../tasks/tasks.module.ts';
import { ATTEMPT_PORTS, attemptPorts } from './attempts/attempt-ports.ts';
import { ExternalWorkPoller } from './pool/external-work-poller.ts';
import { CrashReport } from './isolation/crash-report.ts';
import { IsolatedRunner } from './child/isolated-runner.ts';
import { TaskMiddlewareRegistry } from './attempts/task-middleware.registry.ts';
import { TaskRunner } from './runner/task-runner.ts';
import { TaskWorkerPool, WORKER_SLOTS } from './pool/task-worker-pool.ts';
import { WorkSources } from './sources/work-sources.ts';
import { slotsOf } from './pool/worker-slots.ts';

@Module({
  imports: [DiscoveryModule, TasksModule, ResultsModule],
  providers: [
    { provide: ATTEMPT_PORTS, inject: [TaskLogWriter, ProgressWriter, StepStore], useFactory: attemptPorts },
    {
      provide: WORKER_SLOTS,
      inject: [Settings],
      useFactory: slotsOf,
    },
    TaskMiddlewareRegistry,
    TaskRunner,
    CrashReport,
    IsolatedRunner,
    WorkSources,
    ExternalWorkPoller,
    TaskWorkerPool,
  ],
  exports: [TaskWorkerPool, IsolatedRunner, TaskMiddlewareRegistry, ExternalWorkPoller],
})
export class WorkersModule {}
