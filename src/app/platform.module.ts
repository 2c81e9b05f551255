import { Module } from '@nestjs/common';
import { ConfigModule } from '../platform/config/config.module.ts';
import { DatabaseModule } from '../platform/database/database.module.ts';
import { LifecycleModule } from '../platform/lifecycle/lifecycle.module.ts';
import { TelemetryModule } from '../platform/telemetry/telemetry.module.ts';

/** Settings, log, database and lifecycle, for every role. */
@Module({ imports: [ConfigModule, TelemetryModule, LifecycleModule, DatabaseModule] })
export class PlatformModule {}
