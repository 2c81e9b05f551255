import { compareText } from '../text/compare-text.ts';

export const COMPARISONS = ['above', 'at_least', 'below', 'at_most'] as const;
export type Comparison = (typeof COMPARISONS)[number];

export interface Condition {
  readonly comparison: Comparison;
  readonly threshold: number;
}

const HOLDS: Readonly<Record<Comparison, (value: number, threshold: number) => boolean>> = {
  above: (value, threshold) => value > threshold,
  at_least: (value, threshold) => value >= threshold,
  below: (value, threshold) => value < threshold,
  at_most: (value, threshold) => value <= threshold,
};

/** Signs, for texts. */
export const SIGNS: Readonly<Record<Comparison, string>> = { above: '>', at_least: '≥', below: '<', at_most: '≤' };

export function holds({ comparison, threshold }: Condition, value: number): boolean {
  return HOLDS[comparison](value, threshold);
}

/** One value of a metric. The labels name the series: `{queue: 'content'}`. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The labels as text in a fixed order, so that equal labels are equal texts. */
export function seriesOf(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.fromEntries(Object.entries(labels).toSorted(([a], [b]) => compareText(a, b))));
}
