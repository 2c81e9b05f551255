import type { QueryConfig } from 'pg';
import { timerMs } from '../../core/time/timer-ms.ts';
import type { SessionClient } from './connections.ts';
import { endWithin } from './end-connections.ts';
import type { Pools } from './pools.ts';
import { LoopRecord } from '../lifecycle/loop-record.ts';

type Listener = (payload: string) => void;

/** NOTIFY takes a lock of the whole database at commit, so a process sends at most one statement in this time. */
const COALESCE_MS = 5;
const MAX_PAUSE_MS = 500;
/** Timeout for a statement on this connection. After it, the connection is replaced. */
const ANSWER_MS = 5_000;
const PROBE_EVERY_MS = 15_000;
const END_MS = 1_000;

/**
 * LISTEN / NOTIFY over one connection. Notifications may be lost during a reconnect, so listeners must also poll. All
 * listeners receive '' once the connection is back.
 */
export class Notifications {
  private readonly listeners = new Map<string, Set<Listener>>();
  private connecting = false;
  /** In use, connecting, or lost and to be replaced. */
  private client: SessionClient | undefined;
  private stopped = false;
  private retry: NodeJS.Timeout | undefined;
  private pause = 50;
  private readonly outgoing = new Map<string, Set<string>>();
  private flushTimer: NodeJS.Timeout | undefined;
  private flushedAt = Number.NEGATIVE_INFINITY;
  private isFlushing = false;
  private sending: Promise<void> = Promise.resolve();
  /** A connection takes one statement at a time. */
  private listening: Promise<unknown> = Promise.resolve();
  private probing: NodeJS.Timeout | undefined;

  /** Succeeds with each connection and each answered probe. */
  readonly record: LoopRecord;

  /** `probeEveryMs`: only a statement detects a peer that is gone without closing. */
  constructor(
    private readonly pools: Pools,
    private readonly probeEveryMs = PROBE_EVERY_MS,
  ) {
    this.record = new LoopRecord({ name: 'wake-up-listener', intervalMs: probeEveryMs, lateAfterMs: 3 * probeEveryMs });
  }

  async start(): Promise<void> {
    this.record.started();
    await this.connect();
    this.probing = setInterval(() => void this.probe(), timerMs(this.probeEveryMs));
    this.probing.unref();
  }

  listen(channel: string, listener: Listener): () => void {
    const set = this.listeners.get(channel) ?? new Set();
    set.add(listener);
    this.listeners.set(channel, set);
    if (set.size === 1) this.listening = this.listening.then(() => this.client && listenOn(this.client, channel)).catch(() => undefined);
    return () => set.delete(listener);
  }

  /** Fire and forget. Equal notifications of one moment are sent once, the first after a pause at once. Payload: at most 7,900 bytes. */
  notify(channel: string, payload = ''): void {
    if (this.stopped) return;
    const payloads = this.outgoing.get(channel) ?? new Set();
    payloads.add(payload);
    this.outgoing.set(channel, payloads);
    this.flushSoon();
  }

  /** Not while one is being sent: under load the next one then has all notifications of that time. */
  private flushSoon(): void {
    if (this.isFlushing || this.stopped) return;
    this.flushTimer ??= setTimeout(
      () => {
        this.flushTimer = undefined;
        this.isFlushing = true;
        this.sending = this.flush().finally(() => {
          this.isFlushing = false;
          if (this.outgoing.size > 0) this.flushSoon();
        });
      },
      timerMs(this.flushedAt + COALESCE_MS - performance.now()),
    );
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.record.stopped();
    clearTimeout(this.retry);
    clearTimeout(this.flushTimer);
    clearInterval(this.probing);
    await this.sending;
    if (this.client) await endWithin(this.client, END_MS);
  }

  private async flush(): Promise<void> {
    const rows = [...this.outgoing].flatMap(([channel, payloads]) => [...payloads].map((payload) => ({ channel, payload })));
    this.outgoing.clear();
    this.flushedAt = performance.now();
    await this.pools.engine
      .query('SELECT pg_notify(channel, payload) FROM json_to_recordset($1) AS r (channel text, payload text)', [JSON.stringify(rows)])
      .catch(() => undefined); // a lost wake-up costs one poll interval
  }

  private async connect(): Promise<void> {
    const client = (this.client = this.pools.sessionClient('listen', { query_timeout: ANSWER_MS }));
    client.on('notification', (message) => this.deliver(message.channel, message.payload ?? ''));
    client.on('end', () => this.reconnect(client));
    this.connecting = true;
    this.record.roundStarted();
    try {
      await client.open();
      for (const channel of this.listeners.keys()) await listenOn(client, channel);
      this.pause = 50;
      this.record.succeeded();
      for (const channel of this.listeners.keys()) this.deliver(channel, '');
    } catch (error) {
      this.record.failed(error);
      void endWithin(client, END_MS);
      this.reconnect(client);
    } finally {
      this.connecting = false;
    }
  }

  /** Replaces a connection that does not answer. While it is connecting, there is nothing to probe. */
  private async probe(): Promise<void> {
    const { client } = this;
    if (!client || this.retry || this.connecting) return;
    this.record.roundStarted();
    try {
      await ask(client, 'SELECT 1');
      this.record.succeeded();
      return;
    } catch (error) {
      this.record.failed(error);
    }
    if (this.stopped) return;
    void endWithin(client, END_MS);
    this.reconnect(client);
  }

  private reconnect(lost: SessionClient): void {
    if (this.stopped || this.retry || this.client !== lost) return;
    this.retry = setTimeout(() => {
      this.retry = undefined;
      void this.connect();
    }, timerMs(this.pause));
    this.pause = Math.min(this.pause * 2, MAX_PAUSE_MS);
  }

  private deliver(channel: string, payload: string): void {
    for (const listener of this.listeners.get(channel) ?? []) listener(payload);
  }
}

const listenOn = (client: SessionClient, channel: string): Promise<void> => ask(client, `LISTEN ${channel}`);

async function ask(client: SessionClient, text: string): Promise<void> {
  await client.query({ text, query_timeout: ANSWER_MS } as QueryConfig);
}
