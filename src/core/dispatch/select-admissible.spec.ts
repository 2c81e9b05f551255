import { expect, it } from '@jest/globals';
import { selectAdmissible } from './select-admissible.ts';
import type { LimitBudget } from './limit-budget.ts';

const budget = (key: string, slots: number): LimitBudget => ({
  key,
  slots,
  tokens: Number.POSITIVE_INFINITY,
  bucketTokens: null,
  nextTokenMs: null,
});
const waiting = [
  { id: 0, keys: ['a'], capabilities: [] },
  { id: 1, keys: ['a'], capabilities: [] },
  { id: 2, keys: [], capabilities: ['gpu'] },
  { id: 3, keys: ['b'], capabilities: [] },
  { id: 4, keys: [], capabilities: [] },
];

it('selects in order what the limits and the capabilities allow', () => {
  const admitted = selectAdmissible(waiting, { wanted: 9, budgets: [budget('a', 1), budget('b', 0)], capabilities: new Set<string>() });
  expect(admitted.map(({ id }) => id)).toEqual([0, 4]);
});

it('selects as many as are wanted', () => {
  expect(selectAdmissible(waiting, { wanted: 3, budgets: [], capabilities: undefined }).map(({ id }) => id)).toEqual([0, 1, 2]);
});
