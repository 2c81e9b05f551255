import { setTimeout as delay } from 'node:timers/promises';

/** Rows that one statement deletes. */
export const DELETED_ROWS = 500;
/** Pause between two statements: the deletion is not urgent, and other statements get the disk for as long as a page takes. */
export const DELETE_PAUSE_MS = 50;

/** Runs a statement that deletes up to DELETED_ROWS rows and returns them, until it finds fewer. */
export async function deleteInPages(page: () => Promise<readonly unknown[]>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await page()).length === DELETED_ROWS) await delay(DELETE_PAUSE_MS, undefined, { signal });
}
