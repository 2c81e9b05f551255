import { Module } from '@nestjs/common';
import { AgentsModule } from '../../agents/agents.module.ts';
import { SystemController } from './system.controller.ts';

@Module({ imports: [AgentsModule], controllers: [SystemController] })
export class SystemModule {}
