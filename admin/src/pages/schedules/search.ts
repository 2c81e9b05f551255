import { present, type RawSearch, textOf, wordOf } from '../../app/search-params.ts';

export const KINDS = ['task', 'system'] as const;
export type Kind = (typeof KINDS)[number];

export interface SchedulesSearch {
  kind?: Kind;
  sel?: string;
}

export const schedulesSearch = (raw: RawSearch): SchedulesSearch =>
  present({ kind: wordOf(raw.kind, KINDS), sel: textOf(raw.sel) }) as SchedulesSearch;
