/** Rows that a sweep or a bulk cancel changes in one statement. */
export const SWEEP_ROWS = 500;

/** Below every id: where a walk over all ids begins. */
export const OLDEST = '00000000-0000-0000-0000-000000000000';
