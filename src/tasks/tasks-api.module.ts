import { Module } from '@nestjs/common';
import { LogFeed } from './logs/log-feed.ts';
import { LogStreamController } from './logs/log-stream.controller.ts';
import { TaskLogService } from './logs/task-log.service.ts';
import { BatchesController } from './batches/batches.controller.ts';
import { DispatchController } from './dispatch/dispatch.controller.ts';
import { LimitsController } from './limits/limits.controller.ts';
import { QueuesController } from './queues/queues.controller.ts';
import { BulkController } from './bulk/bulk.controller.ts';
import { TasksModule } from './tasks.module.ts';
import { RunningExecutionsController } from './executions/running-executions.controller.ts';
import { LogsController } from './logs/logs.controller.ts';
import { CleanupController } from './retention/cleanup.controller.ts';
import { ExecutionsController } from './executions/executions.controller.ts';
import { TaskDetailsController } from './executions/task-details.controller.ts';
import { TasksController } from './service/tasks.controller.ts';

/** The HTTP API of tasks, for the api role. */
@Module({
  imports: [TasksModule],
  providers: [TaskLogService, LogFeed],
  controllers: [
    TasksController,
    RunningExecutionsController,
    BulkController,
    CleanupController,
    ExecutionsController,
    LogsController,
    LogStreamController,
    BatchesController,
    QueuesController,
    LimitsController,
    DispatchController,
    TaskDetailsController, // after the routes with a fixed second part
  ],
})
export class TasksApiModule {}
