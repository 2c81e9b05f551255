import { Module, type OnApplicationBootstrap } from '@nestjs/common';
import { AlertEvaluationModule } from '../../alerts/alert-evaluation.module.ts';
import { LiveChangeRetentionModule } from '../../monitoring/events/live-change-retention.module.ts';
import { StatisticsModule } from '../../monitoring/monitor/statistics.module.ts';
import { MaintenanceModule } from '../../engine/maintenance.module.ts';
import { TaskScheduler } from '../../engine/maintenance/task-scheduler.ts';
import { OperationAuditRetentionModule } from '../../platform/auth/audit/operation-audit-retention.module.ts';
import { PeopleRetentionModule } from '../../platform/auth/people-retention.module.ts';
import { EventDispatcher } from '../../results/webhooks/event-dispatcher.ts';
import { SettingsWebhook } from '../../results/webhooks/settings-webhook.ts';
import { BudgetLoop } from '../../content/budgets/budget.loop.ts';
import { ContentModule } from '../../content/content.module.ts';
import { TaskStatusPoller } from '../../content/generation/task-status-poller.ts';
import { PublishPoolLoop } from '../../content/publishing/publish-pool.loop.ts';
import { SchedulerPulseModule } from '../../scheduler/scheduler-pulse.module.ts';
import { SystemScheduleSyncModule } from '../../scheduler/system/system-schedule-sync.module.ts';
import { TopicLoop } from '../../content/topics/topic.loop.ts';
import { ResultsModule } from '../../results/results.module.ts';

/**
 * Runs the loops: looks after budgets, promotes, times out and rescues tasks, deletes old rows, fires schedules, submits the deliveries of events and the entries of the publish pool that are due,
 * and closes work in other systems whose task has ended. Releases and expires topics, and evaluates alert rules.
 */
@Module({
  imports: [
    MaintenanceModule,
    ResultsModule,
    ContentModule,
    SchedulerPulseModule,
    OperationAuditRetentionModule,
    PeopleRetentionModule,
    StatisticsModule,
    LiveChangeRetentionModule,
    AlertEvaluationModule,
    SystemScheduleSyncModule,
  ],
})
export class SchedulerRoleModule implements OnApplicationBootstrap {
  constructor(
    private readonly scheduler: TaskScheduler,
    private readonly dispatcher: EventDispatcher,
    private readonly budgets: BudgetLoop,
    private readonly pool: PublishPoolLoop,
    private readonly works: TaskStatusPoller,
    private readonly topics: TopicLoop,
    private readonly webhook: SettingsWebhook,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.webhook.store();
    this.scheduler.start();
    this.dispatcher.start();
    this.budgets.start();
    this.pool.start();
    this.works.start();
    this.topics.start();
  }
}
