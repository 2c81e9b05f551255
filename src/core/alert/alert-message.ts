import type { AlertStatus, Severity } from './alert-states.ts';
import { type Comparison, SIGNS } from './condition.ts';
import { METRICS, type MetricName } from './metric-catalogue.ts';
import { METRIC_TEXTS_ZH } from './metric-texts-zh.ts';

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

export const MESSAGE_LANGUAGES = ['en', 'zh'] as const;
export type MessageLanguage = (typeof MESSAGE_LANGUAGES)[number];

interface Words {
  readonly kinds: Readonly<Record<NotificationKind, string>>;
  readonly severities: Readonly<Record<Severity, string>>;
  readonly colon: string;
  readonly value: (value: string, condition: string) => string;
  readonly time: (start: string, end: string | null) => string;
  readonly action: string;
  readonly metric: (name: MetricName) => { readonly description: string; readonly action: string };
}

const UNITS = { count: '', seconds: ' s', percent: ' %' };
const WORDS: Readonly<Record<MessageLanguage, Words>> = {
  en: {
    kinds: { firing: 'FIRING', reminder: 'STILL FIRING', resolved: 'RESOLVED', test: 'TEST' },
    severities: { info: 'info', warning: 'warning', critical: 'critical' },
    colon: ': ',
    value: (value, condition) => `Value: ${value}, the rule is ${condition}`,
    time: (start, end) => (end === null ? `Since ${start}` : `From ${start} to ${end}`),
    action: 'What to do: ',
    metric: (name) => METRICS[name],
  },
  zh: {
    kinds: { firing: '告警', reminder: '仍在告警', resolved: '已恢复', test: '测试' },
    severities: { info: '提示', warning: '警告', critical: '严重' },
    colon: '：',
    value: (value, condition) => `当前值：${value}，规则为 ${condition}`,
    time: (start, end) => (end === null ? `开始于 ${start}` : `从 ${start} 到 ${end}`),
    action: '处理方法：',
    metric: (name) => METRIC_TEXTS_ZH[name],
  },
};

const rounded = (value: number): string => String(Math.round(value * 100) / 100);

/** One line: `[FIRING] critical: failures-high`. */
export function titleOf({ kind, severity, rule }: AlertMessage, language: MessageLanguage = 'en'): string {
  const { kinds, severities, colon } = WORDS[language];
  return `[${kinds[kind]}] ${severities[severity]}${colon}${rule}`;
}

/** The lines below the title. */
export function linesOf(message: AlertMessage, language: MessageLanguage = 'en'): string[] {
  const { kind, metric, labels, value, comparison, threshold, startedAt, resolvedAt, url } = message;
  const words = WORDS[language];
  const { description, action } = words.metric(metric);
  const unit = UNITS[METRICS[metric].unit];
  const named = Object.entries(labels).map(([name, label]) => `${name}=${label}`);
  return [
    description,
    words.value(`${rounded(value)}${unit}`, `${SIGNS[comparison]} ${rounded(threshold)}${unit}`),
    ...(named.length > 0 ? [named.join(', ')] : []),
    words.time(startedAt, resolvedAt),
    ...(kind === 'firing' || kind === 'reminder' ? [`${words.action}${action}`] : []),
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
