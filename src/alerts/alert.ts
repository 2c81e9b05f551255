import type { AlertStatus, Severity } from '../core/alert/alert-states.ts';
import type { Comparison } from '../core/alert/condition.ts';
import type { NotificationKind } from '../core/alert/alert-message.ts';
import type { MetricName } from '../core/alert/metric-catalogue.ts';

export interface Alert {
  readonly id: string;
  readonly ruleId: string;
  readonly ruleName: string;
  readonly metric: MetricName;
  readonly ruleLabels: Readonly<Record<string, string>>;
  /** The labels of the series as text. */
  readonly series: string;
  readonly status: AlertStatus;
  readonly severity: Severity;
  readonly comparison: Comparison;
  readonly threshold: number;
  readonly value: number;
  readonly startedAt: Date;
  readonly firedAt: Date | null;
  readonly resolvedAt: Date | null;
  readonly silencedUntil: Date | null;
  readonly notifiedAt: Date | null;
  readonly reason: string;
  readonly actor: string;
  readonly note: string | null;
  readonly version: number;
  readonly updatedAt: Date;
}

export interface AlertChange {
  readonly fromStatus: AlertStatus | null;
  readonly toStatus: AlertStatus;
  readonly reason: string;
  readonly actor: string;
  readonly note: string | null;
  readonly value: number;
  readonly silencedUntil: Date | null;
  readonly at: Date;
}

export const DELIVERY_STATUSES = ['pending', 'running', 'delivered', 'failed', 'cancelled'] as const;

export interface AlertDelivery {
  readonly id: string;
  readonly channelName: string;
  readonly kind: NotificationKind;
  readonly status: (typeof DELIVERY_STATUSES)[number];
  readonly attempts: number;
  readonly error: string | null;
  readonly executionId: string | null;
  readonly createdAt: Date;
}
