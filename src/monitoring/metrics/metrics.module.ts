import { Module } from '@nestjs/common';
import { AgentsModule } from '../../agents/agents.module.ts';
import { ContentModule } from '../../content/content.module.ts';
import { EngineModule } from '../../engine/engine.module.ts';
import { SignInLockReader } from '../../platform/auth/sign-in/sign-in-locks.ts';
import { ResultsModule } from '../../results/results.module.ts';
import { InstallationMetrics } from './installation-metrics.ts';
import { MetricsService } from './metrics.service.ts';
import { ProcessMetrics } from './process-metrics.ts';
import { SharedReading } from './shared-reading.ts';

/** The metrics of a process in any role; the ops port exposes them. */
@Module({
  imports: [EngineModule, AgentsModule, ContentModule, ResultsModule],
  providers: [SignInLockReader, SharedReading, InstallationMetrics, ProcessMetrics, MetricsService],
  exports: [MetricsService, SharedReading],
})
export class MetricsModule {}
