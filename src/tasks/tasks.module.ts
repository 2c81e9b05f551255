import { TaskAccessService } from './service/task-access.service.ts';
import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { DECLARED_TASKS } from './declared/declared-tasks.ts';
import { DeclaredScheduleList } from './declared/declared-schedule-list.ts';
import { ParamsSchemas } from './definitions/params-schemas.ts';
import { TaskDefinitionRegistry } from './definitions/task-definition.registry.ts';
import { DispatchService } from './dispatch/dispatch.service.ts';
import { LimitService } from './limits/limit.service.ts';
import { BatchService } from './batches/batch.service.ts';
import { BulkOperationHandler } from './bulk/bulk-operation.handler.ts';
import { BulkOperations } from './bulk/bulk-operations.ts';
import { BulkService } from './bulk/bulk.service.ts';
import { PagedOperation } from './bulk/paged-operation.ts';
import { CleanupHandler } from './retention/cleanup.handler.ts';
import { LocalWorkers } from './queues/local-workers.ts';
import { QueueService } from './queues/queue.service.ts';
import { TaskService } from './service/task.service.ts';
import { EngineModule } from '../engine/engine.module.ts';

/** The API of named tasks, imported by every role. */
@Module({
  imports: [DiscoveryModule, EngineModule],
  providers: [
    TaskDefinitionRegistry,
    ParamsSchemas,
    ...DECLARED_TASKS,
    LimitService,
    DispatchService,
    TaskService,
    TaskAccessService,
    BatchService,
    LocalWorkers,
    QueueService,
    BulkService,
    BulkOperations,
    PagedOperation,
    BulkOperationHandler,
    CleanupHandler,
  ],
  exports: [
    EngineModule,
    TaskDefinitionRegistry,
    ParamsSchemas,
    DeclaredScheduleList,
    LimitService,
    DispatchService,
    TaskService,
    TaskAccessService,
    BatchService,
    LocalWorkers,
    QueueService,
    BulkService,
    BulkOperations,
  ],
})
export class TasksModule {}
