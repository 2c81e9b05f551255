/** Rows of one page of the feed; the next page is read at the next look. */
export const EVENTS_PER_PAGE = 500;
/** A reader that missed more rows reads its lists again instead. */
export const MAX_MISSED = 10_000;
