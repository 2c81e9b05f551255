/** Rows that a sweep or a bulk cancel changes in one statement. */
export const SWEEP_ROWS = 500;

/** Below and above every id: where a walk over all tasks begins. */
export const FIRST_ID = '00000000-0000-0000-0000-000000000000';
export const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
