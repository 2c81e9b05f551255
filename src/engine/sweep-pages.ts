import { DELETED_ROWS } from '../platform/database/delete-in-pages.ts';

/** Rows that a sweep or a bulk cancel changes in one statement. */
export const SWEEP_ROWS = DELETED_ROWS;

/** Smaller and larger than every id: the start of a walk over all tasks. */
export const FIRST_ID = '00000000-0000-0000-0000-000000000000';
export const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
