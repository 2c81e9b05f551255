import { Module, type OnApplicationBootstrap } from '@nestjs/common';
import { MaintenanceModule } from '../../engine/maintenance.module.ts';
import { TaskScheduler } from '../../engine/maintenance/task-scheduler.ts';
import { OperationAuditRetentionModule } from '../../platform/auth/audit/operation-audit-retention.module.ts';
import { EventDispatcher } from '../../results/events/event-dispatcher.ts';
import { ContentModule } from '../../content/content.module.ts';
import { PublishPoolLoop } from '../../content/publishing/publish-pool.loop.ts';
import { ResultsModule } from '../../results/results.module.ts';

/** Runs the loops: promotes, times out and rescues tasks, deletes old rows, submits the deliveries of events and the entries of the publish pool that are due. */
@Module({ imports: [MaintenanceModule, ResultsModule, ContentModule, OperationAuditRetentionModule] })
export class SchedulerRoleModule implements OnApplicationBootstrap {
  constructor(
    private readonly scheduler: TaskScheduler,
    private readonly dispatcher: EventDispatcher,
    private readonly pool: PublishPoolLoop,
  ) {}

  onApplicationBootstrap(): void {
    this.scheduler.start();
    this.dispatcher.start();
    this.pool.start();
  }
}
