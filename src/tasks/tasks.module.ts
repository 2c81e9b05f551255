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
import { ProgressWriter } from './progress-writer.ts';
import { RepositoryClaimSource } from './repository-claim-source.ts';
import { StepRepository } from './step.repository.ts';
import { TaskRepository } from './task.repository.ts';
import { TaskService } from './task.service.ts';
import { WorkerIdentity } from './worker-identity.ts';

/** The task engine's rows and words: what every role needs. */
@Module({
  imports: [DiscoveryModule],
  providers: [
    TaskDefinitionRegistry,
    ...DECLARED_TASKS,
    TaskRepository,
    TaskLogRepository,
    StepRepository,
    ProgressWriter,
    TaskService,
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
    TaskRepository,
    TaskLogRepository,
    StepRepository,
    ProgressWriter,
    TaskService,
    WorkerIdentity,
    TaskQueue,
  ],
})
export class TasksModule {}
