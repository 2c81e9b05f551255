import { present, type RawSearch, textOf } from '../../app/search-params.ts';

export interface ReviewSearch {
  sel?: string;
  q?: string;
  accountId?: string;
  /** The changes since the former version instead of the text. */
  view?: 'diff';
}

export const reviewSearch = (raw: RawSearch): ReviewSearch =>
  present({
    sel: textOf(raw.sel),
    q: textOf(raw.q),
    accountId: textOf(raw.accountId),
    view: textOf(raw.view) === 'diff' ? 'diff' : undefined,
  }) as ReviewSearch;
