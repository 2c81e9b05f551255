import { Module, type OnApplicationBootstrap } from '@nestjs/common';
import { MaintenanceModule } from '../../engine/maintenance/maintenance.module.ts';
import { TaskScheduler } from '../../engine/maintenance/task-scheduler.ts';

/** Moves rows: promotes, times out, rescues. */
@Module({ imports: [MaintenanceModule] })
export class SchedulerRoleModule implements OnApplicationBootstrap {
  constructor(private readonly scheduler: TaskScheduler) {}

  onApplicationBootstrap(): void {
    this.scheduler.start();
  }
}
