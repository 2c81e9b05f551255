import type { AlertStatus, Severity } from './alert-states.ts';
import { type Comparison, SIGNS } from './condition.ts';
import { METRICS, type MetricName } from './metric-catalogue.ts';

export const NOTIFICATION_KINDS = ['firing', 'reminder', 'resolved', 'test'] as const;
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number];

/** What a notification says. It is stored with the notification, so that each attempt to deliver it sends the same. */
export interface AlertMessage {
  readonly kind: NotificationKind;
  /** Null for a test. */
  readonly alertId: string | null;
  readonly status: AlertStatus;
  readonly rule: string;
  readonly metric: MetricName;
  readonly severity: Severity;
  /** Of the rule and of the series. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly comparison: Comparison;
  readonly threshold: number;
  readonly startedAt: string;
  readonly firedAt: string | null;
  readonly resolvedAt: string | null;
  /** Of the alert in the API; null without PUBLIC_URL. */
  readonly url: string | null;
}

const UNITS = { count: '', seconds: ' s', percent: ' %' };
const WORDS: Readonly<Record<NotificationKind, string>> = {
  firing: 'FIRING',
  reminder: 'STILL FIRING',
  resolved: 'RESOLVED',
  test: 'TEST',
};

const rounded = (value: number): string => String(Math.round(value * 100) / 100);

/** One line: `[FIRING] critical: failures-high`. */
export function titleOf({ kind, severity, rule }: AlertMessage): string {
  return `[${WORDS[kind]}] ${severity}: ${rule}`;
}

/** The lines below the title. */
export function linesOf({ kind, metric, labels, value, comparison, threshold, startedAt, resolvedAt, url }: AlertMessage): string[] {
  const { unit, description, action } = METRICS[metric];
  const named = Object.entries(labels).map(([name, label]) => `${name}=${label}`);
  return [
    description,
    `Value: ${rounded(value)}${UNITS[unit]}, the rule is ${SIGNS[comparison]} ${rounded(threshold)}${UNITS[unit]}`,
    ...(named.length > 0 ? [named.join(', ')] : []),
    resolvedAt === null ? `Since ${startedAt}` : `From ${startedAt} to ${resolvedAt}`,
    ...(kind === 'firing' || kind === 'reminder' ? [`What to do: ${action}`] : []),
    ...(url === null ? [] : [url]),
  ];
}

/** A message that shows how notifications of a channel look. */
export function sampleMessage(now: Date): AlertMessage {
  return {
    kind: 'test',
    alertId: null,
    status: 'firing',
    rule: 'test-of-the-channel',
    metric: 'backlog',
    severity: 'info',
    labels: {},
    value: 51,
    comparison: 'above',
    threshold: 50,
    startedAt: now.toISOString(),
    firedAt: now.toISOString(),
    resolvedAt: null,
    url: null,
  };
}
