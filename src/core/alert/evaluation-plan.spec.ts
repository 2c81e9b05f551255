import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Sample } from './condition.ts';
import { seriesOf } from './condition.ts';
import { type EvaluatedRule, planEvaluation, type StoredAlert } from './evaluation-plan.ts';
import type { MetricName } from './metric-catalogue.ts';

const NOW = new Date('2026-11-30T12:00:00Z');
const AT = { now: NOW, settling: false };
const RULE: EvaluatedRule = {
  id: 'r',
  metric: 'queue_depth',
  comparison: 'above',
  threshold: 5,
  forSeconds: 0,
  repeatSeconds: 0,
  enabled: true,
};
const of = (queue: string, value: number): Sample => ({ labels: { queue }, value });
const readings = (...samples: Sample[]) => new Map<MetricName, readonly Sample[]>([['queue_depth', samples]]);
const firing = (queue: string): StoredAlert => ({
  id: queue,
  ruleId: 'r',
  series: seriesOf({ queue }),
  version: 1,
  value: 9,
  status: 'firing',
  startedAt: NOW,
  silencedUntil: null,
  notifiedAt: NOW,
});
const steps = (...given: Parameters<typeof planEvaluation<EvaluatedRule, StoredAlert>>) =>
  planEvaluation(...given).map(({ step, series, reason }) => [step, series, reason]);

describe('the plan of a round', () => {
  it('opens an alert for each series whose condition holds', () => {
    expect(steps([RULE], readings(of('a', 6), of('b', 5), of('c', 7)), [], AT)).toEqual([
      ['open_firing', '{"queue":"a"}', 'condition_ended'],
      ['open_firing', '{"queue":"c"}', 'condition_ended'],
    ]);
  });

  it('ends the alert of a series that is gone', () => {
    expect(steps([RULE], readings(of('a', 6)), [firing('a'), firing('b')], AT)).toEqual([
      ['keep', '{"queue":"a"}', 'condition_ended'],
      ['resolve', '{"queue":"b"}', 'condition_ended'],
    ]);
  });

  it('has the value that was read, or the last one of a series that is gone', () => {
    const values = planEvaluation([RULE], readings(of('a', 6), of('c', 7)), [firing('a'), firing('b')], AT);
    expect(new Map(values.map(({ series, value }) => [series, value]))).toEqual(
      new Map([
        ['{"queue":"a"}', 6],
        ['{"queue":"b"}', 9],
        ['{"queue":"c"}', 7],
      ]),
    );
  });

  it('leaves the alerts of other rules alone', () => {
    const other: EvaluatedRule = { ...RULE, id: 'other', threshold: 99 };
    const planned = planEvaluation([RULE, other], readings(of('a', 6)), [firing('a')], AT);
    expect(planned.map(({ rule, step }) => [rule.id, step])).toEqual([['r', 'keep']]);
  });

  it('changes nothing of a metric that could not be read', () => {
    expect(steps([RULE], new Map(), [firing('a')], AT)).toEqual([]);
  });

  it('ends the alerts of a disabled rule, read or not', () => {
    expect(steps([{ ...RULE, enabled: false }], new Map(), [firing('a')], AT)).toEqual([['resolve', '{"queue":"a"}', 'rule_disabled']]);
    expect(steps([{ ...RULE, enabled: false }], readings(of('a', 9)), [], AT)).toEqual([]);
  });

  it('opens only alerts of the evaluation itself while values settle', () => {
    const gap: EvaluatedRule = { ...RULE, id: 'g', metric: 'evaluation_gap_seconds' };
    const all = readings(of('a', 9)).set('evaluation_gap_seconds', [{ labels: {}, value: 100 }]);
    expect(steps([RULE, gap], all, [], { now: NOW, settling: true })).toEqual([['open_firing', '{}', 'condition_ended']]);
  });

  it('takes one step for each series, and opens none that is open', () => {
    const queues = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'));
    fc.assert(
      fc.property(queues, queues, fc.nat(10), (seen, open, value) => {
        const planned = planEvaluation([RULE], readings(...seen.map((queue) => of(queue, value))), open.map(firing), AT);
        const series = planned.map((step) => step.series);
        expect(new Set(series).size).toBe(series.length);
        for (const { step, alert } of planned) expect(step.startsWith('open')).toBe(alert === null);
      }),
    );
  });
});
