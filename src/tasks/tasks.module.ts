import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { randomUUID } from 'node:crypto';
import { Settings } from '../platform/config/settings.ts';
import { Notifications } from '../platform/database/notifications.ts';
import { ClaimSource, TaskQueue } from '../queue/task-queue.ts';
import { TaskQueueFactory } from '../queue/task-queue.factory.ts';
import { DECLARED_TASKS } from './declared/declared-tasks.ts';
import { TaskDefinitionRegistry } from './definitions/task-definition.registry.ts';
import { TaskLogRepository } from './logs/task-log.repository.ts';
import { BatchService } from './batches/batch.service.ts';
import { BulkOperationHandler } from './bulk/bulk-operation.handler.ts';
import { BulkService } from './bulk/bulk.service.ts';
import { PagedOperation } from './bulk/paged-operation.ts';
import { ProgressWriter } from './progress-writer.ts';
import { CleanupHandler } from './retention/cleanup.handler.ts';
import { RetentionService } from './retention/retention.service.ts';
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
    TaskRepository,
    TaskLogRepository,
    StepRepository,
    ProgressWriter,
    TaskService,
    BatchService,
    BulkService,
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
      inject: [TaskRepository, Settings],
      useFactory: (repository: TaskRepository, settings: Settings) => new RepositoryClaimSource(repository, settings.leaseTtlMs),
    },
    {
      provide: TaskQueue,
      inject: [Settings, ClaimSource, Notifications],
      useFactory: (settings: Settings, source: ClaimSource, notifications: Notifications) =>
        TaskQueueFactory.create(settings, source, notifications),
    },
  ],
  exports: [
    TaskDefinitionRegistry,
    TaskNews,
    TaskRepository,
    TaskLogRepository,
    StepRepository,
    ProgressWriter,
    TaskService,
    BatchService,
    BulkService,
    RetentionService,
    WorkerIdentity,
    TaskQueue,
  ],
})
export class TasksModule {}
