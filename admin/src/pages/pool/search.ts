import { present, type RawSearch, textOf, wordOf } from '../../app/search-params.ts';

export const TABS = ['departures', 'waiting', 'done'] as const;
export type PoolTab = (typeof TABS)[number];

export interface PoolSearch {
  tab?: PoolTab;
  accountId?: string;
  /** The saved view that the reader opened. */
  view?: string;
  sel?: string;
}

export const poolSearch = (raw: RawSearch): PoolSearch =>
  present({ tab: wordOf(raw.tab, TABS), accountId: textOf(raw.accountId), view: textOf(raw.view), sel: textOf(raw.sel) }) as PoolSearch;
