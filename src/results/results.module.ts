import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TasksModule } from '../tasks/tasks.module.ts';
import { OutboxWriter } from './outbox-writer.ts';
import { ResultHandlerRegistry } from './result-handler.registry.ts';
import { ResultService } from './result.service.ts';

@Module({
  imports: [DiscoveryModule, TasksModule],
  providers: [ResultHandlerRegistry, ResultService, OutboxWriter],
  exports: [ResultHandlerRegistry, ResultService, OutboxWriter],
})
export class ResultsModule {}
