import { Module } from '@nestjs/common';
import { TasksModule } from '../../tasks/tasks.module.ts';
import { BlockersController } from './blockers.controller.ts';
import { BlockersService } from './blockers.service.ts';

@Module({ imports: [TasksModule], providers: [BlockersService], controllers: [BlockersController] })
export class BlockersModule {}
