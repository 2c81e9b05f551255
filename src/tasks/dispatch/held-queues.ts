import { Injectable } from '@nestjs/common';
import { timerMs } from '../../core/time/timer-ms.ts';

interface Hold {
  readonly relief: AbortController;
  readonly timer: NodeJS.Timeout | undefined;
}

/**
 * Queues whose ready tasks a limit kept back at the last claim of this process. Nobody announces them again: the end of a
 * task lets the next one of its key pass, or time does. Ends in other processes are found by the poll.
 */
@Injectable()
export class HeldQueues {
  private readonly holds = new Map<string, Hold>();
  private ends = 0;

  /** Counts ends of tasks. Read it before a claim, and give it to `hold` after. */
  get now(): number {
    return this.ends;
  }

  /** `opensMs`: when a rate lets the next one pass; null: when a task has ended. */
  hold(queue: string, since: number, opensMs: number | null): void {
    this.release(queue);
    const relief = new AbortController();
    const timer = opensMs === null ? undefined : setTimeout(() => relief.abort(), timerMs(opensMs));
    timer?.unref();
    this.holds.set(queue, { relief, timer });
    if (since !== this.ends) relief.abort();
  }

  /** All that is ready can start. */
  release(queue: string): void {
    clearTimeout(this.holds.get(queue)?.timer);
    this.holds.delete(queue);
  }

  /** A task has ended here, its transaction too. */
  taskEnded(): void {
    this.ends += 1;
    for (const { relief } of this.holds.values()) relief.abort();
  }

  /** `signal`, or one that also aborts when it is worth while to claim again. What has been told once is not told again. */
  orRelief(queue: string, signal: AbortSignal): AbortSignal {
    const hold = this.holds.get(queue);
    if (!hold) return signal;
    if (hold.relief.signal.aborted) this.release(queue);
    return AbortSignal.any([signal, hold.relief.signal]);
  }
}
