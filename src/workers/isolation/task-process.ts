import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { type Failure, TaskFailure } from '../../core/task/failure.ts';
import type { Outcome } from '../../core/task/outcome.ts';
import { timerMs } from '../../core/time/timer-ms.ts';
import { OutputCapture } from '../../core/text/output-capture.ts';
import type { Attempt } from '../attempts/attempt.ts';
import { HAS_GROUPS, signalGroup } from '../../platform/lifecycle/process-group.ts';
import { type AttemptMessage, nameOf, type ProcessMessage, type ProcessOrder } from './process-messages.ts';

const BOOT_MS = 60_000;
/** Time from SIGTERM to SIGKILL, for the process and its descendants. */
const TERM_MS = 5_000;
/** A grandchild that left the process group may keep the pipes of an ended process open. */
const STDIO_FLUSH_MS = 500;
const TAIL = 2_000;
/** Workers and the database get three times the CPU share: an isolated task may loop until it is killed. */
const NICENESS = 5;

/** The process ended before its attempt. */
export class ProcessEnded extends Error {
  override readonly name = 'ProcessEnded';
  /** `cause`: "exit code 1", "SIGSEGV". `begun`: true when the attempt had started. */
  constructor(
    override readonly cause: string,
    readonly started: boolean,
  ) {
    super(`the process ended with ${cause}`);
  }
}

/** The handler's error, classified in the child process. */
export class ChildProcessFailure extends TaskFailure {
  constructor(
    readonly failure: Failure,
    retryAfterMs: number | null,
  ) {
    super(failure.class, failure.message, failure.code, retryAfterMs);
  }
}

interface Run {
  attempt: Attempt;
  begun: boolean;
  /** Applies what a stopped attempt reported before its group was killed. */
  lastWord?: () => void;
  resolve(outcome: Outcome): void;
  reject(error: Error): void;
}

/** A child process that runs attempts, one at a time, and is killed with its descendants when one of them is stopped. */
export class TaskProcess {
  /** Rejects when it ends before it is ready. */
  readonly ready: Promise<void>;
  /** Resolves with the cause when it ends. */
  readonly ended: Promise<string>;
  /** How many attempts it has been given. */
  runs = 0;
  private readonly child: ChildProcess;
  private current: Run | undefined;
  private output: OutputCapture[] = [];
  private tail = '';
  private ending = false;

  /** `onFree`: called when its user releases it. */
  constructor(
    script: string,
    private readonly onFree: (process: TaskProcess) => void,
  ) {
    this.child = fork(script, [], {
      env: { ...process.env, CONTENTHUB_ISOLATED: 'true' },
      detached: HAS_GROUPS,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
      execArgv: process.execArgv.filter((flag) => !flag.startsWith('--inspect')), // two debuggers cannot share a port
    });
    this.child.on('error', () => undefined); // reported by `ended`, or by the message that was not sent
    this.child.stdout?.on('data', (chunk: Buffer) => this.print(0, chunk));
    this.child.stderr?.on('data', (chunk: Buffer) => this.print(1, chunk));
    this.ended = this.untilEnded();
    this.ready = this.untilReady();
    this.ready.catch(() => undefined); // awaited by its user
  }

  get alive(): boolean {
    return !this.ending && this.child.connected;
  }

  /** Resolves with the handler's outcome. After a stop it settles when the whole process group has ended. */
  async execute(attempt: Attempt): Promise<Outcome> {
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    this.runs += 1;
    const run: Run = (this.current = { attempt, begun: false, resolve, reject });
    void this.ended.then((cause) => (run.lastWord ?? (() => reject(endOf(run, cause))))());
    attempt.params = attempt.task.params; // validated in the child process
    this.output = ['stdout', 'stderr'].map(
      (stream) =>
        new OutputCapture((text, truncated) =>
          attempt.log.write(truncated ? 'warn' : 'info', text, { stream, ...(truncated && { truncated }) }),
        ),
    );
    const stop = () => this.stop(attempt);
    attempt.signal.addEventListener('abort', stop);
    try {
      if (attempt.signal.aborted) throw attempt.signal.reason as Error;
      this.lowerPriority();
      this.send({ type: 'run', task: attempt.task });
      return await promise;
    } finally {
      attempt.signal.removeEventListener('abort', stop);
      for (const stream of this.output) stream.end();
      this.output = [];
      this.current = undefined;
    }
  }

  free(): void {
    this.onFree(this);
  }

  /** SIGTERM to the group, then SIGKILL. */
  end(termMs = TERM_MS): void {
    if (this.ending) return;
    this.ending = true;
    signalGroup(this.child, 'SIGTERM');
    const timer = setTimeout(() => signalGroup(this.child, 'SIGKILL'), timerMs(termMs));
    void this.ended.then(() => clearTimeout(timer));
  }

  /** Not from the start, because a worker waits for the start. */
  private lowerPriority(): void {
    try {
      if (this.child.pid !== undefined && this.runs === 1) setPriority(this.child.pid, NICENESS);
    } catch {
      // it has just ended, and `ended` reports it
    }
  }

  private stop(attempt: Attempt): void {
    if (attempt.stopReason) this.send({ type: 'stop', reason: attempt.stopReason });
    this.end(attempt.graceMs);
  }

  private send(order: ProcessOrder): void {
    if (this.child.connected) this.child.send(order, () => undefined);
  }

  private async untilReady(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.child.on('message', (message: ProcessMessage) => {
      try {
        if (message.type === 'ready') resolve();
        else this.handleMessage(message);
      } catch {
        this.end(); // a handler may send any message on this channel, but only once
      }
    });
    const late = setTimeout(() => this.end(), BOOT_MS);
    void this.ended.then((cause) => reject(new Error(`a process for tasks could not start, it ended with ${cause}: ${this.tail.trim()}`)));
    await promise.finally(() => clearTimeout(late));
  }

  private async untilEnded(): Promise<string> {
    const closed = once(this.child, 'close').catch(() => undefined);
    const cause = await new Promise<string>((resolve) => {
      this.child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
      this.child.once('error', (error) => this.child.pid === undefined && resolve(error.message));
    });
    this.ending = true;
    signalGroup(this.child, 'SIGKILL'); // its descendants
    await Promise.race([closed, delay(STDIO_FLUSH_MS)]);
    return cause;
  }

  private handleMessage(message: AttemptMessage): void {
    const run = this.current;
    if (!run || message.of !== nameOf(run.attempt.task)) return;
    const { attempt } = run;
    switch (message.type) {
      case 'begun':
        run.begun = true;
        return;
      case 'log':
        return attempt.log.write(message.level, message.message, message.data);
      case 'progress':
        return attempt.progress(message.percent, message.step ?? undefined);
      case 'findStep':
        return this.answer(message.call, attempt.findStep(message.step, message.inputs));
      case 'saveStep':
        return this.answer(message.call, attempt.saveStep(message.step, message.inputs, message.output));
      case 'ended':
        return void this.settle(run, () => run.resolve(message.outcome));
      case 'failed':
        return void this.settle(run, () => run.reject(new ChildProcessFailure(message.failure, message.retryAfterMs)));
    }
  }

  /** Output before the end is in the pipe, and read in this turn. A stopped attempt ends with its process group. */
  private async settle(run: Run, settle: () => void): Promise<void> {
    if (run.attempt.signal.aborted) {
      run.lastWord = settle;
      signalGroup(this.child, 'SIGKILL');
      return;
    }
    await turn();
    settle();
  }

  private answer(call: number, work: Promise<unknown>): void {
    work.then(
      (value) => this.send({ type: 'answer', call, value }),
      (error: unknown) =>
        this.send({ type: 'answer', call, value: undefined, error: error instanceof Error ? error.message : String(error) }),
    );
  }

  private print(stream: number, chunk: Buffer): void {
    if (this.current) this.output[stream]?.push(chunk);
    else if (this.runs === 0) this.tail = (this.tail + chunk.toString()).slice(-TAIL);
    detachBuffer(chunk);
  }
}

function endOf({ attempt: { signal }, begun }: Run, cause: string): Error {
  return signal.aborted ? (signal.reason as Error) : new ProcessEnded(cause, begun);
}

/** Frees the memory at once: left to the garbage collector, the chunks of a flood grew the worker by 80 MB instead of 15. */
function detachBuffer({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
