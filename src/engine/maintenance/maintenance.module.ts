import { Module } from '@nestjs/common';
import { EngineModule } from '../engine.module.ts';
import { CleanerLoop } from './cleaner-loop.ts';
import { PromoterLoop } from './promoter-loop.ts';
import { RescuerLoop } from './rescuer-loop.ts';
import { SweeperLoop } from './sweeper-loop.ts';
import { TaskScheduler } from './task-scheduler.ts';

@Module({
  imports: [EngineModule],
  providers: [PromoterLoop, SweeperLoop, RescuerLoop, CleanerLoop, TaskScheduler],
  exports: [TaskScheduler],
})
export class MaintenanceModule {}
