import { Module, type OnApplicationBootstrap } from '@nestjs/common';
import { SchedulerModule } from '../../scheduler/scheduler.module.ts';
import { TaskScheduler } from '../../scheduler/task-scheduler.ts';

/** Moves rows: promotes, times out, rescues. */
@Module({ imports: [SchedulerModule] })
export class SchedulerRoleModule implements OnApplicationBootstrap {
  constructor(private readonly scheduler: TaskScheduler) {}

  onApplicationBootstrap(): void {
    this.scheduler.start();
  }
}
