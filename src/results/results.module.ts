import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { EgressClient } from '../platform/egress/egress.client.ts';
import { TasksModule } from '../tasks/tasks.module.ts';
import { EventRetention } from './events/event-retention.ts';
import { EventWriter } from './events/event-writer.ts';
import { ResultHandlerRegistry } from './result-handler.registry.ts';
import { ResultService } from './result.service.ts';
import { DeliverEventHandler } from './webhooks/deliver-event.handler.ts';
import { DeliveryLog } from './webhooks/delivery-log.ts';
import { DeliveryService } from './webhooks/delivery.service.ts';
import { EventDispatcher } from './webhooks/event-dispatcher.ts';
import { SettingsWebhook } from './webhooks/settings-webhook.ts';
import { WebhookAddress } from './webhooks/webhook-address.ts';
import { WebhookMetrics } from './webhooks/webhook-metrics.ts';
import { WebhookSecretsService } from './webhooks/webhook-secrets.service.ts';
import { WebhookSender } from './webhooks/webhook-sender.ts';
import { WebhookService } from './webhooks/webhook.service.ts';

const EVENTS = [EventWriter, EventDispatcher, EventRetention];
const DELIVERIES = [DeliverEventHandler, DeliveryLog, DeliveryService, WebhookSender, WebhookMetrics];
const WEBHOOKS = [WebhookService, WebhookSecretsService, WebhookAddress, SettingsWebhook];

/** The ends of attempts, their effects, and events with their deliveries to webhooks. */
@Module({
  imports: [DiscoveryModule, TasksModule],
  providers: [ResultHandlerRegistry, ResultService, EgressClient, ...EVENTS, ...DELIVERIES, ...WEBHOOKS],
  exports: [
    ResultHandlerRegistry,
    ResultService,
    EventWriter,
    EventDispatcher,
    DeliveryService,
    WebhookService,
    WebhookSecretsService,
    WebhookSender,
    SettingsWebhook,
  ],
})
export class ResultsModule {}
