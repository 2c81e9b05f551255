/** What happens to due times that passed while no scheduler ran. */
export const MISFIRE_POLICIES = ['skip', 'last', 'all'] as const;
export type MisfirePolicy = (typeof MISFIRE_POLICIES)[number];

/** A firing that is later than this is a misfire. A pulse comes every second. */
export const ON_TIME_MS = 10_000;
/** Misfires of a schedule that fire at once, and skipped due times that are recorded one by one. */
const MOST_CATCH_UPS = 100;
const MOST_COUNTED = 1_000;

export const SKIP_REASONS = [
  'misfire_skip',
  'superseded',
  'outside_window',
  'misfire_limit',
  'still_running',
  'queue_full',
  'paused',
  'skip_next',
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** A due time without a task, or several of them. */
export interface Skipped {
  readonly dueAt: Date;
  readonly reason: SkipReason;
  /** The end (exclusive) of a range of due times that begins with dueAt; null for one due time. */
  readonly untilAt: Date | null;
  /** Of the range; null for more than 1,000. */
  readonly count: number | null;
}

export interface FiringPlan {
  readonly fire: readonly Date[];
  readonly skipped: readonly Skipped[];
  readonly nextDue: Date | null;
}

export interface PlanFacts {
  /** The first due time that was not handled. */
  readonly due: Date;
  readonly now: Date;
  readonly misfire: MisfirePolicy;
  /** Misfires that are older do not fire. */
  readonly catchUpMs: number;
  readonly next: (after: Date) => Date | null;
  /** By how much the firing is later than its due time. */
  readonly delayOf: (due: Date) => number;
}

/** Which due times fire now, and which are skipped. Those that are on time always fire. */
export function planFirings(facts: PlanFacts): FiringPlan {
  const { due, now, next, delayOf } = facts;
  const newest = newestDues(facts);
  const fire: Date[] = [];
  const skipped: Skipped[] = [];
  const [first = due] = newest;
  if (first > due) skipped.push(skippedRange(due, first, next, reasonOfOlder(facts, first)));
  for (const [i, time] of newest.entries()) {
    const reason = misfireReason(facts, now.getTime() - time.getTime() - delayOf(time), i === newest.length - 1);
    if (reason === null) fire.push(time);
    else skipped.push({ dueAt: time, reason, untilAt: null, count: 1 });
  }
  const last = newest.at(-1);
  return { fire, skipped, nextDue: last === undefined ? due : next(last) };
}

/** The due times of a range that are skipped for one reason. */
export function skippedRange(from: Date, until: Date, next: PlanFacts['next'], reason: SkipReason): Skipped {
  let count = 0;
  let due: Date | null = from;
  for (; due !== null && due < until && count <= MOST_COUNTED; due = next(due)) count += 1;
  return count === 1
    ? { dueAt: from, reason, untilAt: null, count }
    : { dueAt: from, reason, untilAt: until, count: count > MOST_COUNTED ? null : count };
}

/** Null when it fires. */
function misfireReason({ misfire, catchUpMs }: PlanFacts, lateMs: number, isNewest: boolean): SkipReason | null {
  if (lateMs <= ON_TIME_MS) return null;
  if (misfire === 'skip') return 'misfire_skip';
  if (lateMs > catchUpMs) return 'outside_window';
  return misfire === 'all' || isNewest ? null : 'superseded';
}

function reasonOfOlder({ misfire, catchUpMs, now }: PlanFacts, newer: Date): SkipReason {
  if (misfire === 'skip') return 'misfire_skip';
  if (now.getTime() - newer.getTime() > catchUpMs) return 'outside_window';
  return misfire === 'all' ? 'misfire_limit' : 'superseded';
}

/**
 * The newest due times that have come, at most 100. Looks back in spans that double, because a schedule of every second that was not
 * handled for a year has 31 million of them.
 */
function newestDues({ due, now, next, delayOf }: PlanFacts): Date[] {
  for (let span = ON_TIME_MS; ; span *= 2) {
    const from = now.getTime() - span;
    const dues: Date[] = [];
    let time = from <= due.getTime() ? due : next(new Date(from));
    for (; time !== null && time.getTime() + delayOf(time) <= now.getTime(); time = next(time)) dues.push(time);
    // Stryker disable next-line EqualityOperator: looks back once more, with the same result
    if (from <= due.getTime() || dues.length >= MOST_CATCH_UPS) return dues.slice(-MOST_CATCH_UPS);
  }
}
