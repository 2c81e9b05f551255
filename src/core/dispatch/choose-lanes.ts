import { parseLane } from './lane.ts';
import { enter, isOpen, type Room } from './limit.ts';

/** In which order a queue gives out what is ready. `fifo` is told apart when a task is ranked (its priority gives no head start). */
export const STRATEGIES = ['fifo', 'priority', 'round_robin', 'fair'] as const;
export type Strategy = (typeof STRATEGIES)[number];

export interface ReadyLane {
  /** null: the tasks outside of lanes. */
  readonly lane: string | null;
  /** Of its first ready tasks, in order; the smallest number goes first. */
  readonly ranks: readonly number[];
  /** It may hold more tasks than these. */
  readonly more: boolean;
}

export interface Situation {
  readonly strategy: Strategy;
  readonly ready: readonly ReadyLane[];
  /** How many tasks are wanted. */
  readonly wanted: number;
  /** Of the limited keys. */
  readonly rooms: readonly Room[];
  /** Lane → leased tasks. */
  readonly active: ReadonlyMap<string, number>;
  /** Of who wants them; undefined: all. */
  readonly capabilities: ReadonlySet<string> | undefined;
  /** The lane whose turn was the last one, for `round_robin`. */
  readonly last: string | null;
}

export interface Choice {
  /** Lane → how many of its first tasks. */
  readonly take: ReadonlyMap<string | null, number>;
  /** The lane whose turn was the last one. */
  readonly last: string | null;
  /** A limit keeps ready tasks back. */
  readonly held: boolean;
  /** When a rate lets the next of those pass, milliseconds from now; null: no rate will. */
  readonly opensMs: number | null;
}

interface Candidate {
  readonly ready: ReadyLane;
  readonly rooms: readonly Room[];
  /** Shared with the lanes of the same first key. */
  readonly share: { running: number };
  /** Its place in the round. */
  readonly turn: number;
  taken: number;
}

/** From each lane as many as its limits, the strategy and the number wanted allow. Whatever may start is started, if enough are wanted. */
export function chooseLanes(situation: Situation): Choice {
  const candidates = candidatesOf(situation);
  let { last } = situation;
  for (let i = 0; i < situation.wanted; i++) {
    const best = firstOf(candidates, situation.strategy);
    if (!best) break;
    best.taken += 1;
    best.share.running += 1;
    best.rooms.forEach(enter);
    last = best.ready.lane;
  }
  const held = candidates.filter((one) => hasMore(one) && !one.rooms.every(isOpen));
  const waits = held.flatMap(({ rooms }) => opensIn(rooms));
  return {
    take: new Map(candidates.filter(({ taken }) => taken > 0).map(({ ready, taken }) => [ready.lane, taken])),
    last,
    held: held.length > 0,
    opensMs: waits.length > 0 ? Math.min(...waits) : null,
  };
}

function candidatesOf({ ready, rooms, active, capabilities, last }: Situation): Candidate[] {
  const byKey = new Map(rooms.map((room) => [room.key, room]));
  const shares = new Map<string, { running: number }>();
  const shareOf = (lane: string | null) => {
    const key = parseLane(lane).keys[0] ?? `lane ${lane ?? ''}`;
    const share = shares.get(key) ?? { running: 0 };
    shares.set(key, share);
    return share;
  };
  for (const [lane, count] of active) shareOf(lane).running += count;
  const round = [...ready].sort((a, b) => compare(a.lane ?? '', b.lane ?? ''));
  const next = round.findIndex(({ lane }) => compare(lane ?? '', last ?? '') > 0);
  return round.flatMap((one, place) => {
    const lane = parseLane(one.lane);
    if (capabilities && !lane.capabilities.every((name) => capabilities.has(name))) return [];
    const limits = lane.keys.flatMap((key) => byKey.get(key) ?? []);
    const turn = (place - Math.max(0, next) + round.length) % round.length;
    return [{ ready: one, rooms: limits, share: shareOf(one.lane), turn, taken: 0 }];
  });
}

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));
const hasMore = ({ ready, taken }: Candidate) => taken < ready.ranks.length || (ready.more && ready.ranks.length > 0);

function firstOf(candidates: readonly Candidate[], strategy: Strategy): Candidate | undefined {
  let best: Candidate | undefined;
  let least: readonly [number, number] = [0, 0];
  for (const candidate of candidates) {
    if (!hasMore(candidate) || !candidate.rooms.every(isOpen)) continue;
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
function opensIn(rooms: readonly Room[]): number[] {
  if (rooms.some(({ slots }) => slots <= 0)) return [];
  return [Math.max(...rooms.filter((room) => !isOpen(room)).map(({ nextPassMs }) => nextPassMs ?? 0))];
}
