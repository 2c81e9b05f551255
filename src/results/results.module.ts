import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { EgressClient } from '../platform/egress/egress.client.ts';
import { TasksModule } from '../tasks/tasks.module.ts';
import { DeliverEventHandler } from './events/deliver-event.handler.ts';
import { EventDispatcher } from './events/event-dispatcher.ts';
import { EventRetention } from './events/event-retention.ts';
import { EventWriter } from './events/event-writer.ts';
import { ResultHandlerRegistry } from './result-handler.registry.ts';
import { ResultService } from './result.service.ts';

/** The ends of attempts, their effects, and events with their deliveries. */
@Module({
  imports: [DiscoveryModule, TasksModule],
  providers: [ResultHandlerRegistry, ResultService, EventWriter, EgressClient, DeliverEventHandler, EventDispatcher, EventRetention],
  exports: [ResultHandlerRegistry, ResultService, EventWriter, EventDispatcher],
})
export class ResultsModule {}
