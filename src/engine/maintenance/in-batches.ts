import { SWEEP_ROWS } from '../sweep-pages.ts';

/** Repeats a statement that handles up to SWEEP_ROWS rows until it finds fewer. Returns the number of rows of all of them. */
export async function inBatches(batch: () => Promise<number>): Promise<number> {
  let total = 0;
  for (let moved = SWEEP_ROWS; moved === SWEEP_ROWS; total += moved) moved = await batch();
  return total;
}
