import { Module } from '@nestjs/common';
import { SchedulerModule } from './scheduler.module.ts';
import { SchedulesController } from './schedules.controller.ts';
import { SystemScheduleService } from './system/system-schedule.service.ts';
import { SystemSchedulesController } from './system/system-schedules.controller.ts';
import { ScheduleActionsController } from './schedule-actions.controller.ts';

/** The HTTP API of schedules, for the api role. */
@Module({
  imports: [SchedulerModule],
  providers: [SystemScheduleService],
  controllers: [SchedulesController, ScheduleActionsController, SystemSchedulesController],
})
export class SchedulerApiModule {}
