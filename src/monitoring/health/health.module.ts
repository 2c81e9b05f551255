import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { TasksModule } from '../../tasks/tasks.module.ts';
import { DatabaseProbe } from './database-probe.ts';
import { HealthController } from './health.controller.ts';

@Module({ imports: [TerminusModule.forRoot({ logger: false }), TasksModule], providers: [DatabaseProbe], controllers: [HealthController] })
export class HealthModule {}
