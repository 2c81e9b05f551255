import { Module } from '@nestjs/common';
import { AgentsModule } from '../../agents/agents.module.ts';
import { ContentModule } from '../../content/content.module.ts';
import { EngineModule } from '../../engine/engine.module.ts';
import { ResultsModule } from '../../results/results.module.ts';
import { HealthModule } from '../health/health.module.ts';
import { MetricsModule } from '../metrics/metrics.module.ts';
import { MonitorModule } from '../monitor/monitor.module.ts';
import { HealthReportController } from './health-report.controller.ts';
import { HealthReportService } from './health-report.service.ts';

@Module({
  imports: [EngineModule, AgentsModule, ContentModule, ResultsModule, HealthModule, MetricsModule, MonitorModule],
  providers: [HealthReportService],
  controllers: [HealthReportController],
})
export class HealthReportModule {}
