import { Module } from '@nestjs/common';
import { AgentsModule } from '../../agents/agents.module.ts';
import { TasksModule } from '../../tasks/tasks.module.ts';
import { CreatorsModule } from '../../creators/creators.module.ts';
import { BlockersController } from './blockers.controller.ts';
import { BlockersService } from './blockers.service.ts';

@Module({ imports: [TasksModule, AgentsModule, CreatorsModule], providers: [BlockersService], controllers: [BlockersController] })
export class BlockersModule {}
