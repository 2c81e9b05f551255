import { setTimeout as delay } from 'node:timers/promises';
import { timerMs } from '../../core/time/timer-ms.ts';
import { FIRST_ID, SWEEP_ROWS } from '../sweep-pages.ts';

/** `next`: the id after which the next page begins, null after the last page. */
export interface SweptPage {
  readonly changed: number;
  readonly next: string | null;
}

/**
 * Walks over a table in rounds and keeps its position between them. A round ends after `maxPages` pages that found fewer rows than
 * a statement changes, so it has the same cost however many rows are kept. It begins again at the first id once it has reached
 * the last.
 */
export class SweepCursor {
  private after = FIRST_ID;

  constructor(
    private readonly maxPages: number,
    private readonly pauseMs: number,
  ) {}

  /** Returns how many rows the round changed. */
  async round(page: (after: string) => Promise<SweptPage>, signal: AbortSignal): Promise<number> {
    let total = 0;
    for (let pages = 0; pages < this.maxPages && !signal.aborted; ) {
      const { changed, next } = await page(this.after);
      total += changed;
      this.after = next ?? FIRST_ID;
      if (next === null) break;
      if (changed < SWEEP_ROWS) pages += 1;
      await delay(timerMs(this.pauseMs), undefined, { signal });
    }
    return total;
  }
}
