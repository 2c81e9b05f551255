/** A loop is late when no round has succeeded for this long and for this many intervals, unless the loop names its own threshold. */
const LATE_AFTER_MS = 15_000;
const LATE_AFTER_INTERVALS = 5;
/** A round that runs for longer hangs: statements end after 30 s, and a round has a few of them. */
const STUCK_AFTER_MS = 600_000;
/** Characters of an error message in a health report. */
const MAX_ERROR = 200;

export interface LoopTiming {
  name: string;
  /** From the end of one round to the start of the next. */
  intervalMs: number;
  /** The loop is late when no round has succeeded for this long. */
  lateAfterMs?: number;
}

/** What a health report and the metrics show of one loop. */
export interface LoopState {
  readonly name: string;
  readonly intervalMs: number;
  readonly lateAfterMs: number;
  readonly running: boolean;
  readonly lastStartAt: Date | null;
  readonly lastSuccessAt: Date | null;
  readonly lastErrorAt: Date | null;
  readonly lastError: string | null;
  readonly consecutiveErrors: number;
  /** Seconds by which the last success is older than one interval. 0 for a loop that is stopped or suspended. */
  readonly latenessSeconds: number;
  /** No success within `lateAfterMs`. */
  readonly late: boolean;
  /** The round in flight has run for 10 minutes, or for `lateAfterMs` if that is longer. */
  readonly stuck: boolean;
}

/** Rounds of a loop since they were last taken. */
export interface LoopTally {
  /** The start of the first and of the last round. */
  readonly from: Date;
  readonly until: Date;
  readonly rounds: number;
  readonly failures: number;
  /** Of the last failed round. */
  readonly error: string | null;
  readonly lastMs: number;
  readonly longestMs: number;
}

/**
 * When a loop last ran, succeeded and failed. `Loop` writes one; other repeating code (a claim loop, a thread, a
 * listener) writes its own. Ages use the monotonic clock, so that a changed system clock does not make a loop late.
 */
export class LoopRecord {
  readonly name: string;
  private readonly intervalMs: number;
  private readonly lateAfterMs: number;
  private running = false;
  private lastStartAt: Date | null = null;
  private lastSuccessAt: Date | null = null;
  private lastErrorAt: Date | null = null;
  private lastError: string | null = null;
  private errors = 0;
  /** Monotonic; when the current wait for a success began. Undefined while none is due. */
  private waitingSince: number | undefined;
  /** Monotonic; when the round in flight began. */
  private roundSince: number | undefined;

  private tally: LoopTally | null = null;

  constructor({ name, intervalMs, lateAfterMs = Math.max(LATE_AFTER_MS, LATE_AFTER_INTERVALS * intervalMs) }: LoopTiming) {
    this.name = name;
    this.intervalMs = intervalMs;
    this.lateAfterMs = lateAfterMs;
  }

  get consecutiveErrors(): number {
    return this.errors;
  }

  started(): void {
    this.running = true;
    this.waitingSince = performance.now();
  }

  stopped(): void {
    this.running = false;
    this.waitingSince = undefined;
    this.roundSince = undefined;
  }

  roundStarted(): void {
    this.lastStartAt = new Date();
    this.roundSince = performance.now();
    this.waitingSince ??= this.roundSince;
  }

  succeeded(): void {
    this.lastSuccessAt = new Date();
    this.errors = 0;
    this.count(null);
    this.roundSince = undefined;
    if (this.running) this.waitingSince = performance.now();
  }

  /** Returns how many rounds have failed in a row. */
  failed(error: unknown): number {
    this.lastErrorAt = new Date();
    this.lastError = describe(error);
    this.count(this.lastError);
    this.roundSince = undefined;
    return ++this.errors;
  }

  /** No success is due until the next round: the loop waits for something that may take any time, such as a free slot. */
  suspended(): void {
    this.waitingSince = undefined;
    this.roundSince = undefined;
  }

  /** What ended since the last call; null for nothing. */
  takeTally(): LoopTally | null {
    const taken = this.tally;
    this.tally = null;
    return taken;
  }

  state(): LoopState {
    const { name, intervalMs, lateAfterMs, running, lastStartAt, lastSuccessAt, lastErrorAt, lastError, errors } = this;
    const now = performance.now();
    const waitedMs = this.waitingSince === undefined ? 0 : now - this.waitingSince;
    const roundMs = this.roundSince === undefined ? 0 : now - this.roundSince;
    return {
      name,
      intervalMs,
      lateAfterMs,
      running,
      lastStartAt,
      lastSuccessAt,
      lastErrorAt,
      lastError,
      consecutiveErrors: errors,
      latenessSeconds: Math.round(Math.max(0, waitedMs - intervalMs) / 100) / 10,
      late: waitedMs > lateAfterMs,
      stuck: roundMs > Math.max(STUCK_AFTER_MS, lateAfterMs),
    };
  }

  private count(error: string | null): void {
    const { tally, lastStartAt, roundSince } = this;
    if (lastStartAt === null || roundSince === undefined) return;
    const lastMs = Math.round(performance.now() - roundSince);
    this.tally = {
      from: tally?.from ?? lastStartAt,
      until: lastStartAt,
      rounds: (tally?.rounds ?? 0) + 1,
      failures: (tally?.failures ?? 0) + (error === null ? 0 : 1),
      error: error ?? tally?.error ?? null,
      lastMs,
      longestMs: Math.max(tally?.longestMs ?? 0, lastMs),
    };
  }
}

/** Without the stack, and without other data that an error of an HTTP client or a driver contains. */
function describe(error: unknown): string {
  const { code, message } = typeof error === 'object' && error !== null ? (error as { code?: unknown; message?: unknown }) : {};
  const text = typeof message === 'string' ? message : String(error);
  return (typeof code === 'string' ? `${code}: ${text}` : text).slice(0, MAX_ERROR);
}
