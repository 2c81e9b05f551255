import { Module } from '@nestjs/common';
import { AlertsApiModule } from '../../alerts/alerts-api.module.ts';
import { AgentsApiModule } from '../../agents/agents-api.module.ts';
import { ChannelsModule } from '../../channels/channels.module.ts';
import { ContentApiModule } from '../../content/content-api.module.ts';
import { EventsModule } from '../../monitoring/events/events.module.ts';
import { HealthApiModule } from '../../monitoring/health/health-api.module.ts';
import { MonitorModule } from '../../monitoring/monitor/monitor.module.ts';
import { HealthReportModule } from '../../monitoring/report/health-report.module.ts';
import { ReportsModule } from '../../monitoring/reports/reports.module.ts';
import { StatsModule } from '../../monitoring/stats/stats.module.ts';
import { BlockersModule } from '../../monitoring/blockers/blockers.module.ts';
import { SchedulerApiModule } from '../../scheduler/scheduler-api.module.ts';
import { TasksApiModule } from '../../tasks/tasks-api.module.ts';
import { OperationAuditApiModule } from '../../platform/auth/audit/operation-audit-api.module.ts';
import { SavedViewsModule } from '../../platform/views/saved-views.module.ts';
import { SystemModule } from '../../monitoring/system/system.module.ts';
import { KeysModule } from '../../platform/auth/keys/keys.module.ts';
import { PeopleModule } from '../../platform/auth/people.module.ts';
import { WebhooksApiModule } from '../../results/webhooks/webhooks-api.module.ts';
import { HttpModule } from '../http/http.module.ts';

/** Answers requests. */
@Module({
  imports: [
    HttpModule,
    KeysModule,
    PeopleModule,
    SavedViewsModule,
    SystemModule,
    OperationAuditApiModule,
    HealthApiModule,
    TasksApiModule,
    SchedulerApiModule,
    AgentsApiModule,
    ChannelsModule,
    ContentApiModule,
    EventsModule,
    WebhooksApiModule,
    ReportsModule,
    StatsModule,
    MonitorModule,
    HealthReportModule,
    BlockersModule,
    AlertsApiModule,
  ],
})
export class ApiRoleModule {}
