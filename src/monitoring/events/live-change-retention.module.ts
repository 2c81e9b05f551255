import { Module } from '@nestjs/common';
import { EngineModule } from '../../engine/engine.module.ts';
import { LiveChangeRetention } from './live-change.retention.ts';

/** For the role scheduler. */
@Module({ imports: [EngineModule], providers: [LiveChangeRetention] })
export class LiveChangeRetentionModule {}
