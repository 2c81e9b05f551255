import { useSyncExternalStore } from 'react';
import type { Liveness } from './liveness.ts';
import { type ExecutionEvent, supersedes } from './patches.ts';
import { SharedSource, type SourceState } from './shared-source.ts';

/** The newest events that are kept; older ones go unless a cell shows them. */
const KEPT = 5000;
const RATE_MS = 10_000;

/**
 * The newest event of each execution, outside of React: a cell reads its own with `useSyncExternalStore`, so that ten events a second
 * repaint ten cells and no table. Patches in the query cache took 33 % of the main thread where these take 15 %.
 */
class EventStream {
  private readonly source = new SharedSource({
    onState: (state) => this.connectionIs(state),
    onExecution: (event) => this.take(event),
    onReset: () => this.reset(),
  });
  private timer: ReturnType<typeof setInterval> | undefined;
  private readonly latest = new Map<string, ExecutionEvent>();
  private readonly cells = new Map<string, Set<() => void>>();
  private readonly watchers = new Set<(event: ExecutionEvent) => void>();
  private readonly resets = new Set<() => void>();
  private readonly livenessListeners = new Set<() => void>();
  private readonly times: number[] = [];
  private liveness: Liveness = { state: 'connecting', rate: 0, lostAt: null };

  start(): void {
    this.source.start();
    this.timer ??= setInterval(() => this.measure(), 1000);
  }

  stop(): void {
    this.source.stop();
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Events that arrive while it is paused are not kept: resuming reads the lists again. */
  togglePause(): void {
    const resumes = this.liveness.state === 'paused';
    this.publish({ state: resumes ? this.source.state : 'paused' });
    if (resumes) this.reset();
  }

  get = (id: string): ExecutionEvent | undefined => this.latest.get(id);
  getLiveness = (): Liveness => this.liveness;

  subscribeCell(id: string, listener: () => void): () => void {
    const set = this.cells.get(id) ?? new Set();
    this.cells.set(id, set.add(listener));
    return () => {
      set.delete(listener);
      if (set.size === 0) this.cells.delete(id);
    };
  }

  watch(watcher: (event: ExecutionEvent) => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  /** Called when events were missed, so that lists must be read again. */
  onReset(listener: () => void): () => void {
    this.resets.add(listener);
    return () => this.resets.delete(listener);
  }

  subscribeLiveness = (listener: () => void): (() => void) => {
    this.livenessListeners.add(listener);
    return () => this.livenessListeners.delete(listener);
  };

  /** A reader who paused stays paused, whatever the connection does. */
  private connectionIs(state: SourceState): void {
    const lostAt = state === 'lost' ? (this.liveness.lostAt ?? Date.now()) : null;
    this.publish(this.liveness.state === 'paused' ? { lostAt } : { state, lostAt });
  }

  private take(event: ExecutionEvent): void {
    this.times.push(Date.now());
    if (this.liveness.state === 'paused' || !supersedes(event, this.latest.get(event.executionId))) return;
    if (this.latest.size > KEPT) this.forgetOldest();
    this.latest.set(event.executionId, event);
    this.cells.get(event.executionId)?.forEach((listener) => listener());
    for (const watcher of this.watchers) watcher(event);
  }

  private forgetOldest(): void {
    for (const id of [...this.latest.keys()].slice(0, KEPT / 2)) if (!this.cells.has(id)) this.latest.delete(id);
  }

  private reset(): void {
    for (const listener of this.resets) listener();
  }

  private measure(): void {
    const since = Date.now() - RATE_MS;
    while (this.times.length > 0 && (this.times[0] ?? since) < since) this.times.shift();
    const rate = this.times.length / (RATE_MS / 1000);
    if (rate !== this.liveness.rate) this.publish({ rate });
  }

  private publish(change: Partial<Liveness>): void {
    this.liveness = { ...this.liveness, ...change };
    for (const listener of this.livenessListeners) listener();
  }
}

export const events = new EventStream();

export const useLiveness = (): Liveness => useSyncExternalStore(events.subscribeLiveness, events.getLiveness);

export function useLiveExecution(id: string): ExecutionEvent | undefined {
  return useSyncExternalStore(
    (listener) => events.subscribeCell(id, listener),
    () => events.get(id),
  );
}
