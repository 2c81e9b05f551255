import { Global, Module } from '@nestjs/common';
import { loadSettings, Settings } from './settings.ts';

@Global()
@Module({
  providers: [{ provide: Settings, useFactory: () => loadSettings() }],
  exports: [Settings],
})
export class ConfigModule {}
