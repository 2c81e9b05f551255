import { Injectable } from '@nestjs/common';
import { timerMs } from '../../core/time/timer-ms.ts';

interface Throttle {
  readonly unblocked: AbortController;
  readonly timers: NodeJS.Timeout[];
}

/**
 * Queues whose ready tasks a limit kept back at the last claim of this process. Such tasks are not announced again: the end of a
 * task makes room for the next one of its key, or time adds a token. Ends in other processes are found by the poll.
 */
@Injectable()
export class ThrottledQueues {
  private readonly throttles = new Map<string, Throttle>();
  private ends = 0;

  /** Counts ends of tasks. Read it before a claim, and pass it to `throttle` afterwards. */
  get endedCount(): number {
    return this.ends;
  }

  /** `retryInMs`: when a rate has the next token; null: when a task has ended. Called again before `release`, it adds another time. */
  throttle(queue: string, since: number, retryInMs: number | null): void {
    const { unblocked, timers } = this.throttles.get(queue) ?? { unblocked: new AbortController(), timers: [] };
    if (retryInMs !== null) timers.push(setTimeout(() => unblocked.abort(), timerMs(retryInMs)).unref());
    this.throttles.set(queue, { unblocked, timers });
    if (since !== this.ends) unblocked.abort();
  }

  /** A new claim begins. */
  release(queue: string): void {
    this.throttles.get(queue)?.timers.forEach(clearTimeout);
    this.throttles.delete(queue);
  }

  /** A task has ended in this process, and its transaction is committed. */
  taskEnded(): void {
    this.ends += 1;
    for (const { unblocked } of this.throttles.values()) unblocked.abort();
  }

  /** `signal`, or one that also aborts when another claim may succeed. It aborts once for each throttle. */
  untilUnblocked(queue: string, signal: AbortSignal): AbortSignal {
    const throttle = this.throttles.get(queue);
    if (!throttle) return signal;
    if (throttle.unblocked.signal.aborted) this.release(queue);
    return AbortSignal.any([signal, throttle.unblocked.signal]);
  }
}
