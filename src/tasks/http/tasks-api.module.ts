import { Module } from '@nestjs/common';
import { TaskLogService } from '../logs/task-log.service.ts';
import { TasksModule } from '../tasks.module.ts';
import { ExecutionsController } from './executions.controller.ts';
import { TasksController } from './tasks.controller.ts';

/** The engine's HTTP side, for the api role. */
@Module({ imports: [TasksModule], providers: [TaskLogService], controllers: [TasksController, ExecutionsController] })
export class TasksApiModule {}
