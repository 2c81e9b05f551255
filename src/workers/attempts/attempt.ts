import { type Failure, fullStack } from '../../core/task/failure.ts';
import type { ClaimedTask, LogLevel } from '../../core/task/task.ts';
import { toResultJson } from '../../core/task/result-json.ts';
import { timerMs } from '../../core/time/timer-ms.ts';
import { cutText, storableText } from '../../core/text/storable-text.ts';
import type { TaskContext, TaskLog } from '../../tasks/definitions/task-context.ts';
import type { Span } from '../../platform/telemetry/tracing/tracing.ts';
import { boundedLine, MAX_LINES } from '../../engine/logs/bounded-line.ts';
import type { NewLogLine } from '../../engine/logs/log-rows.ts';

/** Why an attempt was stopped. After any reason except `draining` and `timed_out`, its result has no effect. */
export type StopReason = 'cancelled' | 'lease_lost' | 'timed_out' | 'draining';

class Stopped extends Error {
  override readonly name = 'Stopped';
  constructor(readonly reason: StopReason) {
    super(`the attempt was stopped: ${reason}`);
  }
}

export interface AttemptPorts {
  writeLog(line: NewLogLine): Promise<void>;
  writeProgress(attempt: Attempt): Promise<void>;
  findStep(task: ClaimedTask, step: string, inputs: unknown): Promise<{ output: unknown } | undefined>;
  saveStep(task: ClaimedTask, step: string, inputs: unknown, output: unknown): Promise<void>;
}

const PROGRESS_EVERY_MS = 250;
/** In characters, as in the API of agents. */
const MAX_STEP = 100;
const STOP_GRACE_MS = 5_000;
const noop = () => undefined;

/**
 * One claim of one task, and the context its handler sees. What most handlers never use is created when they first read it: a
 * process runs 20,000 attempts in a second.
 */
export class Attempt implements TaskContext {
  /** Set by the runner once they are validated. */
  params: unknown;
  private lazyLog: TaskLog | undefined;
  private lazyProgress: TaskContext['progress'] | undefined;
  private lazyCheckpoint: TaskContext['checkpoint'] | undefined;
  private controller: AbortController | undefined;
  private stopped: Stopped | undefined;
  graceMs = STOP_GRACE_MS;
  /** Set while the handler runs. */
  private onStop: (() => void) | undefined;
  private pending: Set<Promise<void>> | undefined;
  private lines = 0;
  private dropped = 0;
  private progressTimer: NodeJS.Timeout | undefined;
  private lastProgressAt = Number.NEGATIVE_INFINITY;
  percent = 0;
  step: string | null = null;
  /** Set when the handler ignored its signal; resolves when the handler ends. */
  ignored: Promise<void> | undefined;
  /** Set by the runner; ended with the attempt. */
  span: Span | undefined;

  constructor(
    readonly task: ClaimedTask,
    private readonly ports: AttemptPorts,
  ) {}

  // Functions that need no `this`, because handlers destructure their context.
  get log(): TaskLog {
    return (this.lazyLog ??= this.createLog());
  }
  get progress(): TaskContext['progress'] {
    return (this.lazyProgress ??= (percent, step) => this.setProgress(percent, step));
  }
  get checkpoint(): TaskContext['checkpoint'] {
    return (this.lazyCheckpoint ??= (step, inputs, work) => this.runCheckpoint(step, inputs, work));
  }

  get id(): string {
    return this.task.id;
  }
  get name(): string {
    return this.task.name;
  }
  get attempt(): number {
    return this.task.attempt;
  }
  get maxAttempts(): number {
    return this.task.maxAttempts;
  }
  get previousFailure(): Failure | null {
    return this.task.previousFailure;
  }
  get createdBy(): string {
    return this.task.createdBy;
  }
  get traceContext(): string | null {
    return this.task.traceContext;
  }
  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.stopped) this.controller.abort(this.stopped);
    return this.controller.signal;
  }

  get stopReason(): StopReason | undefined {
    return this.stopped?.reason;
  }

  /** `graceMs`: how long the handler may ignore its signal before its slot is freed and its child process is killed. */
  stop(reason: StopReason, graceMs = STOP_GRACE_MS): void {
    if (this.stopped) return;
    this.graceMs = graceMs;
    this.stopped = new Stopped(reason);
    this.controller?.abort(this.stopped);
    this.onStop?.();
  }

  /** The handler's promise, or a rejection when it ignores its signal for too long. */
  orAbandoned<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      this.onStop = () => {
        timer = setTimeout(() => {
          this.ignored = work.then(noop, noop);
          reject(this.stopped as Stopped);
        }, timerMs(this.graceMs));
      };
      const ended = () => {
        this.onStop = undefined;
        clearTimeout(timer);
      };
      work.then(
        (value) => {
          ended();
          resolve(value);
        },
        (error: unknown) => {
          ended();
          reject(error);
        },
      );
    });
  }

  private setProgress(percent: number, step: string | undefined): void {
    this.percent = Math.max(0, Math.min(100, Math.round(percent) || 0));
    // PostgreSQL rejects a NUL, and with it every later report with the same step.
    if (typeof step === 'string') this.step = cutText(storableText(step), MAX_STEP);
    if (this.progressTimer) return;
    const wait = this.lastProgressAt + PROGRESS_EVERY_MS - performance.now();
    this.progressTimer = setTimeout(() => this.storeProgress(), timerMs(wait));
  }

  private async runCheckpoint<T>(step: string, inputs: unknown, work: () => Promise<T>): Promise<T> {
    if (this.stopped) throw this.stopped;
    const found = await this.findStep(step, inputs);
    if (found) {
      this.log.debug(`step ${step} was done before`, { step });
      return found.output as T;
    }
    const output = await work();
    await this.saveStep(step, inputs, toResultJson(output, `the output of the step ${step}`));
    return output;
  }

  /** The two halves of a checkpoint, for a handler in another process. */
  findStep(step: string, inputs: unknown): Promise<{ output: unknown } | undefined> {
    return this.ports.findStep(this.task, step, inputs);
  }

  saveStep(step: string, inputs: unknown, output: unknown): Promise<void> {
    return this.ports.saveStep(this.task, step, inputs, output);
  }

  /** An error that the handler did not classify has its whole stack in the log. */
  logStack(error: unknown, failure: Failure): void {
    if (failure.frames) this.log.debug('stack of the failure', { stack: fullStack(error) });
  }

  /** Resolves when everything written so far is stored, or has failed. */
  async flush(): Promise<void> {
    if (this.progressTimer) this.storeProgress();
    if (this.dropped > 0) this.store('warn', `${this.dropped} further log lines were dropped (limit ${MAX_LINES} for an attempt)`, null);
    this.dropped = 0;
    if (this.pending) await Promise.all(this.pending);
  }

  /** For a completed attempt: the settle sets 100, and no statement is needed before it. */
  forgetProgress(): void {
    clearTimeout(this.progressTimer);
    this.progressTimer = undefined;
  }

  private storeProgress(): void {
    this.forgetProgress();
    this.lastProgressAt = performance.now();
    this.track(this.ports.writeProgress(this));
  }

  private createLog(): TaskLog {
    const at = (level: LogLevel) => (message: string, data?: unknown) => this.write(level, message, data);
    return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), write: (level, ...line) => at(level)(...line) };
  }

  private write(level: LogLevel, message: string, data: unknown): void {
    if (this.lines >= MAX_LINES) this.dropped++;
    else this.store(level, message, data);
  }

  private store(level: LogLevel, message: string, data: unknown): void {
    const { id, epoch, attempt, logSeq } = this.task;
    const seq = logSeq + ++this.lines;
    this.track(this.ports.writeLog({ id, epoch, seq, attempt, writtenAt: performance.now(), ...boundedLine(level, message, data) }));
  }

  /** A line that cannot be stored must not fail the task. */
  private track(write: Promise<void>): void {
    const pending = (this.pending ??= new Set());
    const settled = write.catch(noop).finally(() => pending.delete(settled));
    pending.add(settled);
  }
}
