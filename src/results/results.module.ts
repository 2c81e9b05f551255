import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TasksModule } from '../tasks/tasks.module.ts';
import { ResultHandlerRegistry } from './result-handler.registry.ts';
import { ResultService } from './result.service.ts';

@Module({
  imports: [DiscoveryModule, TasksModule],
  providers: [ResultHandlerRegistry, ResultService],
  exports: [ResultHandlerRegistry, ResultService],
})
export class ResultsModule {}
