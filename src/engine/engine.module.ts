import { Module } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import { randomUUID } from 'node:crypto';
import { Settings } from '../platform/config/settings.ts';
import { Notifications } from '../platform/database/notifications.ts';
import { Pools } from '../platform/database/pools.ts';
import { Logger } from '../platform/telemetry/logger.ts';
import { ClaimSource, TaskQueue } from '../queue/task-queue.ts';
import { TaskQueueFactory } from '../queue/task-queue.factory.ts';
import { TaskLogRepository } from './logs/task-log.repository.ts';
import { ThrottledQueues } from './dispatch/throttled-queues.ts';
import { LimitRepository } from './dispatch/limit.repository.ts';
import { TaskClaims } from './dispatch/task-claims.ts';
import { ProgressWriter } from './progress-writer.ts';
import { RetentionService } from './maintenance/retention.service.ts';
import { QueueRepository } from './queues/queue.repository.ts';
import { StepRepository } from './step.repository.ts';
import { TaskChangeNotifier } from './task-change-notifier.ts';
import { TaskRepository } from './task.repository.ts';
import { WorkerIdentity } from './worker-identity.ts';

/** Owns the task rows: their statements, claims, leases, limits, logs and steps. Other rooms call its repositories. */
@Module({
  providers: [
    TaskChangeNotifier,
    ThrottledQueues,
    TaskClaims,
    LimitRepository,
    TaskRepository,
    TaskLogRepository,
    StepRepository,
    ProgressWriter,
    QueueRepository,
    RetentionService,
    {
      provide: WorkerIdentity,
      inject: [Settings],
      useFactory: (settings: Settings) => new WorkerIdentity(settings.contenthubBootId ?? randomUUID()),
    },
    { provide: ClaimSource, useExisting: TaskClaims },
    {
      provide: TaskQueue,
      inject: [Settings, ClaimSource, Notifications, Pools, Logger, LazyModuleLoader],
      useFactory: (
        settings: Settings,
        source: ClaimSource,
        notifications: Notifications,
        pools: Pools,
        logger: Logger,
        modules: LazyModuleLoader,
      ) => TaskQueueFactory.create({ settings, source, notifications, pools, logger, modules }),
    },
  ],
  exports: [
    TaskChangeNotifier,
    ThrottledQueues,
    TaskClaims,
    LimitRepository,
    TaskRepository,
    TaskLogRepository,
    StepRepository,
    ProgressWriter,
    QueueRepository,
    RetentionService,
    WorkerIdentity,
    TaskQueue,
  ],
})
export class EngineModule {}
