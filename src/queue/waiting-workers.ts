import { timerMs } from '../core/time/timer-ms.ts';
import type { ReserveSlots, SlotReservation } from './task-queue.ts';

interface WaitingLoop {
  readonly wake: () => void;
  readonly reserve: ReserveSlots | undefined;
}

/** The waiting worker loops of this process, by queue. */
export class WaitingWorkers {
  private readonly loops = new Map<string, Set<WaitingLoop>>();
  /** Queues woken while no loop waited. The next wait returns at once. */
  private readonly missed = new Set<string>();

  constructor(private readonly pollIntervalMs: number) {}

  wake(queue: string): void {
    const loops = [...(this.loops.get(queue) ?? [])];
    if (loops.length === 0) this.missed.add(queue);
    for (const { wake } of loops) wake();
  }

  wakeAll(): void {
    for (const queue of this.loops.keys()) this.wake(queue);
  }

  /** Called before a claim, which sees every task announced so far. */
  beginClaim(queue: string): void {
    this.missed.delete(queue);
  }

  /** Slots of the first waiting loop that has some. After a failed claim the loop wakes, to look for tasks that it leased unknowingly. */
  reserve(queue: string, name: string, count: number): SlotReservation | undefined {
    for (const { reserve } of this.loops.get(queue) ?? []) {
      const reservation = reserve?.(name, count);
      if (reservation) return { ...reservation, fail: (error) => this.failed(queue, reservation, error) };
    }
    return undefined;
  }

  /** Resolves after a wake-up, after the poll interval, or when the signal aborts. `reserve`: the loop offers its slots meanwhile. */
  wait(queue: string, signal: AbortSignal, reserve?: ReserveSlots): Promise<void> {
    if (this.missed.delete(queue) || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const loops = this.loops.get(queue) ?? new Set<WaitingLoop>();
      this.loops.set(queue, loops);
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        loops.delete(loop);
        resolve();
      };
      const loop = { wake, reserve };
      const timer = setTimeout(wake, timerMs(this.pollIntervalMs));
      signal.addEventListener('abort', wake, { once: true });
      loops.add(loop);
    });
  }

  private failed(queue: string, reservation: SlotReservation, error: unknown): void {
    reservation.fail(error);
    this.wake(queue);
  }
}
