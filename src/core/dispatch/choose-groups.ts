import { parseDispatchGroup } from './dispatch-group.ts';
import { consume, hasCapacity, type LimitBudget } from './limit-budget.ts';

/** In which order a queue gives out what is ready. `fifo` is told apart when a task is ranked (its priority gives no head start). */
export const STRATEGIES = ['fifo', 'priority', 'round_robin', 'fair'] as const;
export type Strategy = (typeof STRATEGIES)[number];

export interface ReadyGroup {
  /** null: the tasks outside of lanes. */
  readonly group: string | null;
  /** Of its first ready tasks, in order; the smallest number goes first. */
  readonly ranks: readonly number[];
  /** It may hold more tasks than these. */
  readonly hasMore: boolean;
}

export interface DispatchState {
  readonly strategy: Strategy;
  readonly ready: readonly ReadyGroup[];
  /** How many tasks are wanted. */
  readonly wanted: number;
  /** Of the limited keys. */
  readonly budgets: readonly LimitBudget[];
  /** Lane → leased tasks. */
  readonly active: ReadonlyMap<string, number>;
  /** Of who wants them; undefined: all. */
  readonly capabilities: ReadonlySet<string> | undefined;
  /** The lane whose turn was the last one, for `round_robin`. */
  readonly lastGroup: string | null;
}

export interface DispatchChoice {
  /** Lane → how many of its first tasks. */
  readonly take: ReadonlyMap<string | null, number>;
  /** The lane whose turn was the last one. */
  readonly lastGroup: string | null;
  /** A limit keeps ready tasks back. */
  readonly throttled: boolean;
  /** When a rate lets the next of those pass, milliseconds from now; null: no rate will. */
  readonly retryInMs: number | null;
}

interface Candidate {
  readonly ready: ReadyGroup;
  readonly budgets: readonly LimitBudget[];
  /** Shared with the lanes of the same first key. */
  readonly share: { running: number };
  /** Its place in the round. */
  readonly turn: number;
  taken: number;
}

/** From each lane as many as its limits, the strategy and the number wanted allow. Whatever may start is started, if enough are wanted. */
export function chooseGroups(situation: DispatchState): DispatchChoice {
  const candidates = candidatesOf(situation);
  let { lastGroup } = situation;
  for (let i = 0; i < situation.wanted; i++) {
    const best = firstOf(candidates, situation.strategy);
    if (!best) break;
    best.taken += 1;
    best.share.running += 1;
    best.budgets.forEach(consume);
    lastGroup = best.ready.group;
  }
  const held = candidates.filter((one) => hasMore(one) && !one.budgets.every(hasCapacity));
  const waits = held.flatMap(({ budgets }) => retryTimesMs(budgets));
  return {
    take: new Map(candidates.filter(({ taken }) => taken > 0).map(({ ready, taken }) => [ready.group, taken])),
    lastGroup,
    throttled: held.length > 0,
    retryInMs: waits.length > 0 ? Math.min(...waits) : null,
  };
}

function candidatesOf({ ready, budgets, active, capabilities, lastGroup }: DispatchState): Candidate[] {
  const byKey = new Map(budgets.map((budget) => [budget.key, budget]));
  const shares = new Map<string, { running: number }>();
  const shareOf = (lane: string | null) => {
    const key = parseDispatchGroup(lane).keys[0] ?? `lane ${lane ?? ''}`;
    const share = shares.get(key) ?? { running: 0 };
    shares.set(key, share);
    return share;
  };
  for (const [lane, count] of active) shareOf(lane).running += count;
  const round = [...ready].sort((a, b) => compare(a.group ?? '', b.group ?? ''));
  const next = round.findIndex(({ group }) => compare(group ?? '', lastGroup ?? '') > 0);
  return round.flatMap((one, place) => {
    const lane = parseDispatchGroup(one.group);
    if (capabilities && !lane.capabilities.every((name) => capabilities.has(name))) return [];
    const limits = lane.keys.flatMap((key) => byKey.get(key) ?? []);
    const turn = (place - Math.max(0, next) + round.length) % round.length;
    return [{ ready: one, budgets: limits, share: shareOf(one.group), turn, taken: 0 }];
  });
}

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));
const hasMore = ({ ready, taken }: Candidate) => taken < ready.ranks.length || (ready.hasMore && ready.ranks.length > 0);

function firstOf(candidates: readonly Candidate[], strategy: Strategy): Candidate | undefined {
  let best: Candidate | undefined;
  let least: readonly [number, number] = [0, 0];
  for (const candidate of candidates) {
    if (!hasMore(candidate) || !candidate.budgets.every(hasCapacity)) continue;
    const weight = weigh(candidate, strategy);
    if (best && (weight[0] > least[0] || (weight[0] === least[0] && weight[1] >= least[1]))) continue;
    best = candidate;
    least = weight;
  }
  return best;
}

function weigh({ ready, share, turn, taken }: Candidate, strategy: Strategy): readonly [number, number] {
  const rank = ready.ranks[taken] ?? ready.ranks.at(-1) ?? 0;
  if (strategy === 'round_robin') return [taken, turn];
  if (strategy === 'fair') return [share.running, rank];
  return [rank, turn];
}

/** A lane opens when each of its empty buckets has a token again; one that is full of running tasks, at an end nobody knows. */
function retryTimesMs(budgets: readonly LimitBudget[]): number[] {
  if (budgets.some(({ slots }) => slots <= 0)) return [];
  return [Math.max(...budgets.filter((budget) => !hasCapacity(budget)).map(({ nextTokenMs }) => nextTokenMs ?? 0))];
}
