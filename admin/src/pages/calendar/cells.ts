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
  itemsOn: (day: string) => Item[];
  /** Local times that are taken, for rules that count them. */
  takenOf: (accountId: string) => string[];
  find: (id: string) => Item | undefined;
}

/** Counted by the rules of an account: failed and pulled entries leave their slots. */
const TAKES: readonly PoolEntryView['status'][] = ['pending', 'publishing', 'published', 'outcome_unknown'];

/** The same cells for every view. */
export function calendarOf(accounts: AccountView[], entries: readonly PoolEntryView[], days: readonly string[], now: number): Calendar {
  const cells = new Map<string, Item[]>();
  const taken = new Map(accounts.map(({ id }) => [id, [] as string[]]));
  for (const { accountId, status, scheduledLocal } of entries) if (TAKES.includes(status)) taken.get(accountId)?.push(scheduledLocal);
  for (const account of accounts) {
    const local = localOf(now, account.timeZone);
    const own = entries.filter(({ accountId }) => accountId === account.id);
    for (const day of days) cells.set(`${account.id} ${day}`, itemsOfDay(account, day, own, taken.get(account.id) ?? [], local));
  }
  const all = [...cells.values()].flat();
  return {
    accounts,
    itemsOf: (accountId, day) => cells.get(`${accountId} ${day}`) ?? [],
    itemsOn: (day) => all.filter((item) => item.day === day).sort(byTime),
    takenOf: (accountId) => taken.get(accountId) ?? [],
    find: (id) => all.find((item) => item.id === id),
  };
}

const byTime = (a: Item, b: Item): number => a.time.localeCompare(b.time) || a.id.localeCompare(b.id);

function itemsOfDay(account: AccountView, day: string, entries: readonly PoolEntryView[], taken: readonly string[], now: string): Item[] {
  const onDay = entries.filter(({ scheduledLocal }) => scheduledLocal.startsWith(day));
  const filled = onDay.map((entry) => ({ id: entry.id, account, day, time: entry.scheduledLocal.slice(11), entry }));
  const gaps = account.status === 'active' ? gapsOn(account, day, taken, now) : [];
  const free = gaps.map((time) => ({ id: `${account.id} ${day} ${time}`, account, day, time, entry: null }));
  return [...filled, ...free].sort(byTime);
}
