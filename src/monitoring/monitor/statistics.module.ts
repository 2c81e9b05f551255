import { Module } from '@nestjs/common';
import { EngineModule } from '../../engine/engine.module.ts';
import { StatisticsLoop } from './statistics.loop.ts';

/** For the role scheduler: the loop starts with the application. */
@Module({ imports: [EngineModule], providers: [StatisticsLoop] })
export class StatisticsModule {}
