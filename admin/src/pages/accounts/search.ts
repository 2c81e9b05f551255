import { present, type RawSearch, wordOf } from '../../app/search-params.ts';

export const STATUSES = ['active', 'paused', 'archived'] as const;
export type AccountStatus = (typeof STATUSES)[number];

export interface AccountsSearch {
  status?: AccountStatus;
}

export const accountsSearch = (raw: RawSearch): AccountsSearch => present({ status: wordOf(raw.status, STATUSES) }) as AccountsSearch;
