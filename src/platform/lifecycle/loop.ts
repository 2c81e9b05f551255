import { setMaxListeners } from 'node:events';
import { timerMs } from '../../core/time/timer-ms.ts';

export interface LoopOptions {
  name: string;
  /** From the end of one run to the start of the next. */
  intervalMs: number;
  /** Share of each pause that is random, so that many processes do not act in step. 0.1 = ±10 %. */
  jitter?: number;
  /** One round. Must end soon after the signal aborts; may be run again at once. */
  run(signal: AbortSignal): Promise<unknown>;
  /** Told of every failed round; `consecutive` counts them since the last good one. */
  onError(error: unknown, consecutive: number): void;
}

export interface LoopHealth {
  name: string;
  running: boolean;
  /** Epoch milliseconds. */
  lastSuccessAt: number | null;
  consecutiveErrors: number;
}

/** A loop with a longer interval runs once a day. */
const LONGEST_PAUSE_MS = 24 * 3_600_000;
/**
 * A failing loop waits twice as long each time, up to this (or its interval, if longer). With a minute, tasks were promoted and
 * rescued up to a minute after the database was back.
 */
const LONGEST_BACKOFF_MS = 2_000;

/**
 * The one shape of everything that repeats: starts, never overlaps, can be woken, backs off when it fails, and stops
 * only when the round in flight has ended. Its timer keeps the process alive: a loop nobody stopped is a bug to see.
 */
export class Loop {
  private readonly options: LoopOptions;
  private stopping: AbortController | null = null;
  private finished: Promise<void> = Promise.resolve();
  private endPause: (() => void) | null = null;
  private woken = false;
  private lastSuccessAt: number | null = null;
  private consecutiveErrors = 0;

  constructor(options: LoopOptions) {
    this.options = options;
  }

  get health(): LoopHealth {
    const running = this.stopping !== null && !this.stopping.signal.aborted;
    return { name: this.options.name, running, lastSuccessAt: this.lastSuccessAt, consecutiveErrors: this.consecutiveErrors };
  }

  /** The first round begins at once. A second start does nothing; a start during a stop begins when that is done. */
  start(): void {
    if (this.stopping !== null && !this.stopping.signal.aborted) return;
    const stopping = new AbortController();
    setMaxListeners(0, stopping.signal); // a round may hand the signal to any number of tasks
    this.stopping = stopping;
    this.finished = this.finished.then(() => this.rounds(stopping.signal));
  }

  /** Runs a round now, or one more after the round in flight. A failing loop keeps its back-off: waking it would only hammer. */
  wake(): void {
    this.woken = true;
    if (this.consecutiveErrors === 0) this.endPause?.();
  }

  /** Resolves when no round is running and none will begin. */
  async stop(): Promise<void> {
    this.stopping?.abort();
    this.endPause?.();
    await this.finished;
  }

  private async rounds(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.woken = false;
      await this.round(signal);
      if (!signal.aborted && (!this.woken || this.consecutiveErrors > 0)) await this.pause();
    }
  }

  private async round(signal: AbortSignal): Promise<void> {
    try {
      await this.options.run(signal);
      this.lastSuccessAt = Date.now();
      this.consecutiveErrors = 0;
    } catch (error) {
      if (signal.aborted) return; // what a round throws because it was told to end is no failure
      this.consecutiveErrors += 1;
      this.options.onError(error, this.consecutiveErrors);
    }
  }

  private async pause(): Promise<void> {
    const { intervalMs, jitter = 0 } = this.options;
    const backoff = Math.min(intervalMs * 2 ** this.consecutiveErrors, Math.max(intervalMs, LONGEST_BACKOFF_MS));
    const spread = 1 + jitter * (2 * Math.random() - 1);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timerMs(Math.min(backoff * spread, LONGEST_PAUSE_MS)));
      this.endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.endPause = null;
  }
}
