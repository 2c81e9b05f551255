import { Worker } from 'node:worker_threads';
import type { Fence } from '../../core/task/task.ts';
import { timerMs } from '../../core/time/timer-ms.ts';
import type { DatabaseAddress } from '../../platform/database/connections.ts';
import { LoopRecord } from '../../platform/lifecycle/loop-record.ts';
import { endsWithin } from '../../platform/lifecycle/with-timeout.ts';

export interface BeatSettings {
  address: DatabaseAddress;
  ttlMs: number;
  beatMs: number;
  /**
   * The heartbeat of the main thread. When it stalls for the duration of a lease, the process is killed and its
   * supervisor recovers the tasks.
   */
  pulse?: SharedArrayBuffer;
}
export interface BeatCommand {
  hold?: PackedFences;
  drop?: PackedFences;
  stop?: true;
}
/** Ids, joined by commas, and their epochs: a message of 250 objects would cost both threads five times as much. */
export interface PackedFences {
  ids: string;
  epochs: Int32Array;
}
export interface BeatReport {
  lost?: Fence[];
  /** The result of one heartbeat: ok, or its error. */
  beat?: 'ok' | { error: string };
}

/** `.ts` when run from the sources, `.js` when built. */
const THREAD = new URL(`./lease-beat.thread${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`, import.meta.url);

/** A thread that dies repeatedly is restarted after 50 ms, 100 ms … 5 s; after a life of 10 s the delay starts over. */
const FIRST_RESTART_MS = 50;
const LONGEST_RESTART_MS = 5_000;
const STABLE_MS = 10_000;
const STOP_MS = 5_000;

/** Renews the leases of this process from a separate thread, and reports lost ones. */
export class LeaseKeeper {
  private thread: Worker | undefined;
  /** Epoch by id. A restarted thread gets all of them. */
  private readonly held = new Map<string, number>();
  private restartMs = FIRST_RESTART_MS;
  private restart: NodeJS.Timeout | undefined;
  private dropping: Fence[] = [];
  private onLost: (lost: Fence[]) => void = () => undefined;
  private stopped = false;
  readonly record: LoopRecord;

  constructor(private readonly settings: BeatSettings) {
    const { beatMs, ttlMs } = settings;
    this.record = new LoopRecord({ name: 'lease-heartbeat', intervalMs: beatMs, lateAfterMs: ttlMs });
  }

  start(onLost: (lost: Fence[]) => void): void {
    this.onLost = onLost;
    this.record.started();
    this.spawn();
  }

  hold(tasks: readonly Fence[]): void {
    if (tasks.length === 0) return;
    const replaced: Fence[] = [];
    for (const { id, epoch } of tasks) {
      const before = this.held.get(id);
      if (before !== undefined && before !== epoch) replaced.push({ id, epoch: before });
      this.held.set(id, epoch);
    }
    this.thread?.postMessage({ hold: pack(tasks) } satisfies BeatCommand);
    // Another worker of this process has the task's next attempt: the previous one was lost unnoticed.
    if (replaced.length > 0) setImmediate(() => this.onLost(replaced));
  }

  /** Simultaneous drops share a message. */
  drop(task: Fence): void {
    if (this.held.get(task.id) === task.epoch) this.held.delete(task.id);
    this.dropping.push(task);
    if (this.dropping.length > 1) return;
    setImmediate(() => {
      const drop = pack(this.dropping);
      this.dropping = [];
      this.thread?.postMessage({ drop } satisfies BeatCommand);
    });
  }

  /** Waits `ms` for the heartbeat in flight; then the thread is terminated. */
  async stop(ms = STOP_MS): Promise<void> {
    this.stopped = true;
    this.record.stopped();
    clearTimeout(this.restart);
    const thread = this.thread;
    if (!thread) return;
    const gone = new Promise<void>((ok) => thread.once('exit', () => ok()));
    thread.postMessage({ stop: true } satisfies BeatCommand);
    if (!(await endsWithin(ms, gone))) await thread.terminate();
  }

  private spawn(): void {
    const thread = new Worker(THREAD, { workerData: this.settings, name: 'lease-beat', resourceLimits: { maxOldGenerationSizeMb: 64 } });
    const started = performance.now();
    thread.on('message', ({ lost = [], beat }: BeatReport) => {
      if (beat === 'ok') this.record.succeeded();
      else if (beat) this.record.failed(beat.error);
      if (lost.length === 0) return;
      for (const { id, epoch } of lost) if (this.held.get(id) === epoch) this.held.delete(id);
      this.onLost(lost);
    });
    thread.on('error', (error) => this.record.failed(error));
    thread.on('exit', () => {
      this.thread = undefined;
      if (this.stopped) return;
      if (performance.now() - started > STABLE_MS) this.restartMs = FIRST_RESTART_MS;
      this.restart = setTimeout(() => this.spawn(), timerMs(this.restartMs));
      this.restartMs = Math.min(LONGEST_RESTART_MS, this.restartMs * 2);
    });
    this.thread = thread;
    const held = Array.from(this.held, ([id, epoch]) => ({ id, epoch }));
    if (held.length > 0) thread.postMessage({ hold: pack(held) } satisfies BeatCommand);
  }
}

function pack(tasks: readonly Fence[]): PackedFences {
  return { ids: tasks.map(({ id }) => id).join(','), epochs: Int32Array.from(tasks, ({ epoch }) => epoch) };
}
