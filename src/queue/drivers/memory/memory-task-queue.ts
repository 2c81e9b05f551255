import type { RankedTask } from '../../task-queue.ts';

/** The ready tasks of one queue in a bounded binary heap. The task with the smallest rank comes first, then the smallest id. */
export class MemoryTaskQueue {
  private readonly heap: RankedTask[] = [];
  private readonly ids = new Set<string>();
  /** Tasks given out by `get` and not yet reported by `taskDone`. */
  private unfinished = 0;
  private readonly joining = new Set<() => void>();

  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.heap.length;
  }

  get empty(): boolean {
    return this.heap.length === 0;
  }

  /** Adds a task, unless the heap has it. Returns false when the heap is full. */
  put(task: RankedTask): boolean {
    if (this.ids.has(task.id)) return true;
    if (this.heap.length >= this.capacity) return false;
    this.ids.add(task.id);
    this.heap.push(task);
    this.moveUp(this.heap.length - 1);
    return true;
  }

  /** Removes and returns the first task. The caller reports it by `taskDone`. */
  get(): RankedTask | undefined {
    const first = this.heap[0];
    const last = this.heap.pop();
    if (!first || !last) return undefined;
    this.ids.delete(first.id);
    this.unfinished += 1;
    if (last !== first) {
      this.heap[0] = last;
      this.moveDown(0);
    }
    return first;
  }

  /** @throws {RangeError} when every task given out is reported already. */
  taskDone(): void {
    if (this.unfinished === 0) throw new RangeError('taskDone() was called more often than get() returned a task');
    this.unfinished -= 1;
    this.resolveJoins();
  }

  /** Resolves when the heap is empty and every task given out is reported. */
  async join(): Promise<void> {
    if (this.idle()) return;
    await new Promise<void>((resolve) => this.joining.add(resolve));
  }

  /** Removes the tasks that were not given out. */
  clear(): void {
    this.heap.length = 0;
    this.ids.clear();
    this.resolveJoins();
  }

  private idle(): boolean {
    return this.empty && this.unfinished === 0;
  }

  private resolveJoins(): void {
    if (!this.idle()) return;
    for (const resolve of this.joining) resolve();
    this.joining.clear();
  }

  private moveUp(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.swapIfBefore(at, parent)) return;
      at = parent;
    }
  }

  private moveDown(from: number): void {
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
