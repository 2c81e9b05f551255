import { Injectable } from '@nestjs/common';
import { timerMs } from '../../core/time/timer-ms.ts';

interface Throttle {
  readonly unblocked: AbortController;
  readonly timer: NodeJS.Timeout | undefined;
}

/**
 * Queues whose ready tasks a limit kept back at the last claim of this process. Nobody announces them again: the end of a
 * task lets the next one of its key pass, or time does. Ends in other processes are found by the poll.
 */
@Injectable()
export class ThrottledQueues {
  private readonly throttles = new Map<string, Throttle>();
  private ends = 0;

  /** Counts ends of tasks. Read it before a claim, and give it to `throttle` after. */
  get endedCount(): number {
    return this.ends;
  }

  /** `retryInMs`: when a rate lets the next one pass; null: when a task has ended. */
  throttle(queue: string, since: number, retryInMs: number | null): void {
    this.release(queue);
    const unblocked = new AbortController();
    const timer = retryInMs === null ? undefined : setTimeout(() => unblocked.abort(), timerMs(retryInMs));
    timer?.unref();
    this.throttles.set(queue, { unblocked, timer });
    if (since !== this.ends) unblocked.abort();
  }

  /** All that is ready can start. */
  release(queue: string): void {
    clearTimeout(this.throttles.get(queue)?.timer);
    this.throttles.delete(queue);
  }

  /** A task has ended here, its transaction too. */
  taskEnded(): void {
    this.ends += 1;
    for (const { unblocked } of this.throttles.values()) unblocked.abort();
  }

  /** `signal`, or one that also aborts when it is worth while to claim again. What has been told once is not told again. */
  untilUnblocked(queue: string, signal: AbortSignal): AbortSignal {
    const throttle = this.throttles.get(queue);
    if (!throttle) return signal;
    if (throttle.unblocked.signal.aborted) this.release(queue);
    return AbortSignal.any([signal, throttle.unblocked.signal]);
  }
}
