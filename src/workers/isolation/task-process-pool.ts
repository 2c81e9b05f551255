import { availableParallelism } from 'node:os';
import { TaskProcess } from './task-process.ts';

/** A start costs 0.8 s of CPU: more at once would only make each slower. */
const STARTS_AT_ONCE = Math.max(1, Math.min(4, availableParallelism()));
/** A process costs 95 MB. One that has ended its attempt well waits this long for the next. */
const IDLE_MS = 10_000;

/** None could be had, through no fault of any task. */
export class NoProcess extends Error {
  override readonly name = 'NoProcess';
}

export interface TakeOptions {
  /** Only processes that ran nothing before: nobody else can have harmed them. */
  fresh?: boolean;
}

/** The child processes of a worker, started when there is work for them and ended when there is none. */
export class TaskProcessPool {
  private readonly all = new Set<TaskProcess>();
  private readonly idle = new Map<TaskProcess, NodeJS.Timeout>();
  private readonly listeners = new Set<() => void>();
  private starting = 0;
  private startFailure: NoProcess | undefined;
  private closed = false;

  constructor(
    private readonly script: string,
    private readonly max: number,
  ) {}

  /** Up to `wanted` processes that are ready, one at least, for the caller alone; none when the pool closes. Free each. */
  async take(wanted: number, options: TakeOptions = {}): Promise<TaskProcess[]> {
    for (;;) {
      if (this.closed) return [];
      const ready = this.pick(wanted, options);
      this.startUpTo(wanted - ready.length, options);
      if (ready.length > 0) return ready;
      await this.change();
      const failure = this.startFailure;
      this.startFailure = undefined;
      if (failure) throw failure;
    }
  }

  async takeOne(): Promise<TaskProcess> {
    const [process] = await this.take(1);
    if (!process) throw new NoProcess('this worker shuts down');
    return process;
  }

  private release(process: TaskProcess): void {
    if (!process.alive || this.closed) return process.end();
    if (this.idle.has(process)) return;
    this.idle.set(
      process,
      setTimeout(() => this.retire(process), IDLE_MS),
    );
    this.changed();
  }

  /** Told whenever a process has become ready, idle, or gone. Returns what ends that. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Hands out no more; those that run an attempt go on. */
  close(): void {
    this.closed = true;
    for (const process of this.idle.keys()) this.retire(process);
    this.changed();
  }

  /** Resolves when no process is left. */
  async stop(): Promise<void> {
    this.close();
    for (const process of this.all) process.end();
    await Promise.all([...this.all].map((process) => process.ended));
  }

  private pick(wanted: number, { fresh }: TakeOptions): TaskProcess[] {
    const fitting = [...this.idle.keys()].filter((process) => process.alive && (!fresh || process.runs === 0));
    // Those that ran before are used first: a fresh one is kept for who needs it.
    const picked = fitting.sort((a, b) => b.runs - a.runs).slice(0, wanted);
    for (const process of picked) {
      clearTimeout(this.idle.get(process));
      this.idle.delete(process);
    }
    return picked;
  }

  private startUpTo(missing: number, { fresh }: TakeOptions): void {
    for (let n = this.starting; n < Math.min(missing, STARTS_AT_ONCE); n++) {
      if (this.all.size >= this.max && !(fresh && this.makeRoom())) return;
      void this.startOne();
    }
  }

  private makeRoom(): boolean {
    const used = [...this.idle.keys()].find((process) => process.runs > 0);
    if (used) this.retire(used);
    return used !== undefined;
  }

  private async startOne(): Promise<void> {
    const process = new TaskProcess(this.script, (free) => this.release(free));
    this.all.add(process);
    this.starting += 1;
    void process.ended.then(() => {
      clearTimeout(this.idle.get(process));
      this.idle.delete(process);
      this.all.delete(process);
      this.changed();
    });
    try {
      await process.ready;
    } catch (error) {
      this.startFailure = new NoProcess(error instanceof Error ? error.message : String(error));
    }
    this.starting -= 1;
    this.release(process);
    this.changed();
  }

  private retire(process: TaskProcess): void {
    clearTimeout(this.idle.get(process));
    this.idle.delete(process);
    process.end();
  }

  private change(): Promise<void> {
    return new Promise((resolve) => {
      const off = this.onChange(() => {
        off();
        resolve();
      });
    });
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}
