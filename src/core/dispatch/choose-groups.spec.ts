import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chooseGroups, type DispatchChoice, type ReadyGroup, type DispatchState, STRATEGIES } from './choose-groups.ts';
import { toDispatchGroup } from './dispatch-group.ts';
import type { LimitBudget } from './limit-budget.ts';

const budget = (key: string, slots: number, tokens = Number.POSITIVE_INFINITY, nextTokenMs = 40): LimitBudget => ({
  key,
  slots,
  tokens,
  bucketTokens: null,
  nextTokenMs: Number.isFinite(tokens) ? nextTokenMs : null,
});
/** `cap:gpu+llm|account:7|provider:p` */
const groupOf = (text: string | null) => {
  const parts = text?.split('|') ?? [];
  const capabilities = parts[0]?.startsWith('cap:') ? (parts.shift() ?? '').slice(4).split('+') : [];
  return { group: text, keys: parts, capabilities };
};
const ready = (text: string | null, ...ranks: number[]): ReadyGroup => ({ name: 'work', ...groupOf(text), ranks, hasMore: false });
const running = (counts: Record<string, number>) => Object.entries(counts).map(([text, count]) => ({ ...groupOf(text), count }));
const ten = (from: number) => Array.from({ length: 10 }, (_, i) => from + i);

const choose = (given: Partial<DispatchState>) =>
  chooseGroups({
    strategy: 'priority',
    ready: [],
    wanted: 10,
    budgets: [],
    active: [],
    capabilities: undefined,
    lastGroup: null,
    ...given,
  });
const countsOf = ({ take }: DispatchChoice) => Object.fromEntries([...take].map(([{ group }, count]) => [group ?? '-', count]));
const taken = (given: Partial<DispatchState>) => countsOf(choose(given));

describe('the strategy', () => {
  const groups = [ready('a', ...ten(0)), ready('b', ...ten(100)), ready(null, ...ten(5))];

  it('priority takes the smallest ranks, across all groups', () => {
    expect(taken({ ready: groups, strategy: 'priority' })).toEqual({ a: 8, '-': 2 }); // 0–7 and 5, 6; of equal ranks the first in turn
  });

  it('round_robin takes from each group in turn and continues after the last one', () => {
    expect(taken({ ready: groups, strategy: 'round_robin', wanted: 4 })).toEqual({ '-': 1, a: 2, b: 1 });
    expect(choose({ ready: groups, strategy: 'round_robin', wanted: 1, lastGroup: 'a' }).lastGroup).toBe('b');
    expect(choose({ ready: groups, strategy: 'round_robin', wanted: 1, lastGroup: 'b' }).lastGroup).toBeNull();
  });

  it('round_robin gives a group one turn, however many names it has', () => {
    const two = [ready('a', 3, 4), { ...ready('a', 1, 2), name: 'other' }, ready('b', 9, 9)];
    for (const inAnyOrder of [two, two.toReversed()]) {
      const { take } = choose({ ready: inAnyOrder, strategy: 'round_robin', wanted: 3, lastGroup: 'b' });
      expect(new Set([...take].map(([{ name, group }, count]) => `${name} ${group} ${count}`))).toEqual(new Set(['other a 2', 'work b 1']));
    }
  });

  it.each(STRATEGIES)('%s takes the task that is listed first of two names with the same rank', (strategy) => {
    const two = [ready('a', 1), { ...ready('a', 1), name: 'other' }];
    expect([...choose({ ready: two, strategy, wanted: 1 }).take.keys()]).toEqual([two[0]]);
  });

  it('gives the tasks after the known ones the last known rank', () => {
    const groups = [{ ...ready('a', 0, 3, 10), hasMore: true }, ready('b', 1, 4, 5, 7)];
    expect(taken({ ready: groups, strategy: 'fair', wanted: 7 })).toEqual({ a: 3, b: 4 });
    expect(taken({ ready: groups, strategy: 'fair', wanted: 9 })).toEqual({ a: 5, b: 4 });
  });

  it('takes nothing from a group without known tasks', () => {
    expect(taken({ ready: [{ ...ready('a'), hasMore: true }] })).toEqual({});
  });

  it('fair prefers the keys with the fewest running tasks', () => {
    expect(taken({ ready: groups, strategy: 'fair', active: running({ a: 5 }), wanted: 4 })).toEqual({ '-': 2, b: 2 });
  });

  it('fair counts groups without a key separately', () => {
    expect(taken({ ready: [ready('cap:gpu', 0, 1), ready('cap:llm', 100, 101)], strategy: 'fair', wanted: 2 })).toEqual({
      'cap:gpu': 1,
      'cap:llm': 1,
    });
  });

  it('fair counts all groups of one key together', () => {
    const keyed = [ready('cap:gpu|x', 0, 1), ready('x|task:t', 2, 3), ready('y', 100, 101)];
    expect(taken({ ready: keyed, strategy: 'fair', wanted: 4 })).toEqual({ 'cap:gpu|x': 2, y: 2 });
  });
});

describe('limits', () => {
  it('apply to all groups of a key together', () => {
    const groups = [ready('a|provider:p', ...ten(0)), ready('b|provider:p', ...ten(0)), ready('c', ...ten(50))];
    const choice = choose({ ready: groups, budgets: [budget('provider:p', 3)] });
    const { 'a|provider:p': a = 0, 'b|provider:p': b = 0 } = countsOf(choice);
    expect(a + b).toBe(3);
    expect(choice).toMatchObject({ throttled: true, retryInMs: null });
  });

  it('yield the time of the next token, unless running tasks block the group too', () => {
    const groups = [ready('a|b', 1)];
    expect(choose({ ready: groups, budgets: [budget('a', 5, 0)] })).toMatchObject({ throttled: true, retryInMs: 40 });
    expect(choose({ ready: groups, budgets: [budget('a', 5, 0), budget('b', 0)] })).toMatchObject({ throttled: true, retryInMs: null });
  });

  it('yield the earliest time at which one of the groups has all its tokens', () => {
    const empty = [budget('a', 5, 0, 40), budget('b', 5, 0, 90), budget('c', 5, 1, 200), budget('d', 5, 0, 60)];
    expect(choose({ ready: [ready('a|b', 1)], budgets: empty }).retryInMs).toBe(90);
    expect(choose({ ready: [ready('a|c', 1)], budgets: empty }).retryInMs).toBe(40);
    expect(choose({ ready: [ready('a|b', 1), ready('d', 1)], budgets: empty }).retryInMs).toBe(60);
  });
});

it('skips a group whose capabilities are missing, without calling it throttled', () => {
  expect(choose({ ready: [ready('cap:gpu+llm', 1)], capabilities: new Set(['gpu']) })).toMatchObject({ take: new Map(), throttled: false });
});

const keys = fc.subarray(['a', 'b', 'c', 'd']);
const groups = fc
  .uniqueArray(
    fc.record({
      name: fc.constantFrom('one', 'two'),
      keys,
      capabilities: fc.subarray(['gpu', 'llm']),
      ranks: fc.array(fc.integer(), { minLength: 1, maxLength: 8 }),
    }),
    {
      selector: (one) => `${one.name} ${toDispatchGroup(one).group}`,
      maxLength: 8,
    },
  )
  .map((all) => all.map((one) => ({ name: one.name, ...toDispatchGroup(one), ranks: one.ranks.sort((a, b) => a - b), hasMore: false })));
const situations = fc.record({
  strategy: fc.constantFrom(...STRATEGIES),
  ready: groups,
  wanted: fc.integer({ min: 0, max: 20 }),
  limits: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.tuple(fc.nat(6), fc.nat(6))),
  active: fc.dictionary(fc.constantFrom('a', 'b', 'a|b'), fc.nat(5)),
  capabilities: fc.option(fc.subarray(['gpu', 'llm']), { nil: undefined }),
});

type Arbitrary = typeof situations extends fc.Arbitrary<infer T> ? T : never;

describe('for any state', () => {
  it('round_robin lets no group that has more tasks fall behind another by two', () => {
    fc.assert(
      fc.property(groups, fc.integer({ min: 0, max: 20 }), (all, wanted) => {
        const { take } = choose({ ready: all, strategy: 'round_robin', wanted });
        const byGroup = Map.groupBy(all, ({ group }) => group);
        const counts = [...byGroup.values()].map((same) => ({
          count: same.reduce((sum, one) => sum + (take.get(one) ?? 0), 0),
          ready: same.reduce((sum, one) => sum + one.ranks.length, 0),
        }));
        const most = Math.max(0, ...counts.map(({ count }) => count));
        for (const { count, ready: there } of counts) expect(count >= most - 1 || count === there).toBe(true);
      }),
    );
  });

  const run = ({ limits, active, capabilities, ...rest }: Arbitrary) => {
    const budgets = Object.entries(limits).map(([key, [slots, tokens]]) => budget(key, slots, tokens));
    const before = new Map(budgets.map(({ key, slots, tokens }) => [key, Math.min(slots, tokens)]));
    const able = capabilities && new Set(capabilities);
    const choice = chooseGroups({ ...rest, budgets, active: running(active), capabilities: able, lastGroup: null });
    return { choice, before, able, budgets };
  };

  it('no key exceeds its budget, no group without its capabilities starts, and no more start than wanted', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const { choice, before, able } = run(situation);
        const used = new Map<string, number>();
        let total = 0;
        for (const [one, count] of choice.take) {
          total += count;
          expect(count).toBeLessThanOrEqual(one.ranks.length);
          expect(able === undefined || one.capabilities.every((name) => able.has(name))).toBe(true);
          for (const key of one.keys) used.set(key, (used.get(key) ?? 0) + count);
        }
        for (const [key, count] of used) expect(count).toBeLessThanOrEqual(before.get(key) ?? Number.POSITIVE_INFINITY);
        expect(total).toBeLessThanOrEqual(situation.wanted);
      }),
    );
  });

  it('no admissible task is left out while more are wanted', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const { choice, able, budgets } = run(situation);
        const total = [...choice.take.values()].reduce((sum, count) => sum + count, 0);
        if (total === situation.wanted) return;
        for (const one of situation.ready) {
          const exhausted = (choice.take.get(one) ?? 0) === one.ranks.length;
          const unable = able !== undefined && !one.capabilities.every((name) => able.has(name));
          const closed = budgets.some(({ key, slots, tokens }) => one.keys.includes(key) && (slots <= 0 || tokens <= 0));
          expect(exhausted || unable || closed).toBe(true);
        }
      }),
    );
  });
});
