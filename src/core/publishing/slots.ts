import { Cron } from 'croner';
import { type Slot, slotTimes } from './slot-times.ts';

/** When an account publishes. All members are rules: a time that breaks one is not free. */
export interface PublishPlan {
  /** IANA name. */
  readonly timeZone: string;
  /** Empty: any time. */
  readonly slots: readonly Slot[];
  /** Between two publications of the account. */
  readonly minGapMinutes: number;
  /** Publications on one day of the time zone; null for no limit. */
  readonly dailyQuota: number | null;
  /** Days of the time zone without publications, as `YYYY-MM-DD`. */
  readonly blackoutDays: readonly string[];
}

/** How far ahead a free slot is searched. */
const HORIZON_DAYS = 366;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/**
 * The first free time at or after `after`; null when there is none within a year. `taken` are the times of the account's other
 * publications, in any order. Times keep their local time over a clock change: a slot in the hour that is left out in spring is at
 * the first minute after it, and one in the hour that is repeated in autumn is used once.
 */
export function nextFreeSlot(plan: PublishPlan, after: Date, taken: readonly Date[]): Date | null {
  const last = after.getTime() + HORIZON_DAYS * DAY_MS;
  const perDay = new Map<string, number>();
  for (const time of taken) {
    const day = dayOf(time, plan.timeZone);
    perDay.set(day, (perDay.get(day) ?? 0) + 1);
  }
  for (const time of candidates(plan, after, taken)) {
    if (time.getTime() > last) return null;
    if (isFree(plan, time, taken, perDay)) return time;
  }
  return null;
}

/** Why a time breaks the rules of the plan; null when it does not. */
export function conflictOf(plan: PublishPlan, time: Date, taken: readonly Date[]): 'blackout' | 'daily_quota' | 'min_gap' | null {
  const day = dayOf(time, plan.timeZone);
  if (plan.blackoutDays.includes(day)) return 'blackout';
  if (plan.dailyQuota !== null && taken.filter((other) => dayOf(other, plan.timeZone) === day).length >= plan.dailyQuota)
    return 'daily_quota';
  return isCrowded(plan, time, taken) ? 'min_gap' : null;
}

/** Why a publication may not begin now, beside those that were `sent`. Without a minimum gap, two may begin in the same millisecond. */
export function conflictNow(plan: PublishPlan, now: Date, sent: readonly Date[]): ReturnType<typeof conflictOf> {
  const conflict = conflictOf(plan, now, sent);
  return conflict === 'min_gap' && plan.minGapMinutes === 0 ? null : conflict;
}

/** The day of the time zone, as `YYYY-MM-DD`. */
export function dayOf(time: Date, timeZone: string): string {
  return formatOf(timeZone).format(time);
}

function isFree(plan: PublishPlan, time: Date, taken: readonly Date[], perDay: ReadonlyMap<string, number>): boolean {
  const day = dayOf(time, plan.timeZone);
  if (plan.blackoutDays.includes(day)) return false;
  if (plan.dailyQuota !== null && (perDay.get(day) ?? 0) >= plan.dailyQuota) return false;
  return !isCrowded(plan, time, taken);
}

/** True at the time of another publication, and within the minimum gap around it. */
function isCrowded({ minGapMinutes }: PublishPlan, time: Date, taken: readonly Date[]): boolean {
  const gap = Math.max(1, minGapMinutes * MINUTE_MS);
  return taken.some((other) => Math.abs(other.getTime() - time.getTime()) < gap);
}

/** In order of time. */
function* candidates(plan: PublishPlan, after: Date, taken: readonly Date[]): Generator<Date> {
  if (plan.slots.length === 0) yield* withoutSlots(plan, after, taken);
  else yield* slotTimes(plan.slots, plan.timeZone, new Date(after.getTime() - 1)); // at `after` too
}

/** The time itself, the end of each gap, and the beginning of each day: the first free time is always one of these. */
function* withoutSlots({ minGapMinutes, timeZone }: PublishPlan, after: Date, taken: readonly Date[]): Generator<Date> {
  const gap = Math.max(1, minGapMinutes * MINUTE_MS);
  const ends = taken.map((time) => new Date(time.getTime() + gap)).filter((time) => time > after);
  const midnight = new Cron('0 0 * * *', { timezone: timeZone });
  const waiting = ends.toSorted((a, b) => b.getTime() - a.getTime());
  yield after;
  for (let day = midnight.nextRun(after); day !== null; day = midnight.nextRun(day)) {
    for (let end = waiting.at(-1); end !== undefined && end <= day; end = waiting.at(-1)) {
      waiting.pop();
      yield end;
    }
    yield day;
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs 50 µs. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  formats.set(timeZone, format);
  return format;
}

/** The local time of an instant, as `YYYY-MM-DDTHH:MM`. */
export function localTimeOf(time: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(time);
  return `${dayOf(time, timeZone)}T${parts}`;
}

/** The instant of a local time, `YYYY-MM-DDTHH:MM`; the first valid one after a gap, the first of two; null for no time of the calendar. */
export function timeOfLocal(local: string, timeZone: string): Date | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(local)) return null;
  const asUtc = Date.parse(`${local}:00Z`);
  if (Number.isNaN(asUtc) || new Date(asUtc).toISOString().slice(0, 16) !== local) return null;
  return new Cron(`${local}:00`, { timezone: timeZone }).nextRun(new Date(asUtc - 2 * DAY_MS));
}
