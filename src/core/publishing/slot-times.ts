import { instantOf, wallOf } from '../schedule/zone.ts';

/** A time of the week at which an account publishes. */
export interface Slot {
  /** 1 is Monday, 7 is Sunday. */
  readonly weekday: number;
  /** `HH:MM` on the clock of the account's time zone. */
  readonly time: string;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/**
 * The times of slots after `after`, in order and without an end; none without slots. A slot in the hour that spring leaves out is at the
 * first instant after it, and one in the hour that autumn repeats is at the first of both. Two slots at one instant are one time.
 */
export function* slotTimes(slots: readonly Slot[], timeZone: string, after: Date): Generator<Date, undefined> {
  const byWeekday = Map.groupBy(slots.map(minuteOf), ({ weekday }) => weekday);
  if (byWeekday.size === 0) return;
  let last = after.getTime();
  // The day before: its slots may be later than `after` where the clock went back.
  for (let day = Math.floor(wallOf(last, timeZone) / DAY_MS) - 1; ; day += 1) {
    const minutes = (byWeekday.get(weekdayOf(day)) ?? []).map(({ minute }) => minute).toSorted((a, b) => a - b);
    for (const minute of minutes) {
      const { at } = instantOf(day * DAY_MS + minute * MINUTE_MS, timeZone);
      if (at <= last) continue;
      last = at;
      yield new Date(at);
    }
  }
}

/** Of a day since 1 January 1970, which was a Thursday. */
function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

function minuteOf({ weekday, time }: Slot): { weekday: number; minute: number } {
  const [hours, minutes] = time.split(':').map(Number);
  return { weekday, minute: (hours ?? 0) * 60 + (minutes ?? 0) };
}
