import type { AccountView, PoolEntryView } from '../../api/schema/types.gen.ts';
import { daysFrom, localOf, weekdayOf } from '../../features/pool/days.ts';

export const DAYS_AHEAD = 7;

export interface Gap {
  readonly accountId: string;
  readonly account: string;
  /** YYYY-MM-DD in the time zone of the account. */
  readonly day: string;
}

type Account = Pick<AccountView, 'id' | 'name' | 'status' | 'timeZone' | 'publishing'>;
type Entry = Pick<PoolEntryView, 'accountId' | 'scheduledAt' | 'status'>;

/** The days of the next week on which an account has a slot and nothing to publish. Today counts only while a slot of it is still to come. */
export function findGaps(accounts: readonly Account[], entries: readonly Entry[], now: number): Gap[] {
  return accounts
    .filter(({ status, publishing }) => status === 'active' && (publishing.slots?.length ?? 0) > 0)
    .flatMap(({ id, name, timeZone, publishing }) => {
      const local = localOf(now, timeZone);
      const days = daysFrom(local.slice(0, 10), DAYS_AHEAD);
      const filled = new Set(
        entries
          .filter(({ accountId, status }) => accountId === id && status !== 'pulled')
          .map(({ scheduledAt }) => localOf(Date.parse(scheduledAt), timeZone).slice(0, 10)),
      );
      const hasSlot = (day: string): boolean =>
        (publishing.slots ?? []).some(({ weekday, time }) => weekday === weekdayOf(day) && `${day}T${time}` > local);
      return days
        .filter((day) => hasSlot(day) && !filled.has(day) && !(publishing.blackoutDays ?? []).includes(day))
        .map((day) => ({ accountId: id, account: name, day }));
    })
    .toSorted((a, b) => a.day.localeCompare(b.day));
}
