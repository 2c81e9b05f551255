import type { RankedTask } from '../task-queue.ts';

/**
 * The tickets of one queue as a bounded binary heap. Forgetting is safe: whoever finds it empty asks PostgreSQL, which
 * knows every task.
 */
export class MemoryTaskQueue {
  private readonly heap: RankedTask[] = [];
  private readonly ids = new Set<string>();
  /** Taken, and not yet reported done. */
  private unfinished = 0;
  private readonly joining = new Set<() => void>();

  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.heap.length;
  }

  get empty(): boolean {
    return this.heap.length === 0;
  }

  /** False when it is full. A ticket that is in it already stays where it is. */
  put(ticket: RankedTask): boolean {
    if (this.ids.has(ticket.id)) return true;
    if (this.heap.length >= this.capacity) return false;
    this.ids.add(ticket.id);
    this.heap.push(ticket);
    this.rise(this.heap.length - 1);
    return true;
  }

  /** The first ticket, which the caller reports by `taskDone`. */
  get(): RankedTask | undefined {
    const first = this.heap[0];
    const last = this.heap.pop();
    if (!first || !last) return undefined;
    this.ids.delete(first.id);
    this.unfinished += 1;
    if (last !== first) {
      this.heap[0] = last;
      this.sink(0);
    }
    return first;
  }

  /** @throws {RangeError} when nothing was taken that is not done. */
  taskDone(): void {
    if (this.unfinished === 0) throw new RangeError('taskDone() without a ticket that was taken');
    this.unfinished -= 1;
    this.tellJoining();
  }

  /** Resolves when it is empty and every ticket taken is done. */
  async join(): Promise<void> {
    if (this.idle()) return;
    await new Promise<void>((resolve) => this.joining.add(resolve));
  }

  /** Forgets the tickets nobody took. */
  clear(): void {
    this.heap.length = 0;
    this.ids.clear();
    this.tellJoining();
  }

  private idle(): boolean {
    return this.empty && this.unfinished === 0;
  }

  private tellJoining(): void {
    if (!this.idle()) return;
    for (const resolve of this.joining) resolve();
    this.joining.clear();
  }

  private rise(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.swapIfBefore(at, parent)) return;
      at = parent;
    }
  }

  private sink(from: number): void {
    for (let at = from; ; ) {
      const left = 2 * at + 1;
      const child = this.isBefore(left + 1, left) ? left + 1 : left;
      if (!this.swapIfBefore(child, at)) return;
      at = child;
    }
  }

  private swapIfBefore(lower: number, upper: number): boolean {
    if (!this.isBefore(lower, upper)) return false;
    [this.heap[lower], this.heap[upper]] = [this.heap[upper] as RankedTask, this.heap[lower] as RankedTask];
    return true;
  }

  private isBefore(a: number, b: number): boolean {
    const [one, other] = [this.heap[a], this.heap[b]];
    if (!one || !other) return false;
    return one.rank === other.rank ? one.id < other.id : one.rank < other.rank;
  }
}
