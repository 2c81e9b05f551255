import { type DispatchGroup, isCapable } from './dispatch-group.ts';
import { consume, hasCapacity, type LimitBudget } from './limit-budget.ts';

/**
 * The order in which a queue dispatches its ready tasks. `fifo` differs from `priority` only in the rank of a task:
 * its priority gives no head start.
 */
export const STRATEGIES = ['fifo', 'priority', 'round_robin', 'fair'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** The ready tasks of one name in one group; the tasks of a name that are in no group have the group null. */
export interface ReadyGroup extends DispatchGroup {
  /** Of the task definition. */
  readonly name: string;
  /** The ranks of its first ready tasks, in order. The smallest rank goes first. */
  readonly ranks: readonly number[];
  /** The group may hold more tasks than these. */
  readonly hasMore: boolean;
}

export interface ActiveGroup extends Omit<DispatchGroup, 'capabilities'> {
  /** Leased tasks. */
  readonly count: number;
}

export interface DispatchState {
  readonly strategy: Strategy;
  readonly ready: readonly ReadyGroup[];
  /** How many tasks are requested. */
  readonly wanted: number;
  /** The budgets of the limited keys. */
  readonly budgets: readonly LimitBudget[];
  /** The dispatch groups that have leased tasks. */
  readonly active: readonly ActiveGroup[];
  /** The capabilities of the worker or agent; undefined means all. */
  readonly capabilities: ReadonlySet<string> | undefined;
  /** The group that was served last, for `round_robin`. */
  readonly lastGroup: string | null;
}

export interface DispatchChoice {
  /** How many of its first tasks to claim. Groups without any are missing. */
  readonly take: ReadonlyMap<ReadyGroup, number>;
  /** The group that was served last. */
  readonly lastGroup: string | null;
  /** A limit blocks ready tasks. */
  readonly throttled: boolean;
  /** Milliseconds until a rate limit admits the next blocked task. Null: the tasks are blocked by running tasks. */
  readonly retryInMs: number | null;
}

interface Round {
  /** Position of the group among those that are ready, counted from the one after the last turn. */
  readonly turn: number;
  taken: number;
}

interface Candidate {
  readonly ready: ReadyGroup;
  readonly budgets: readonly LimitBudget[];
  /** Shared by all groups with the same first key. */
  readonly share: { running: number };
  /** Shared by all names of the same group. */
  readonly round: Round;
  taken: number;
}

/**
 * Decides how many tasks each dispatch group may start, by its limits, the strategy and the number requested. No
 * admissible task is left out while more are requested.
 */
export function chooseGroups(state: DispatchState): DispatchChoice {
  const candidates = candidatesOf(state);
  let { lastGroup } = state;
  for (let i = 0; i < state.wanted; i++) {
    const best = firstOf(candidates, state.strategy);
    if (!best) break;
    best.taken += 1;
    best.share.running += 1;
    best.round.taken += 1;
    best.budgets.forEach(consume);
    lastGroup = best.ready.group;
  }
  const throttled = candidates.filter((one) => hasMore(one) && !one.budgets.every(hasCapacity));
  const waits = throttled.flatMap(({ budgets }) => retryTimesMs(budgets));
  return {
    take: new Map(candidates.filter(({ taken }) => taken > 0).map(({ ready, taken }) => [ready, taken])),
    lastGroup,
    throttled: throttled.length > 0,
    retryInMs: waits.length > 0 ? Math.min(...waits) : null,
  };
}

function candidatesOf({ ready, budgets, active, capabilities, lastGroup }: DispatchState): Candidate[] {
  const byKey = new Map(budgets.map((budget) => [budget.key, budget]));
  const shares = new Map<string, { running: number }>();
  const shareOf = ({ group, keys }: Omit<ActiveGroup, 'count'>) => {
    const key = keys[0] ?? `group ${group ?? ''}`;
    const share = shares.get(key) ?? { running: 0 };
    shares.set(key, share);
    return share;
  };
  for (const group of active) shareOf(group).running += group.count;
  const rounds = roundsOf(ready, lastGroup);
  return ready.flatMap((one) => {
    const round = rounds.get(one.group ?? '');
    if (!round || !isCapable(capabilities, one)) return [];
    const limits = one.keys.flatMap((key) => byKey.get(key) ?? []);
    return [{ ready: one, budgets: limits, share: shareOf(one), round, taken: 0 }];
  });
}

/** The groups in the order of their texts, beginning with the one after `lastGroup`. */
function roundsOf(ready: readonly ReadyGroup[], lastGroup: string | null): Map<string, Round> {
  const groups = [...new Set(ready.map(({ group }) => group ?? ''))].sort();
  const next = groups.findIndex((group) => group > (lastGroup ?? ''));
  return new Map(groups.map((group, i) => [group, { turn: (i - Math.max(0, next) + groups.length) % groups.length, taken: 0 }]));
}

const hasMore = ({ ready, taken }: Candidate) => taken < ready.ranks.length || (ready.hasMore && ready.ranks.length > 0);

function firstOf(candidates: readonly Candidate[], strategy: Strategy): Candidate | undefined {
  let best: Candidate | undefined;
  let least: Weight | undefined;
  for (const candidate of candidates) {
    if (!hasMore(candidate) || !candidate.budgets.every(hasCapacity)) continue;
    const weight = weigh(candidate, strategy);
    if (least && !isLess(weight, least)) continue;
    best = candidate;
    least = weight;
  }
  return best;
}

/** The smallest goes first; a later number decides between equal ones before it. */
type Weight = readonly [number, number, number];

function weigh({ ready, share, round, taken }: Candidate, strategy: Strategy): Weight {
  const rank = ready.ranks[taken] ?? ready.ranks.at(-1) ?? 0;
  if (strategy === 'round_robin') return [round.taken, round.turn, rank];
  if (strategy === 'fair') return [share.running, rank, round.turn];
  return [rank, round.turn, 0];
}

function isLess(a: Weight, b: Weight): boolean {
  return (a[0] - b[0] || a[1] - b[1] || a[2] - b[2]) < 0;
}

/** When each empty bucket of a group has a token again. None if a limit on running tasks is reached: when one ends is unknown. */
function retryTimesMs(budgets: readonly LimitBudget[]): number[] {
  if (budgets.some(({ slots }) => slots <= 0)) return [];
  return [Math.max(...budgets.filter((budget) => !hasCapacity(budget)).map(({ nextTokenMs }) => nextTokenMs ?? 0))];
}
