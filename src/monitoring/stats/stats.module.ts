import { Module } from '@nestjs/common';
import { TasksModule } from '../../tasks/tasks.module.ts';
import { StatsController } from './stats.controller.ts';

@Module({ imports: [TasksModule], controllers: [StatsController] })
export class StatsModule {}
