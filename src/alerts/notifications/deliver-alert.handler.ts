import { Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsUUID } from 'class-validator';
import { cancel } from '../../core/task/outcome.ts';
import { Settings } from '../../platform/config/settings.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { EgressClient } from '../../platform/egress/egress.client.ts';
import { cloudEventSource } from '../../platform/egress/standard-webhook.ts';
import { createHider } from '../../platform/telemetry/scrubber.ts';
import { requestFailure } from '../../tasks/declared/http-failure.ts';
import type { TaskContext } from '../../tasks/definitions/task-context.ts';
import { TaskHandler, type TaskHandlerOf } from '../../tasks/definitions/task-handler.decorator.ts';
import type { ChannelKind } from '../channels/alert-channel.ts';
import { EmailSender } from './email.sender.ts';
import { FeishuSender, SlackSender, WebhookSender } from './http-senders.ts';
import { NotificationMetrics } from './notification-metrics.ts';
import { SELECT_NOTIFICATION } from './notification.sql.ts';
import type { NotificationSender, OutgoingNotification } from './notification-sender.ts';

export const DELIVER_ALERT = 'deliver-alert';

export class DeliverAlertParams {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  notificationId: string;

  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  channelId: string;
}

interface NotificationRow extends OutgoingNotification {
  readonly name: string;
  readonly kind: ChannelKind;
  readonly enabled: boolean;
}

/** Sends one notification to one channel. Retries are those of the engine: about 20 minutes in 8 attempts, more with Retry-After. */
@Injectable()
@TaskHandler({
  name: DELIVER_ALERT,
  description: 'Sends one notification of an alert to one channel.',
  params: DeliverAlertParams,
  concurrencyKey: ({ channelId }: DeliverAlertParams) => `alert-channel:${channelId}`,
  timeoutMs: 60_000,
  maxAttempts: 8,
  backoff: { baseMs: 5_000, maxMs: 3_600_000 },
})
export class DeliverAlertHandler implements TaskHandlerOf<DeliverAlertParams> {
  private readonly sql: SqlExecutor;
  private readonly senders: ReadonlyMap<ChannelKind, NotificationSender>;

  constructor(
    pools: Pools,
    egress: EgressClient,
    private readonly metrics: NotificationMetrics,
    { publicUrl }: Settings,
  ) {
    this.sql = executorOf(pools.api);
    const senders: NotificationSender[] = [
      new WebhookSender(egress, cloudEventSource(publicUrl)),
      new FeishuSender(egress),
      new SlackSender(egress),
      new EmailSender(egress),
    ];
    this.senders = new Map(senders.map((sender) => [sender.kind, sender]));
  }

  /** Messages name the channel instead of its address, which contains a key. */
  async handle({ params, signal }: TaskContext<DeliverAlertParams>): Promise<unknown> {
    const [row] = await this.sql.query<NotificationRow>(SELECT_NOTIFICATION, [params.notificationId]);
    if (!row) return cancel('the notification or its channel was deleted');
    if (!row.enabled && row.message.kind !== 'test') return cancel(`the channel ${row.name} is disabled`);
    const sender = this.senders.get(row.kind);
    if (!sender) throw new Error(`there is no sender for the kind ${row.kind}`);
    const hide = createHider(Object.values(row.secrets));
    try {
      const answer = await sender.send(row, signal);
      this.metrics.attempted(row.kind, 'ok');
      return answer;
    } catch (error) {
      this.metrics.attempted(row.kind, 'failed');
      throw requestFailure(error, `the channel ${row.name}`, hide);
    }
  }
}
