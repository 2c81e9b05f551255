import { Module } from '@nestjs/common';
import { TasksModule } from '../tasks/tasks.module.ts';
import { TaskScheduler } from './task-scheduler.ts';

@Module({ imports: [TasksModule], providers: [TaskScheduler], exports: [TaskScheduler] })
export class SchedulerModule {}
