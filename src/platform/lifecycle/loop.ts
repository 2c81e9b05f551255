import { setMaxListeners } from 'node:events';
import { timerMs } from '../../core/time/timer-ms.ts';
import { LoopRecord, type LoopState, type LoopTiming } from './loop-record.ts';

export interface LoopOptions extends LoopTiming {
  /** Random share of each pause, so that processes do not act in step. 0.1 = ±10 %. */
  jitter?: number;
  /** false: a failed round is repeated after one interval, for any number of failures. */
  backsOff?: boolean;
  /**
   * A slow round that succeeds is followed by a pause of nine times its duration, up to this. So a loop whose statements have become slow takes a tenth
   * of a connection. Without it the pause is always `intervalMs`.
   */
  longestPauseMs?: number;
  /** While it is true, no round begins. A round in flight ends. */
  isPaused?(): boolean;
  /** One round. Must end soon after the signal aborts; may be run again at once. */
  run(signal: AbortSignal): Promise<unknown>;
  /** Called after each failed round; `consecutive` counts them since the last success. */
  onError(error: unknown, consecutive: number): void;
}

/** A loop with a longer interval runs once a day. */
const LONGEST_PAUSE_MS = 24 * 3_600_000;
/**
 * The pause of a failing loop doubles with each failure, up to this (or its interval, if longer). With a minute, tasks were promoted and
 * rescued up to a minute after the database was back.
 */
const LONGEST_BACKOFF_MS = 2_000;

/** The pause after a slow round, in durations of the round. */
const PAUSE_FACTOR = 9;

/**
 * The loop of this application: its rounds never overlap, it can be woken, backs off when it fails, and stops only
 * when the round in flight has ended. Its timer keeps the process alive, so that a loop that is not stopped is
 * noticed.
 */
export class Loop {
  readonly record: LoopRecord;
  private readonly options: LoopOptions;
  private stopping: AbortController | null = null;
  private finished: Promise<void> = Promise.resolve();
  private endPause: (() => void) | null = null;
  private woken = false;

  constructor(options: LoopOptions) {
    this.options = options;
    this.record = new LoopRecord(options);
  }

  get state(): LoopState {
    return this.record.state();
  }

  /** The first round begins at once. A second start does nothing; a start during a stop begins when that is done. */
  start(): void {
    if (this.stopping !== null && !this.stopping.signal.aborted) return;
    const stopping = new AbortController();
    setMaxListeners(0, stopping.signal); // a round may hand the signal to any number of tasks
    this.stopping = stopping;
    this.finished = this.finished.then(() => this.rounds(stopping.signal));
  }

  /** Runs a round now, or one more after the round in flight. A failing loop keeps its pause: more rounds would only add load. */
  wake(): void {
    this.woken = true;
    if (this.record.consecutiveErrors === 0) this.endPause?.();
  }

  /** Resolves when no round is running and none will begin. */
  async stop(): Promise<void> {
    this.stopping?.abort();
    this.endPause?.();
    await this.finished;
  }

  private async rounds(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.record.started();
    while (!signal.aborted) {
      this.woken = false;
      const startedAt = performance.now();
      if (this.options.isPaused?.()) this.record.suspended();
      else await this.round(signal);
      if (!signal.aborted && (!this.woken || this.record.consecutiveErrors > 0)) await this.pause(performance.now() - startedAt);
    }
    this.record.stopped();
  }

  private async round(signal: AbortSignal): Promise<void> {
    this.record.roundStarted();
    try {
      await this.options.run(signal);
      this.record.succeeded();
    } catch (error) {
      if (signal.aborted) return; // a round that throws because it was stopped has not failed
      this.options.onError(error, this.record.failed(error));
    }
  }

  private async pause(roundMs: number): Promise<void> {
    const { intervalMs, jitter = 0, backsOff = true, longestPauseMs = 0 } = this.options;
    const doublings = backsOff ? this.record.consecutiveErrors : 0;
    const backoff = Math.min(intervalMs * 2 ** doublings, Math.max(intervalMs, LONGEST_BACKOFF_MS));
    const pause = this.record.consecutiveErrors > 0 ? backoff : Math.max(intervalMs, Math.min(roundMs * PAUSE_FACTOR, longestPauseMs));
    const spread = 1 + jitter * (2 * Math.random() - 1);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timerMs(Math.min(pause * spread, LONGEST_PAUSE_MS)));
      this.endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.endPause = null;
  }
}
