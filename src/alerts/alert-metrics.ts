import { Injectable } from '@nestjs/common';
import type { NotificationKind } from '../core/alert/alert-message.ts';
import type { AlertStatus, Severity } from '../core/alert/alert-states.ts';
import { Settings } from '../platform/config/settings.ts';
import { Metrics } from '../platform/telemetry/metrics.ts';

export interface OpenAlertCount {
  readonly status: AlertStatus;
  readonly severity: Severity;
  readonly count: number;
}

/** Rounds after which the numbers of a process that evaluates no more are not exposed. */
const STALE_ROUNDS = 4;

/** What the evaluations of this process found. One scheduler evaluates a round, so `max` over the processes is the whole. */
@Injectable()
export class AlertMetrics {
  private readonly changes;
  private readonly rounds;
  private open: { readonly counts: readonly OpenAlertCount[]; readonly at: number } | undefined;

  constructor(metrics: Metrics, { alertInterval }: Settings) {
    this.rounds = metrics.counter('contenthub_alert_evaluations_total', 'Rounds that this process evaluated or failed to.', ['result']);
    this.changes = metrics.counter('contenthub_alert_changes_total', 'Changes of alerts that channels are notified of.', [
      'change',
      'severity',
    ]);
    metrics.gauge('contenthub_alerts', 'Open alerts after the last round that this process evaluated.', ['status', 'severity'], () => {
      const { open } = this;
      if (open === undefined || performance.now() - open.at > STALE_ROUNDS * alertInterval * 1_000) return [];
      return open.counts.map(({ status, severity, count }) => [{ status, severity }, count] as const);
    });
  }

  /** After the commit. */
  evaluated(counts: readonly OpenAlertCount[], changes: readonly { readonly kind: NotificationKind; readonly severity: Severity }[]): void {
    this.rounds.inc({ result: 'ok' });
    for (const { kind, severity } of changes) this.changes.inc({ change: kind, severity });
    this.open = { counts, at: performance.now() };
  }

  failed(): void {
    this.rounds.inc({ result: 'error' });
  }
}
