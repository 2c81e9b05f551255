/** A claim that reads the whole queue and takes longer than this may be reading index entries of claimed tasks. */
const SLOW_CLAIM_MS = 25;
/** Dead rows from which they are the cause: 50,000 cost a claim about 12 ms. Fewer mean that the machine is slow. */
const MANY_DEAD_ROWS = 50_000;
/** The time from one full scan to the next, in durations of the last one, and the most of it. */
const PAUSE_FACTOR = 9;
const LONGEST_PAUSE_MS = 10_000;
/** Seconds below the lowest rank of a claim: tasks of transactions that began earlier and commit later. */
const MARGIN_SECONDS = 1;

/** What one claim did. Times in milliseconds of a monotonic clock. */
export interface ClaimTiming {
  /** What `next` returned for it. */
  readonly from: number | undefined;
  /** The lowest rank among its tasks; undefined for none. */
  readonly lowest: number | undefined;
  readonly tookMs: number;
  readonly nowMs: number;
}

/**
 * The rank from which a claim reads a queue. VACUUM cannot remove the index entries of claimed tasks while a transaction stays open. A full
 * scan, from the first entry, visits all of them: 0.25 µs each, 1.8 million after 10 minutes of 3,000 tasks a second. While full scans are
 * slow for this reason, most claims read from the ranks that the last claim took. A full scan finds the tasks below them, such as those of a
 * higher priority. It follows after nine times the duration of the last one, at most 10 s.
 */
export class ClaimFloor {
  private floor = Number.NEGATIVE_INFINITY;
  private active = false;
  private nextFullScanAtMs = Number.NEGATIVE_INFINITY;

  /** Dead rows make full scans slow. */
  get isActive(): boolean {
    return this.active;
  }

  /** The rank (epoch seconds) from which the next claim reads; -Infinity for a full scan. Undefined: a full scan that need not return ranks. */
  next(nowMs: number): number | undefined {
    if (!this.active) return undefined;
    return nowMs < this.nextFullScanAtMs ? this.floor : Number.NEGATIVE_INFINITY;
  }

  /** Returns true after a slow full scan: call `counted` with the dead rows of the table then. */
  claimed({ from = Number.NEGATIVE_INFINITY, lowest, tookMs, nowMs }: ClaimTiming): boolean {
    if (lowest !== undefined) this.floor = lowest - MARGIN_SECONDS;
    if (from !== Number.NEGATIVE_INFINITY) return false;
    this.nextFullScanAtMs = nowMs + Math.min(tookMs * PAUSE_FACTOR, LONGEST_PAUSE_MS);
    const isSlow = tookMs >= SLOW_CLAIM_MS;
    if (!isSlow) this.active = false;
    return isSlow;
  }

  counted(deadRows: number): void {
    this.active = deadRows >= MANY_DEAD_ROWS;
  }
}
