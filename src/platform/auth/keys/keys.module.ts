import { Module } from '@nestjs/common';
import { KeyRepository } from './key.repository.ts';
import { KeyService } from './key.service.ts';
import { KeysController } from './keys.controller.ts';

/** The administration of API keys, for the api role. */
@Module({ providers: [KeyRepository, KeyService], controllers: [KeysController] })
export class KeysModule {}
