import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { EngineModule } from './engine.module.ts';
import { CleanerLoop } from './maintenance/cleaner-loop.ts';
import { PromoterLoop } from './maintenance/promoter-loop.ts';
import { RescuerLoop } from './maintenance/rescuer-loop.ts';
import { SweeperLoop } from './maintenance/sweeper-loop.ts';
import { TaskScheduler } from './maintenance/task-scheduler.ts';

@Module({
  imports: [DiscoveryModule, EngineModule],
  providers: [PromoterLoop, SweeperLoop, RescuerLoop, CleanerLoop, TaskScheduler],
  exports: [TaskScheduler],
})
export class MaintenanceModule {}
