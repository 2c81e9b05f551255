import { present, type RawSearch, textOf, wordOf, wordsOf } from '../../app/search-params.ts';

export const TABS = ['alerts', 'rules', 'channels'] as const;
export type Tab = (typeof TABS)[number];
export const STATUSES = ['firing', 'pending', 'acknowledged', 'silenced', 'resolved'] as const;

export interface AlertsSearch {
  tab?: Tab;
  status?: (typeof STATUSES)[number][];
  sel?: string;
}

export const alertsSearch = (raw: RawSearch): AlertsSearch =>
  present({ tab: wordOf(raw.tab, TABS), status: wordsOf(raw.status, STATUSES), sel: textOf(raw.sel) }) as AlertsSearch;
