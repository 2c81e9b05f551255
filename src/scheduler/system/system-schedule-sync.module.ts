import { Module } from '@nestjs/common';
import { SystemScheduleSync } from './system-schedule-sync.ts';

/** For the roles with loops that may be paused: scheduler and worker. */
@Module({ providers: [SystemScheduleSync], exports: [SystemScheduleSync] })
export class SystemScheduleSyncModule {}
