import { Global, Module } from '@nestjs/common';
import { Settings } from '../config/settings.ts';
import { createLogger, Logger } from './logger.ts';
import { Metrics } from './metrics.ts';

@Global()
@Module({
  providers: [{ provide: Logger, inject: [Settings], useFactory: (settings: Settings) => createLogger(settings) }, Metrics],
  exports: [Logger, Metrics],
})
export class TelemetryModule {}
