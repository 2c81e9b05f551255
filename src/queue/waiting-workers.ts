import { timerMs } from '../core/time/timer-ms.ts';

/** The waiting worker loops of this process, by queue. */
export class WaitingWorkers {
  private readonly loops = new Map<string, Set<() => void>>();
  /** Queues woken while no loop waited. The next wait returns at once. */
  private readonly missed = new Set<string>();

  constructor(private readonly pollIntervalMs: number) {}

  wake(queue: string): void {
    const loops = [...(this.loops.get(queue) ?? [])];
    if (loops.length === 0) this.missed.add(queue);
    for (const wake of loops) wake();
  }

  wakeAll(): void {
    for (const queue of this.loops.keys()) this.wake(queue);
  }

  /** Called before a claim, which sees every task announced so far. */
  beginClaim(queue: string): void {
    this.missed.delete(queue);
  }

  /** Resolves after a wake-up, after the poll interval, or when the signal aborts. */
  wait(queue: string, signal: AbortSignal): Promise<void> {
    if (this.missed.delete(queue) || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const loops = this.loops.get(queue) ?? new Set();
      this.loops.set(queue, loops);
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        loops.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, timerMs(this.pollIntervalMs));
      signal.addEventListener('abort', wake, { once: true });
      loops.add(wake);
    });
  }
}
