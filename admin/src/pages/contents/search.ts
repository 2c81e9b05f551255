import { KINDS, REVIEW_STATUSES, type ReviewStatus } from '../../api/contents.ts';
import { present, type RawSearch, textOf, wordOf, wordsOf } from '../../app/search-params.ts';

export interface ContentsSearch {
  reviewStatus?: ReviewStatus[];
  accountId?: string;
  kind?: (typeof KINDS)[number];
  /** The saved view that the reader opened. */
  view?: string;
}

export const contentsSearch = (raw: RawSearch): ContentsSearch =>
  present({
    reviewStatus: wordsOf(raw.reviewStatus, REVIEW_STATUSES),
    accountId: textOf(raw.accountId),
    kind: wordOf(raw.kind, KINDS),
    view: textOf(raw.view),
  }) as ContentsSearch;
