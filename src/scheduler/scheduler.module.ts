import { Module } from '@nestjs/common';
import { TasksModule } from '../tasks/tasks.module.ts';
import { DueFiringsService } from './due-firings.service.ts';
import { FiringWriter } from './firing-writer.ts';
import { ScheduleActionsService } from './schedule-actions.service.ts';
import { ScheduleCheck } from './schedule-check.ts';
import { ScheduleMetrics } from './schedule-metrics.ts';
import { ScheduleService } from './schedule.service.ts';

/** Schedules: rows that submit tasks when they are due. */
@Module({
  imports: [TasksModule],
  providers: [ScheduleMetrics, ScheduleCheck, ScheduleService, FiringWriter, DueFiringsService, ScheduleActionsService],
  exports: [ScheduleCheck, ScheduleService, ScheduleActionsService, DueFiringsService],
})
export class SchedulerModule {}
