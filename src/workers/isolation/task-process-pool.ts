import { availableParallelism } from 'node:os';
import { TaskProcess } from './task-process.ts';

/** A start takes 0.8 s of CPU; more simultaneous starts would only slow each other down. */
const STARTS_AT_ONCE = Math.max(1, Math.min(4, availableParallelism()));
/** A process takes 95 MB. After an attempt without a crash it waits this long for the next. */
const IDLE_MS = 10_000;

/** No process could be started, which is not the fault of a task. */
export class NoProcess extends Error {
  override readonly name = 'NoProcess';
}

export interface TakeOptions {
  /** Only processes that have run no attempt, so that no other task can have damaged them. */
  fresh?: boolean;
}

/** The child processes of a worker. They start when there is work for them and end when there is none. */
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

  /** Returns one to `wanted` ready processes for exclusive use; none when the pool closes. Free each. */
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

  /** Called whenever a process has become ready, idle, or has ended. Returns the unsubscribe function. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Hands out no more processes; running attempts continue. */
  close(): void {
    this.closed = true;
    for (const process of this.idle.keys()) this.retire(process);
    this.changed();
  }

  /** Resolves when all processes have ended. */
  async stop(): Promise<void> {
    this.close();
    for (const process of this.all) process.end();
    await Promise.all([...this.all].map((process) => process.ended));
  }

  private pick(wanted: number, { fresh }: TakeOptions): TaskProcess[] {
    const fitting = [...this.idle.keys()].filter((process) => process.alive && (!fresh || process.runs === 0));
    // Used processes first, so that fresh ones stay available for those who need them.
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
