import { Injectable } from '@nestjs/common';
import { Metrics } from '../../platform/telemetry/metrics.ts';

/** Counts what tasks of the publish pool did. `kind` is that of a registered channel. */
@Injectable()
export class PublishMetrics {
  private readonly outcomes;

  constructor(metrics: Metrics) {
    this.outcomes = metrics.counter('contenthub_publish_outcomes_total', 'Calls of channels, by the recorded outcome.', [
      'channel',
      'outcome',
    ]);
  }

  recorded(channel: string, outcome: string): void {
    this.outcomes.inc({ channel, outcome });
  }
}
