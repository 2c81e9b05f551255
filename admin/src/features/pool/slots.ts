import { addDays, weekdayOf } from './days.ts';

/** What of an account decides when it publishes. */
export interface Plan {
  readonly publishing: {
    slots?: { weekday: number; time: string }[] | undefined;
    dailyQuota?: number | null | undefined;
    minGapMinutes?: number | undefined;
    blackoutDays?: string[] | undefined;
  };
}

/** How far ahead a preview looks. The server looks a year ahead and decides. */
const PREVIEW_DAYS = 60;

/** The default of the server. */
const DAILY_QUOTA = 10;
const NOON = '12:00';

export const quotaOf = ({ publishing }: Plan): number | null => (publishing.dailyQuota === undefined ? DAILY_QUOTA : publishing.dailyQuota);

/** The times of day of the slots of a day, in order; none on a day without publications. */
function slotsOn({ publishing }: Plan, day: string): string[] {
  if (publishing.blackoutDays?.includes(day)) return [];
  const times = (publishing.slots ?? []).filter(({ weekday }) => weekday === weekdayOf(day)).map(({ time }) => time);
  return [...new Set(times)].sort();
}

/** The slots of a day after `now` that have no entry within the gap of the account. `taken` and `now` are local times. */
export function gapsOn(plan: Plan, day: string, taken: readonly string[], now: string): string[] {
  const onDay = taken.filter((local) => local.startsWith(day)).length;
  const quota = quotaOf(plan);
  const left = quota === null ? Infinity : quota - onDay;
  const near = takenNear(plan, day, taken);
  const free = slotsOn(plan, day).filter((time) => `${day}T${time}` > now && !isCrowded(plan, `${day}T${time}`, near));
  return free.slice(0, Math.max(0, left));
}

/** The times within the gap of the account before or after a day: only these are parsed for each of its slots. */
function takenNear({ publishing }: Plan, day: string, taken: readonly string[]): string[] {
  const margin = Math.ceil((publishing.minGapMinutes ?? 0) / 1_440);
  const [from, before] = [addDays(day, -margin), addDays(day, margin + 1)];
  return taken.filter((local) => local >= from && local < before);
}

/** The next free slots, as local times. Empty for an account without slots, which publishes at any time. */
export function nextFree(plan: Plan, taken: readonly string[], now: string, count: number): string[] {
  const found: string[] = [];
  const busy = [...taken];
  for (let ahead = 0; ahead < PREVIEW_DAYS && found.length < count; ahead++) {
    const day = addDays(now.slice(0, 10), ahead);
    for (;;) {
      const [time] = found.length < count ? gapsOn(plan, day, busy, now) : [];
      if (time === undefined) break;
      found.push(`${day}T${time}`);
      busy.push(`${day}T${time}`);
    }
  }
  return found;
}

/** The time at which something is put on a day: its first free slot, or noon. */
export const timeOn = (plan: Plan, day: string, taken: readonly string[], now: string): string => gapsOn(plan, day, taken, now)[0] ?? NOON;

export function isCrowded({ publishing }: Plan, local: string, taken: readonly string[]): boolean {
  const gap = Math.max(1, (publishing.minGapMinutes ?? 0) * 60_000);
  const at = Date.parse(`${local}Z`);
  return taken.some((other) => Math.abs(Date.parse(`${other}Z`) - at) < gap);
}
