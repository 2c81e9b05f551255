import { Worker } from 'node:worker_threads';
import type { Fence } from '../core/task/task.ts';
import type { DatabaseAddress } from '../platform/database/connections.ts';

export interface BeatSettings {
  address: DatabaseAddress;
  ttlMs: number;
  beatMs: number;
  /** Of the main thread: when it is still for a lease's time, the process is killed, and whoever watches over it takes over. */
  pulse?: SharedArrayBuffer;
}
export interface BeatOrder {
  hold?: PackedFences;
  drop?: PackedFences;
  stop?: true;
}
/** Ids, joined by commas, and their epochs: a message of 250 objects costs both threads five times as much. */
export interface PackedFences {
  ids: string;
  epochs: Int32Array;
}
export interface BeatNews {
  lost: Fence[];
}

/** `.ts` when run from the sources, `.js` when built. */
const THREAD = new URL(`./lease-beat.thread${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`, import.meta.url);

/** Keeps the leases of this process alive from a thread of its own, and says which were lost. */
export class LeaseKeeper {
  private thread: Worker | undefined;
  private dropping: Fence[] = [];
  private onLost: (lost: Fence[]) => void = () => undefined;
  private stopped = false;

  constructor(private readonly settings: BeatSettings) {}

  start(onLost: (lost: Fence[]) => void): void {
    this.onLost = onLost;
    this.spawn();
  }

  hold(tasks: readonly Fence[]): void {
    if (tasks.length > 0) this.thread?.postMessage({ hold: pack(tasks) } satisfies BeatOrder);
  }

  /** Drops of one moment travel together. */
  drop(task: Fence): void {
    this.dropping.push(task);
    if (this.dropping.length > 1) return;
    setImmediate(() => {
      const drop = pack(this.dropping);
      this.dropping = [];
      this.thread?.postMessage({ drop } satisfies BeatOrder);
    });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    const thread = this.thread;
    if (!thread) return;
    const gone = new Promise<void>((ok) => thread.once('exit', () => ok()));
    thread.postMessage({ stop: true } satisfies BeatOrder);
    await gone;
  }

  private spawn(): void {
    const thread = new Worker(THREAD, { workerData: this.settings, name: 'lease-beat', resourceLimits: { maxOldGenerationSizeMb: 64 } });
    thread.on('message', (news: BeatNews) => this.onLost(news.lost));
    thread.on('error', () => undefined);
    thread.on('exit', () => {
      this.thread = undefined;
      if (!this.stopped) this.spawn(); // what it held is lost to it; the leases run out and the tasks run again
    });
    this.thread = thread;
  }
}

function pack(tasks: readonly Fence[]): PackedFences {
  return { ids: tasks.map(({ id }) => id).join(','), epochs: Int32Array.from(tasks, ({ epoch }) => epoch) };
}
