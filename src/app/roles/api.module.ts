import { Module } from '@nestjs/common';
import { AgentsApiModule } from '../../agents/agents-api.module.ts';
import { ChannelsModule } from '../../channels/channels.module.ts';
import { ContentApiModule } from '../../content/content-api.module.ts';
import { EventsModule } from '../../monitoring/events/events.module.ts';
import { HealthApiModule } from '../../monitoring/health/health-api.module.ts';
import { ReportsModule } from '../../monitoring/reports/reports.module.ts';
import { StatsModule } from '../../monitoring/stats/stats.module.ts';
import { BlockersModule } from '../../monitoring/blockers/blockers.module.ts';
import { TasksApiModule } from '../../tasks/tasks-api.module.ts';
import { OperationAuditApiModule } from '../../platform/auth/audit/operation-audit-api.module.ts';
import { KeysModule } from '../../platform/auth/keys/keys.module.ts';
import { HttpModule } from '../http/http.module.ts';

/** Answers requests. */
@Module({
  imports: [
    HttpModule,
    KeysModule,
    OperationAuditApiModule,
    HealthApiModule,
    TasksApiModule,
    AgentsApiModule,
    ChannelsModule,
    ContentApiModule,
    EventsModule,
    ReportsModule,
    StatsModule,
    BlockersModule,
  ],
})
export class ApiRoleModule {}
