import { Module } from '@nestjs/common';
import { ResultsModule } from '../results.module.ts';
import { DeliveriesController } from './deliveries.controller.ts';
import { WebhooksController } from './webhooks.controller.ts';

/** The HTTP API of webhooks, for the api role. */
@Module({ imports: [ResultsModule], controllers: [WebhooksController, DeliveriesController] })
export class WebhooksApiModule {}
