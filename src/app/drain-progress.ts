import type { StatusOutput } from '../platform/telemetry/status-output.ts';

const REPORT_EVERY_MS = 5_000;

/** Logs what the shutdown of a process waits for, and how long it took. */
export class DrainProgress {
  private readonly startedAt = performance.now();
  private timer: NodeJS.Timeout | undefined;

  /** `running` returns the number of running tasks in this process. */
  constructor(
    private readonly out: StatusOutput,
    private readonly running: () => number,
  ) {}

  /** `limitMs`: how long running tasks may take to end. */
  begin(limitMs: number): void {
    const running = this.running();
    if (running === 0) return this.out.say('Draining: no task is running.', { running });
    const limit = `up to ${limitMs / 1000} s to end; what is left then goes back to the queue`;
    this.out.say(`Draining: ${tasks(running)} ${running === 1 ? 'has' : 'have'} ${limit}.`, { running });
    this.timer = setInterval(() => {
      this.out.say(`Draining: ${tasks(this.running())} after ${this.seconds()} s.`, { running: this.running() });
    }, REPORT_EVERY_MS).unref();
  }

  end(): void {
    clearInterval(this.timer);
    this.out.say(`Drained after ${this.seconds()} s.`);
  }

  private seconds(): string {
    return ((performance.now() - this.startedAt) / 1000).toFixed(1);
  }
}

const tasks = (count: number): string => `${count} running ${count === 1 ? 'task' : 'tasks'}`;
