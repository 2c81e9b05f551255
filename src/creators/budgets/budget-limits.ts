/** Tasks that are resumed by one statement. */
export const WAITS_AT_ONCE = 500;
/** Warnings that become events in one transaction. */
export const WARNINGS_AT_ONCE = 100;
