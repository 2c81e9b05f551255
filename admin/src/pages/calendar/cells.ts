import type { AccountView } from '../../api/schema/types.gen.ts';
import type { PoolEntryView } from '../../api/pool.ts';
import { localOf } from '../../features/pool/days.ts';
import { gapsOn } from '../../features/pool/slots.ts';

/** The contents of a cell: an entry, or a free slot. */
export interface Item {
  readonly id: string;
  readonly account: AccountView;
  readonly day: string;
  readonly time: string;
  /** Null for a free slot. */
  readonly entry: PoolEntryView | null;
}

export interface Calendar {
  accounts: AccountView[];
  /** Items of an account on a day, in order of time. */
  itemsOf: (accountId: string, day: string) => Item[];
  /** Items of all accounts on a day. */
  itemsOn: (day: string) => readonly Item[];
  /** Local times that are taken, for rules that count them. */
  takenOf: (accountId: string) => string[];
  find: (id: string) => Item | undefined;
}

/** Counted by the rules of an account: failed and pulled entries leave their slots. */
const TAKES: readonly PoolEntryView['status'][] = ['pending', 'publishing', 'published', 'outcome_unknown'];

interface Period {
  days: readonly string[];
  now: number;
  /** False where no free slot is shown: to find them takes longer than all the rest. */
  gaps: boolean;
}

/** The same cells for every view. */
export function calendarOf(accounts: AccountView[], entries: readonly PoolEntryView[], { days, now, gaps }: Period): Calendar {
  const cells = new Map<string, Item[]>();
  const taken = new Map(accounts.map(({ id }) => [id, [] as string[]]));
  for (const { accountId, status, scheduledLocal } of entries) if (TAKES.includes(status)) taken.get(accountId)?.push(scheduledLocal);
  for (const account of accounts) {
    const local = localOf(now, account.timeZone);
    const own = entries.filter(({ accountId }) => accountId === account.id);
    for (const day of days)
      cells.set(`${account.id} ${day}`, itemsOfDay(account, day, own, taken.get(account.id) ?? [], gaps ? local : null));
  }
  const all = [...cells.values()].flat();
  const byDay = new Map(days.map((day) => [day, [] as Item[]]));
  for (const item of all) byDay.get(item.day)?.push(item);
  for (const items of byDay.values()) items.sort(byTime);
  return {
    accounts,
    itemsOf: (accountId, day) => cells.get(`${accountId} ${day}`) ?? [],
    itemsOn: (day) => byDay.get(day) ?? [],
    takenOf: (accountId) => taken.get(accountId) ?? [],
    find: (id) => all.find((item) => item.id === id),
  };
}

const byTime = (a: Item, b: Item): number => compare(a.time, b.time) || compare(a.id, b.id);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** `now`: null leaves the free slots out. */
function itemsOfDay(
  account: AccountView,
  day: string,
  entries: readonly PoolEntryView[],
  taken: readonly string[],
  now: string | null,
): Item[] {
  const onDay = entries.filter(({ scheduledLocal }) => scheduledLocal.startsWith(day));
  const filled = onDay.map((entry) => ({ id: entry.id, account, day, time: entry.scheduledLocal.slice(11), entry }));
  const gaps = account.status === 'active' && now !== null ? gapsOn(account, day, taken, now) : [];
  const free = gaps.map((time) => ({ id: `${account.id} ${day} ${time}`, account, day, time, entry: null }));
  return [...filled, ...free].sort(byTime);
}
