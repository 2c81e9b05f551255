import { useSyncExternalStore } from 'react';
import { KeyedStore, type Received } from './keyed-store.ts';
import type { AgentState, LiveEvent, QueueState } from './live-event.ts';
import type { Liveness } from './liveness.ts';
import { type ExecutionEvent, supersedes } from './patches.ts';
import { SharedSource, type SourceState } from './shared-source.ts';
import type { Topic } from './topics.ts';

/** The newest events that are kept; older ones go unless a cell shows them. */
const KEPT = 5000;
const RATE_MS = 10_000;

/**
 * The newest event of each execution, queue and agent, outside of React: a cell reads its own with `useSyncExternalStore`, so that ten
 * events a second repaint ten cells and no table. Patches in the query cache took 33 % of the main thread where these take 15 %.
 */
class EventStream {
  readonly executions = new KeyedStore<ExecutionEvent>(KEPT);
  readonly queues = new KeyedStore<QueueState>(KEPT);
  readonly agents = new KeyedStore<AgentState>(KEPT);
  private readonly source = new SharedSource({
    onState: (state, since) => this.connectionIs(state, since),
    onEvent: (event) => this.take(event),
    onReset: () => this.reset(),
  });
  private timer: ReturnType<typeof setInterval> | undefined;
  private readonly shown = new Map<string, readonly Topic[]>();
  private readonly watchers = new Set<(event: LiveEvent) => void>();
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

  /** The topics that a component shows; an empty list when it shows none any more. */
  want(component: string, topics: readonly Topic[]): void {
    if (topics.length === 0) this.shown.delete(component);
    else this.shown.set(component, topics);
    this.source.show([...new Set([...this.shown.values()].flat())]);
  }

  /** Events that arrive while it is paused are not kept: resuming reads the lists again. */
  togglePause(): void {
    const resumes = this.liveness.state === 'paused';
    this.publish({ state: resumes ? this.source.state : 'paused' });
    if (resumes) this.reset();
  }

  getLiveness = (): Liveness => this.liveness;

  watchAll(watcher: (event: LiveEvent) => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  /** Executions only. */
  watch(watcher: (event: ExecutionEvent) => void): () => void {
    return this.watchAll(({ name, data }) => name === 'execution' && watcher(data));
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
  private connectionIs(state: SourceState, since: number): void {
    const wasLost = this.liveness.lostAt !== null;
    const lostAt = state === 'lost' ? (this.liveness.lostAt ?? since) : null;
    const isPaused = this.liveness.state === 'paused';
    this.publish(isPaused ? { lostAt } : { state, lostAt });
    // The stream repeats what it missed, but not every list has a topic, and those that were read meanwhile have failed.
    if (state === 'live' && wasLost && !isPaused) this.reset();
  }

  private take(event: LiveEvent): void {
    this.times.push(Date.now());
    if (this.liveness.state === 'paused' || !this.keep(event)) return;
    for (const watcher of this.watchers) watcher(event);
  }

  /** False for an event that is not newer than what is known. */
  private keep({ name, data }: LiveEvent): boolean {
    if (name === 'execution') {
      if (!supersedes(data, this.executions.get(data.executionId)?.data)) return false;
      this.executions.set(data.executionId, data);
    } else if (name === 'queue') this.queues.set(data.name, data);
    else if (name === 'agent' && data.status !== 'gone') this.agents.set(data.id, data);
    return true;
  }

  private reset(): void {
    for (const listener of this.resets) listener();
  }

  private measure(): void {
    const since = Date.now() - RATE_MS;
    const past = this.times.findIndex((time) => time >= since);
    this.times.splice(0, past < 0 ? this.times.length : past);
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

function useKeyed<T>(store: KeyedStore<T>, id: string): Received<T> | undefined {
  return useSyncExternalStore(
    (listener) => store.subscribe(id, listener),
    () => store.get(id),
  );
}

export const useLiveExecution = (id: string): Received<ExecutionEvent> | undefined => useKeyed(events.executions, id);

/** The row with its newest event, unless the row was asked for later. */
function merged<Row extends object>(row: Row & { fetchedAt: number }, live: Received<Partial<Row>> | undefined): Row {
  return live === undefined || live.receivedAt < row.fetchedAt ? row : { ...row, ...live.data };
}

export const useLiveQueue = <Row extends { name: string; fetchedAt: number }>(row: Row): Row =>
  merged(row, useKeyed(events.queues, row.name) as Received<Partial<Row>> | undefined);

export const useLiveAgent = <Row extends { id: string; fetchedAt: number }>(row: Row): Row =>
  merged(row, useKeyed(events.agents, row.id) as Received<Partial<Row>> | undefined);
