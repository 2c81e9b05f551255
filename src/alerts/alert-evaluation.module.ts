import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.ts';
import { ContentModule } from '../content/content.module.ts';
import { EngineModule } from '../engine/engine.module.ts';
import { HealthModule } from '../monitoring/health/health.module.ts';
import { MonitorModule } from '../monitoring/monitor/monitor.module.ts';
import { ResultsModule } from '../results/results.module.ts';
import { SchedulerModule } from '../scheduler/scheduler.module.ts';
import { TasksModule } from '../tasks/tasks.module.ts';
import { AlertMetrics } from './alert-metrics.ts';
import { AlertRetention } from './alert-retention.ts';
import { AlertEvaluator } from './evaluation/alert-evaluator.ts';
import { AlertLoop } from './evaluation/alert.loop.ts';
import { MetricReader } from './evaluation/metric-reader.ts';
import { ProcessReports } from './evaluation/process-reports.ts';
import { NotificationDispatcher } from './notifications/notification-dispatcher.ts';

/** Evaluates the rules, for the role scheduler: the loop starts with the application. */
@Module({
  imports: [EngineModule, TasksModule, AgentsModule, ResultsModule, SchedulerModule, ContentModule, HealthModule, MonitorModule],
  providers: [AlertMetrics, ProcessReports, MetricReader, AlertEvaluator, NotificationDispatcher, AlertLoop, AlertRetention],
})
export class AlertEvaluationModule {}
