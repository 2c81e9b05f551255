import { Injectable } from '@nestjs/common';
import { Metrics } from '../../platform/telemetry/metrics.ts';
import type { ChannelKind } from '../channels/alert-channel.ts';

/** Counts the notifications that this process tried to deliver. */
@Injectable()
export class NotificationMetrics {
  private readonly attempts;

  constructor(metrics: Metrics) {
    this.attempts = metrics.counter('contenthub_alert_notifications_total', 'Attempts to deliver a notification of an alert.', [
      'kind',
      'result',
    ]);
  }

  attempted(kind: ChannelKind, result: 'ok' | 'failed'): void {
    this.attempts.inc({ kind, result });
  }
}
