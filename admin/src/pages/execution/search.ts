import { present, type RawSearch, wordOf } from '../../app/search-params.ts';

export const TABS = ['log', 'input', 'output', 'errors', 'events', 'files'] as const;
export type Tab = (typeof TABS)[number];

export interface ExecutionSearch {
  tab?: Tab;
}

export const executionSearch = (raw: RawSearch): ExecutionSearch => present({ tab: wordOf(raw.tab, TABS) }) as ExecutionSearch;
