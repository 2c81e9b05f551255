import type pg from 'pg';
import { timerMs } from '../../core/time/timer-ms.ts';
import type { Pools } from './pools.ts';

type Listener = (payload: string) => void;

/** NOTIFY takes a lock of the whole database at commit, so a process sends each channel's news at most this often. */
const COALESCE_MS = 5;
const MAX_PAUSE_MS = 500;

/**
 * LISTEN / NOTIFY over one connection of its own. News may be lost while it reconnects: whoever listens must also look
 * by itself now and then. All listeners hear '' once the connection is back.
 */
export class Notifications {
  private readonly listeners = new Map<string, Set<Listener>>();
  /** In use, being connected, or lost and to be replaced. */
  private client: pg.Client | undefined;
  private stopped = false;
  private retry: NodeJS.Timeout | undefined;
  private pause = 50;
  private readonly outgoing = new Map<string, Set<string>>();
  private flushTimer: NodeJS.Timeout | undefined;
  private sending: Promise<void> = Promise.resolve();
  /** A connection takes one statement at a time. */
  private listening: Promise<unknown> = Promise.resolve();

  constructor(private readonly pools: Pools) {}

  async start(): Promise<void> {
    await this.connect();
  }

  listen(channel: string, listener: Listener): () => void {
    const set = this.listeners.get(channel) ?? new Set();
    set.add(listener);
    this.listeners.set(channel, set);
    if (set.size === 1) this.listening = this.listening.then(() => this.client?.query(`LISTEN ${channel}`)).catch(() => undefined);
    return () => set.delete(listener);
  }

  /** Fire and forget; equal news of one moment go out once. Payload: at most 7,900 bytes. */
  notify(channel: string, payload = ''): void {
    if (this.stopped) return;
    const payloads = this.outgoing.get(channel) ?? new Set();
    payloads.add(payload);
    this.outgoing.set(channel, payloads);
    this.flushTimer ??= setTimeout(() => {
      this.flushTimer = undefined;
      this.sending = this.sending.then(() => this.flush());
    }, COALESCE_MS);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.retry);
    clearTimeout(this.flushTimer);
    await this.sending;
    await this.client?.end().catch(() => undefined);
  }

  private async flush(): Promise<void> {
    const rows = [...this.outgoing].flatMap(([channel, payloads]) => [...payloads].map((payload) => ({ channel, payload })));
    this.outgoing.clear();
    await this.pools.engine
      .query('SELECT pg_notify(channel, payload) FROM json_to_recordset($1) AS r (channel text, payload text)', [JSON.stringify(rows)])
      .catch(() => undefined); // a wake-up that is lost costs one poll interval
  }

  private async connect(): Promise<void> {
    const client = (this.client = this.pools.dedicatedClient('listen'));
    client.on('error', () => undefined);
    client.on('notification', (news) => this.deliver(news.channel, news.payload ?? ''));
    client.on('end', () => this.reconnect(client));
    try {
      await client.connect();
      for (const channel of this.listeners.keys()) await client.query(`LISTEN ${channel}`);
      this.pause = 50;
      for (const channel of this.listeners.keys()) this.deliver(channel, '');
    } catch {
      await client.end().catch(() => undefined);
      this.reconnect(client);
    }
  }

  private reconnect(lost: pg.Client): void {
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
