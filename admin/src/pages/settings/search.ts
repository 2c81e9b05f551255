import { present, type RawSearch, wordOf } from '../../app/search-params.ts';

export const TABS = ['mine', 'keys', 'users', 'creators', 'channels', 'budgets', 'limits'] as const;
export type Tab = (typeof TABS)[number];

export interface SettingsSearch {
  tab?: Tab;
}

export const settingsSearch = (raw: RawSearch): SettingsSearch => present({ tab: wordOf(raw.tab, TABS) }) as SettingsSearch;
