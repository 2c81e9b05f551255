import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { AccountDirectory } from './account-directory.ts';
import { KeyRepository } from './key.repository.ts';
import { KeyService } from './key.service.ts';
import { KeysController } from './keys.controller.ts';

/** The administration of API keys, for the api role. */
@Module({
  imports: [DiscoveryModule],
  providers: [AccountDirectory, KeyRepository, KeyService],
  controllers: [KeysController],
  exports: [AccountDirectory],
})
export class KeysModule {}
