import { ApiProperty, ApiPropertyOptional, PartialType, PickType } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsNumber, Matches, Max, Min, ValidateBy } from 'class-validator';
import { type Actor, parseActor } from '../../core/actor/actor.ts';
import { SEVERITIES, type Severity } from '../../core/alert/alert-states.ts';
import { COMPARISONS, type Comparison } from '../../core/alert/condition.ts';
import { DEFAULT_REPEAT_SECONDS, type RuleFields } from '../../core/alert/default-rules.ts';
import { METRIC_NAMES, METRICS, type MetricInfo, type MetricName } from '../../core/alert/metric-catalogue.ts';
import type { RulePreview } from '../../core/alert/preview.ts';
import { ActorView } from '../../platform/http/actor.view.ts';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import type { AlertRule } from './alert-rule.ts';

const WEEK_S = 7 * 86_400;
const MOST_LABELS = 10;
const LABELS = { type: 'object', additionalProperties: { type: 'string' }, example: { team: 'content' } } as const;
const LABEL_NAME = /^[a-z][a-z0-9_]{0,49}$/;

function IsLabels(): PropertyDecorator {
  const validate = (value: unknown): boolean => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const entries = Object.entries(value);
    const isLabel = ([name, label]: [string, unknown]): boolean =>
      LABEL_NAME.test(name) && typeof label === 'string' && /^[\P{C}]{1,100}$/u.test(label);
    return entries.length <= MOST_LABELS && entries.every(isLabel);
  };
  const defaultMessage = (): string =>
    `labels must be an object of at most ${MOST_LABELS} texts; names are lower-case letters, digits and _`;
  return ValidateBy({ name: 'isLabels', validator: { validate, defaultMessage } });
}

export class CreateRuleBody {
  @ApiProperty({ example: 'many-retries', description: 'Unique: lower-case letters, digits and hyphens.' })
  @Matches(/^[a-z0-9][a-z0-9-]{0,99}$/, { message: 'name must be lower-case letters, digits and hyphens, at most 100' })
  name: string;

  @ApiProperty({ enum: METRIC_NAMES, example: 'daily_retries', description: 'A name of GET /alert-metrics.' })
  @IsIn(METRIC_NAMES, { message: 'metric must be a name of GET /alert-metrics' })
  metric: MetricName;

  @ApiPropertyOptional({ enum: COMPARISONS, default: 'above' })
  @IsIn(COMPARISONS, { message: `comparison must be one of ${COMPARISONS.join(', ')}` })
  @IfGiven()
  comparison?: Comparison;

  @ApiProperty({ type: 'number', example: 100, description: 'In the unit of the metric; rates are percent.' })
  @IsNumber({ allowNaN: false, allowInfinity: false })
  @Min(-1e12)
  @Max(1e12)
  threshold: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: WEEK_S,
    default: 60,
    description: 'The condition must hold for so long before the alert fires.',
  })
  @IsInt()
  @Min(0)
  @Max(WEEK_S)
  @IfGiven()
  forSeconds?: number;

  @ApiPropertyOptional({ enum: SEVERITIES, default: 'warning' })
  @IsIn(SEVERITIES, { message: `severity must be one of ${SEVERITIES.join(', ')}` })
  @IfGiven()
  severity?: Severity;

  @ApiPropertyOptional({ ...LABELS, description: 'Sent with each notification.' })
  @IsLabels()
  @IfGiven()
  labels?: Record<string, string>;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: WEEK_S,
    default: DEFAULT_REPEAT_SECONDS,
    description: 'A notification again after so long while it fires, until a person acknowledges it. 0: none.',
  })
  @IsInt()
  @Min(0)
  @Max(WEEK_S)
  @IfGiven()
  repeatSeconds?: number;

  @ApiPropertyOptional({ default: true })
  @IsBoolean()
  @IfGiven()
  enabled?: boolean;
}

export class UpdateRuleBody extends PartialType(CreateRuleBody, { skipNullProperties: false }) {}

export class PreviewBody extends PickType(CreateRuleBody, ['metric', 'comparison', 'threshold'] as const) {}

export class AlertRuleView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ example: 'failures-high' })
  name: string;
  @ApiProperty({ enum: METRIC_NAMES })
  metric: MetricName;
  @ApiProperty({ enum: COMPARISONS })
  comparison: Comparison;
  @ApiProperty({ type: 'number' })
  threshold: number;
  @ApiProperty({ type: 'integer' })
  forSeconds: number;
  @ApiProperty({ enum: SEVERITIES })
  severity: Severity;
  @ApiProperty(LABELS)
  labels: Record<string, string>;
  @ApiProperty({ type: 'integer' })
  repeatSeconds: number;
  @ApiProperty()
  enabled: boolean;
  @ApiProperty({ type: 'integer', description: 'The ETag.' })
  version: number;
  @ApiProperty({ type: ActorView, description: 'The system for the default rules.' })
  createdBy: Actor;
  @ApiProperty({ format: 'date-time' })
  createdAt: Date;
  @ApiProperty({ format: 'date-time' })
  updatedAt: Date;
}

export class AlertRuleList {
  @ApiProperty({ type: [AlertRuleView] })
  items: AlertRuleView[];
}

class PreviewDayView {
  @ApiProperty({ format: 'date', description: 'In UTC.' })
  day: string;
  @ApiProperty({ type: 'number', nullable: true, description: 'At the end of the day; null when nothing ended.' })
  value: number | null;
  @ApiProperty({ description: 'The condition holds.' })
  met: boolean;
}

export class PreviewView {
  @ApiProperty({ description: 'False: the metric has no history, so nothing can be said.' })
  hasHistory: boolean;
  @ApiProperty({ type: 'integer', nullable: true, description: 'How often the rule would have fired in 7 days; null without a history.' })
  firings: number | null;
  @ApiProperty({ description: 'What the number means, in a sentence.' })
  explanation: string;
  @ApiProperty({ type: [PreviewDayView], description: 'The oldest first; empty without a history.' })
  days: PreviewDayView[];
}

class MetricView implements MetricInfo {
  @ApiProperty({ enum: METRIC_NAMES })
  name: MetricName;
  @ApiProperty({ enum: ['count', 'seconds', 'percent'] })
  unit: MetricInfo['unit'];
  @ApiProperty({ type: [String], description: 'A rule has one alert for each combination of their values.' })
  labels: string[];
  @ApiProperty()
  description: string;
  @ApiProperty({ description: 'What to do when it is too high.' })
  action: string;
  @ApiProperty({ type: 'string', enum: ['daily', null], nullable: true, description: 'daily: GET /alert-rules/{id}/preview can judge it.' })
  history: 'daily' | null;
}

export class MetricList {
  @ApiProperty({ type: [MetricView] })
  items: MetricView[];
}

export function toRuleFields(body: CreateRuleBody): RuleFields {
  const defaults = { comparison: 'above', forSeconds: 60, severity: 'warning', labels: {}, repeatSeconds: DEFAULT_REPEAT_SECONDS } as const;
  return {
    ...defaults,
    enabled: true,
    ...Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)),
  } as RuleFields;
}

export function toRuleView({ createdBy, labels, ...rule }: AlertRule): AlertRuleView {
  return { ...rule, labels: { ...labels }, createdBy: parseActor(createdBy) };
}

export function toMetricList(): MetricList {
  return { items: METRIC_NAMES.map((name) => ({ name, ...METRICS[name], labels: [...METRICS[name].labels] })) };
}

export function toPreviewView(metric: MetricName, preview: RulePreview | null): PreviewView {
  if (preview === null) {
    const explanation = `${metric} has no history, so nobody can say how often the rule would have fired.`;
    return { hasHistory: false, firings: null, explanation, days: [] };
  }
  const times = preview.firings === 1 ? 'once' : `${preview.firings} times`;
  const explanation = `The rule would have fired ${times} in the last 7 days, by the value at the end of each day (UTC).`;
  return { hasHistory: true, firings: preview.firings, explanation, days: preview.days.map((day) => ({ ...day })) };
}
