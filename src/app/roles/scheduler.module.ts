import { Module, type OnApplicationBootstrap } from '@nestjs/common';
import { MaintenanceModule } from '../../engine/maintenance.module.ts';
import { TaskScheduler } from '../../engine/maintenance/task-scheduler.ts';
import { OperationAuditRetentionModule } from '../../platform/auth/audit/operation-audit-retention.module.ts';
import { EventDispatcher } from '../../results/events/event-dispatcher.ts';
import { ResultsModule } from '../../results/results.module.ts';

/** Runs the loops: promotes, times out and rescues tasks, deletes old rows, and submits the deliveries of events. */
@Module({ imports: [MaintenanceModule, ResultsModule, OperationAuditRetentionModule] })
export class SchedulerRoleModule implements OnApplicationBootstrap {
  constructor(
    private readonly scheduler: TaskScheduler,
    private readonly dispatcher: EventDispatcher,
  ) {}

  onApplicationBootstrap(): void {
    this.scheduler.start();
    this.dispatcher.start();
  }
}
