import { Injectable } from '@nestjs/common';
import { Metrics } from '../../platform/telemetry/metrics.ts';

/** Counts requests to endpoints of webhooks. `result`: `ok`, `http_4xx` and its like, or a code of the client for outbound requests. */
@Injectable()
export class WebhookMetrics {
  private readonly attempts;
  private readonly duration;

  constructor(metrics: Metrics) {
    this.attempts = metrics.counter(
      'contenthub_webhook_attempts_total',
      'Requests to endpoints of webhooks by this process. result: ok, http_4xx and its like, or why there was no answer.',
      ['result'],
    );
    this.duration = metrics.histogram('contenthub_webhook_attempt_duration_seconds', 'Duration of requests to endpoints of webhooks.', {
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    });
  }

  sent(status: number | null, errorCode: string | null, durationMs: number): void {
    const result = errorCode === null ? 'ok' : status === null ? errorCode : `http_${Math.floor(status / 100)}xx`;
    this.attempts.inc({ result });
    this.duration.observe(durationMs / 1_000);
  }
}
