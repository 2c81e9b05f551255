import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { EngineModule } from '../../engine/engine.module.ts';
import { DatabaseProbe } from './database-probe.ts';
import { HealthService } from './health.service.ts';

/** The health of a process in any role; the ops port answers with it. */
@Module({
  imports: [TerminusModule.forRoot({ logger: false }), EngineModule],
  providers: [DatabaseProbe, HealthService],
  exports: [HealthService],
})
export class HealthModule {}
