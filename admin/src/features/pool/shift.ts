import type { PoolEntryView } from '../../api/pool.ts';
import { isCrowded, type Plan, quotaOf } from './slots.ts';

export type Conflict = 'past' | 'blackout' | 'crowded' | 'quota';

export interface Shifted {
  readonly entry: PoolEntryView;
  /** The new local time of the account. */
  readonly at: string;
  readonly conflicts: readonly Conflict[];
}

type Account = Plan & { readonly id: string };

interface Plans {
  readonly accounts: readonly Account[];
  /** All entries that hold a time, the moved ones too. */
  readonly entries: readonly PoolEntryView[];
  /** The present local time of an account. */
  readonly nowOf: (accountId: string) => string;
}

const MINUTE_MS = 60_000;

/** A local time has no zone, so that a day more keeps the time of day over a change of the clocks. */
export const shiftLocal = (local: string, minutes: number): string =>
  new Date(Date.parse(`${local}Z`) + minutes * MINUTE_MS).toISOString().slice(0, 16);

/** Where entries would be after a move by some minutes, each with the rules of its account that it would break. */
export function shiftPlan(chosen: readonly PoolEntryView[], minutes: number, { accounts, entries, nowOf }: Plans): Shifted[] {
  const moved = new Set(chosen.map(({ id }) => id));
  const planned = chosen.map((entry) => ({ entry, at: shiftLocal(entry.scheduledLocal, minutes) }));
  return planned.map(({ entry, at }) => {
    const account = accounts.find(({ id }) => id === entry.accountId);
    if (!account) return { entry, at, conflicts: [] };
    const staying = entries.filter(({ id, accountId }) => accountId === account.id && !moved.has(id)).map((one) => one.scheduledLocal);
    const others = planned.filter((one) => one.entry !== entry && one.entry.accountId === account.id).map((one) => one.at);
    const taken = [...staying, ...others];
    const quota = quotaOf(account);
    const day = at.slice(0, 10);
    const broken: readonly (readonly [Conflict, boolean])[] = [
      ['past', at <= nowOf(account.id)],
      ['blackout', account.publishing.blackoutDays?.includes(day) ?? false],
      ['crowded', isCrowded(account, at, taken)],
      ['quota', quota !== null && taken.filter((local) => local.startsWith(day)).length >= quota],
    ];
    return { entry, at, conflicts: broken.filter(([, is]) => is).map(([name]) => name) };
  });
}

/** The order in which entries are moved, so that none meets one that is still to be moved. */
export const inMoveOrder = (shifted: readonly Shifted[], minutes: number): Shifted[] =>
  shifted.toSorted((a, b) => Math.sign(minutes) * b.entry.scheduledLocal.localeCompare(a.entry.scheduledLocal));
