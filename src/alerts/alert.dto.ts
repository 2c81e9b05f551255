import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsIn, IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { type Actor, parseActor } from '../core/actor/actor.ts';
import { NOTIFICATION_KINDS, type NotificationKind } from '../core/alert/alert-message.ts';
import { ALERT_STATUSES, type AlertStatus, SEVERITIES, type Severity } from '../core/alert/alert-states.ts';
import { COMPARISONS, type Comparison } from '../core/alert/condition.ts';
import { METRIC_NAMES, type MetricName } from '../core/alert/metric-catalogue.ts';
import { ActorView } from '../platform/http/actor.view.ts';
import { IfGiven } from '../platform/http/if-given.decorator.ts';
import { IsFilled } from '../platform/http/is-filled.decorator.ts';
import { PageQuery } from '../platform/http/paging.ts';
import { ToArray } from '../platform/http/to-array.decorator.ts';
import { type Alert, type AlertChange, type AlertDelivery, DELIVERY_STATUSES } from './alert.ts';

const LONGEST_SILENCE = 30 * 86_400;
const TIME_OR_NULL = { type: 'string', format: 'date-time', nullable: true } as const;

export class AlertsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ALERT_STATUSES, isArray: true, description: 'May be repeated.' })
  @ToArray()
  @IsArray()
  @ArrayMaxSize(10)
  @IsIn(ALERT_STATUSES, { each: true, message: `status must be one of ${ALERT_STATUSES.join(', ')}` })
  @IfGiven()
  status?: AlertStatus[];

  @ApiPropertyOptional({ enum: SEVERITIES, isArray: true, description: 'May be repeated.' })
  @ToArray()
  @IsArray()
  @ArrayMaxSize(10)
  @IsIn(SEVERITIES, { each: true, message: `severity must be one of ${SEVERITIES.join(', ')}` })
  @IfGiven()
  severity?: Severity[];

  @ApiPropertyOptional({ maxLength: 100, description: 'Id or exact name of the rule.' })
  @IsString()
  @MaxLength(100)
  @IfGiven()
  rule?: string;
}

export class AlertNoteBody {
  @ApiPropertyOptional({ maxLength: 500, example: 'The provider is down; I have called them.', description: 'For the history.' })
  @IsString()
  @IsFilled()
  @MaxLength(500)
  @IfGiven()
  note?: string;
}

export class SilenceBody extends AlertNoteBody {
  @ApiProperty({
    type: 'integer',
    minimum: 60,
    maximum: LONGEST_SILENCE,
    example: 7_200,
    description: 'No notifications for so long. After that the alert fires again, if its condition still holds.',
  })
  @IsInt()
  @Min(60)
  @Max(LONGEST_SILENCE)
  seconds: number;
}

class AlertRuleLinkView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ example: 'failures-high' })
  name: string;
  @ApiProperty({ enum: METRIC_NAMES })
  metric: MetricName;
}

export class AlertView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ type: AlertRuleLinkView })
  rule: AlertRuleLinkView;
  @ApiProperty({
    enum: ALERT_STATUSES,
    description: 'pending: the condition holds, but not for long enough. A resolved alert never opens again.',
  })
  status: AlertStatus;
  @ApiProperty({ enum: SEVERITIES })
  severity: Severity;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { queue: 'content' },
    description: 'Of the rule and of the series.',
  })
  labels: Record<string, string>;
  @ApiProperty({ type: 'number', description: 'As last evaluated.' })
  value: number;
  @ApiProperty({ enum: COMPARISONS })
  comparison: Comparison;
  @ApiProperty({ type: 'number', description: 'Of the rule when the alert was opened.' })
  threshold: number;
  @ApiProperty({ format: 'date-time', description: 'When the condition was first seen.' })
  startedAt: Date;
  @ApiProperty(TIME_OR_NULL)
  firedAt: Date | null;
  @ApiProperty(TIME_OR_NULL)
  resolvedAt: Date | null;
  @ApiProperty(TIME_OR_NULL)
  silencedUntil: Date | null;
  @ApiProperty({ ...TIME_OR_NULL, description: 'Of the last notification that it fires, for all channels together.' })
  notifiedAt: Date | null;
  @ApiProperty({
    example: 'condition',
    description: 'Of the last change: condition, condition_ended, rule_disabled, silence_ended, acknowledge, silence or unsilence.',
  })
  reason: string;
  @ApiProperty({ type: ActorView, description: 'Who made the last change.' })
  actor: Actor;
  @ApiProperty({ type: 'string', nullable: true })
  note: string | null;
  @ApiProperty({ format: 'date-time' })
  updatedAt: Date;
}

export class AlertChangeView {
  @ApiProperty({ type: 'string', enum: [...ALERT_STATUSES, null], nullable: true })
  fromStatus: AlertStatus | null;
  @ApiProperty({ enum: ALERT_STATUSES })
  toStatus: AlertStatus;
  @ApiProperty({ example: 'condition' })
  reason: string;
  @ApiProperty({ type: ActorView })
  actor: Actor;
  @ApiProperty({ type: 'string', nullable: true })
  note: string | null;
  @ApiProperty({ type: 'number' })
  value: number;
  @ApiProperty(TIME_OR_NULL)
  silencedUntil: Date | null;
  @ApiProperty({ format: 'date-time' })
  at: Date;
}

export class AlertDeliveryView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ example: 'ops' })
  channelName: string;
  @ApiProperty({ enum: NOTIFICATION_KINDS })
  kind: NotificationKind;
  @ApiProperty({ enum: DELIVERY_STATUSES, description: 'Of the execution that delivers it.' })
  status: (typeof DELIVERY_STATUSES)[number];
  @ApiProperty({ type: 'integer' })
  attempts: number;
  @ApiProperty({ type: 'string', nullable: true })
  error: string | null;
  @ApiProperty({ type: 'string', format: 'uuid', nullable: true })
  executionId: string | null;
  @ApiProperty({ format: 'date-time' })
  createdAt: Date;
}

export class AlertDetailView extends AlertView {
  @ApiProperty({ type: [AlertChangeView], description: 'The newest first, at most 200.' })
  history: AlertChangeView[];
  @ApiProperty({ type: [AlertDeliveryView], description: 'The newest first, at most 200.' })
  notifications: AlertDeliveryView[];
}

export class AlertPage {
  @ApiProperty({ type: [AlertView] })
  items: AlertView[];
  @ApiProperty({ type: 'string', nullable: true })
  nextCursor: string | null;
}

export function toAlertView({ ruleId, ruleName, metric, ruleLabels, series, actor, ...alert }: Alert): AlertView {
  const { id, status, severity, value, comparison, threshold, startedAt, firedAt, resolvedAt, silencedUntil, notifiedAt } = alert;
  const { reason, note, updatedAt } = alert;
  return {
    id,
    rule: { id: ruleId, name: ruleName, metric },
    status,
    severity,
    labels: { ...ruleLabels, ...(JSON.parse(series) as Record<string, string>) },
    value,
    comparison,
    threshold,
    startedAt,
    firedAt,
    resolvedAt,
    silencedUntil,
    notifiedAt,
    reason,
    actor: parseActor(actor),
    note,
    updatedAt,
  };
}

export function toAlertDetail(alert: Alert, history: readonly AlertChange[], notifications: readonly AlertDelivery[]): AlertDetailView {
  return {
    ...toAlertView(alert),
    history: history.map(({ actor, ...change }) => ({ ...change, actor: parseActor(actor) })),
    notifications: [...notifications],
  };
}
