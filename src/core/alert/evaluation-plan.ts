import { type AlertStep, nextStep, type OpenAlert } from './alert-states.ts';
import { type Condition, holds, type Sample, seriesOf } from './condition.ts';
import { ABOUT_EVALUATION, type MetricName } from './metric-catalogue.ts';

export interface EvaluatedRule extends Condition {
  readonly id: string;
  readonly metric: MetricName;
  readonly forSeconds: number;
  readonly repeatSeconds: number;
  readonly enabled: boolean;
}

export interface StoredAlert extends OpenAlert {
  readonly id: string;
  readonly ruleId: string;
  readonly series: string;
  readonly version: number;
  readonly value: number;
}

export interface PlannedStep<Rule, Stored> {
  readonly step: Exclude<AlertStep, 'none'>;
  readonly rule: Rule;
  readonly series: string;
  readonly value: number;
  /** Null for a step that opens one. */
  readonly alert: Stored | null;
  /** Why the condition no longer holds. */
  readonly reason: 'condition_ended' | 'rule_disabled';
}

/** The samples of each metric that could be read. */
export type Readings = ReadonlyMap<MetricName, readonly Sample[]>;

/**
 * What one round does. A metric without a reading leaves the alerts of its rules as they are; a series that is gone ends its alert.
 * While `settling`, only the metrics of the evaluation itself open or fire alerts.
 */
export function planEvaluation<Rule extends EvaluatedRule, Stored extends StoredAlert>(
  rules: readonly Rule[],
  readings: Readings,
  open: readonly Stored[],
  { now, settling }: { now: Date; settling: boolean },
): PlannedStep<Rule, Stored>[] {
  return rules.flatMap((rule) => {
    const samples = readings.get(rule.metric);
    if (rule.enabled && samples === undefined) return [];
    const values = new Map((samples ?? []).map(({ labels, value }) => [seriesOf(labels), value]));
    const alerts = new Map(open.filter(({ ruleId }) => ruleId === rule.id).map((alert) => [alert.series, alert]));
    const { forSeconds, repeatSeconds } = rule;
    const lastValues = [...alerts].map(([series, { value }]): [string, number] => [series, value]);
    return [...new Map([...lastValues, ...values])].flatMap(([series, value]) => {
      const alert = alerts.get(series) ?? null;
      const met = rule.enabled && values.has(series) && holds(rule, value);
      const held = settling && !ABOUT_EVALUATION.has(rule.metric);
      const step = nextStep(alert, { met, now, forSeconds, repeatSeconds, settling: held });
      if (step === 'none') return [];
      const reason = rule.enabled ? 'condition_ended' : 'rule_disabled';
      return [{ step, rule, series, value, alert, reason }];
    });
  });
}
