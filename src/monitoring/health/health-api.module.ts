import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.ts';
import { HealthModule } from './health.module.ts';

/** The health routes of the API. */
@Module({ imports: [HealthModule], controllers: [HealthController] })
export class HealthApiModule {}
