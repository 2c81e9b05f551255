import { Module } from '@nestjs/common';
import { DiscoveryModule, LazyModuleLoader } from '@nestjs/core';
import { randomUUID } from 'node:crypto';
import { Settings } from '../platform/config/settings.ts';
import { Notifications } from '../platform/database/notifications.ts';
import { Pools } from '../platform/database/pools.ts';
import { Logger } from '../platform/telemetry/logger.ts';
import { ClaimSource, TaskQueue } from '../queue/task-queue.ts';
import { TaskQueueFactory } from '../queue/task-queue.factory.ts';
import { DECLARED_TASKS } from './declared/declared-tasks.ts';
import { TaskDefinitionRegistry } from './definitions/task-definition.registry.ts';
import { TaskLogRepository } from './logs/task-log.repository.ts';
import { DispatchService } from './dispatch/dispatch.service.ts';
import { HeldQueues } from './dispatch/held-queues.ts';
import { LimitRepository } from './dispatch/limit.repository.ts';
import { LimitService } from './dispatch/limit.service.ts';
import { TaskClaims } from './dispatch/task-claims.ts';
import { BatchService } from './batches/batch.service.ts';
import { BulkOperationHandler } from './bulk/bulk-operation.handler.ts';
import { BulkOperations } from './bulk/bulk-operations.ts';
import { BulkService } from './bulk/bulk.service.ts';
import { PagedOperation } from './bulk/paged-operation.ts';
import { ProgressWriter } from './progress-writer.ts';
import { CleanupHandler } from './retention/cleanup.handler.ts';
import { RetentionService } from './retention/retention.service.ts';
import { QueueRepository } from './queues/queue.repository.ts';
import { QueueService } from './queues/queue.service.ts';
import { RepositoryClaimSource } from './repository-claim-source.ts';
import { StepRepository } from './step.repository.ts';
import { TaskNews } from './task-news.ts';
import { TaskRepository } from './task.repository.ts';
import { TaskService } from './task.service.ts';
import { WorkerIdentity } from './worker-identity.ts';

/** The task engine's rows and words: what every role needs. */
@Module({
  imports: [DiscoveryModule],
  providers: [
    TaskDefinitionRegistry,
    ...DECLARED_TASKS,
    TaskNews,
    HeldQueues,
    TaskClaims,
    LimitRepository,
    LimitService,
    DispatchService,
    TaskRepository,
    TaskLogRepository,
    StepRepository,
    ProgressWriter,
    TaskService,
    BatchService,
    QueueRepository,
    QueueService,
    BulkService,
    BulkOperations,
    PagedOperation,
    BulkOperationHandler,
    RetentionService,
    CleanupHandler,
    {
      provide: WorkerIdentity,
      inject: [Settings],
      useFactory: (settings: Settings) => new WorkerIdentity(settings.contenthubBootId ?? randomUUID()),
    },
    {
      provide: ClaimSource,
      inject: [TaskRepository, QueueRepository, Settings],
      useFactory: (repository: TaskRepository, queues: QueueRepository, settings: Settings) =>
        new RepositoryClaimSource(repository, queues, settings.leaseTtlMs),
    },
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
    TaskDefinitionRegistry,
    TaskNews,
    HeldQueues,
    TaskClaims,
    LimitService,
    DispatchService,
    TaskRepository,
    TaskLogRepository,
    StepRepository,
    ProgressWriter,
    TaskService,
    BatchService,
    QueueService,
    BulkService,
    BulkOperations,
    RetentionService,
    WorkerIdentity,
    TaskQueue,
  ],
})
export class TasksModule {}
