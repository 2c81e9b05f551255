import { Global, Module } from '@nestjs/common';
import { Settings } from '../config/settings.ts';
import { createLogger, Logger } from './logger.ts';

@Global()
@Module({
  providers: [{ provide: Logger, inject: [Settings], useFactory: (settings: Settings) => createLogger(settings) }],
  exports: [Logger],
})
export class TelemetryModule {}
