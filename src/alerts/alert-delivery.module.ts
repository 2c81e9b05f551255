import { Module } from '@nestjs/common';
import { EgressClient } from '../platform/egress/egress.client.ts';
import { TasksModule } from '../tasks/tasks.module.ts';
import { NotificationMetrics } from './notifications/notification-metrics.ts';
import { DeliverAlertHandler } from './notifications/deliver-alert.handler.ts';

/** Delivers notifications, in every role. */
@Module({ imports: [TasksModule], providers: [EgressClient, NotificationMetrics, DeliverAlertHandler] })
export class AlertDeliveryModule {}
