import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { TasksModule } from '../tasks/tasks.module.ts';
import { DeclaredSchedules } from './declared-schedules.ts';
import { SchedulePulse } from './schedule-pulse.ts';
import { ScheduleRetention } from './schedule-retention.ts';
import { SchedulerModule } from './scheduler.module.ts';

/** Fires schedules, for the scheduler role. */
@Module({
  imports: [ScheduleModule.forRoot(), TasksModule, SchedulerModule],
  providers: [DeclaredSchedules, SchedulePulse, ScheduleRetention],
  exports: [SchedulePulse],
})
export class SchedulerPulseModule {}
