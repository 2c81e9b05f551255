import type { ServerResponse } from 'node:http';

export interface SseFrame {
  event: string;
  /** What a client sends back as Last-Event-ID; without one it keeps the last. */
  id?: string;
  data: unknown;
}

/**
 * One event as it travels. JSON has no line breaks but two that some clients take for one, and of ids and names only what
 * cannot end their line stays.
 */
export function sseFrame({ event, id, data }: SseFrame): string {
  const position = id === undefined ? '' : `id: ${harmless(id)}\n`;
  return `${position}event: ${harmless(event)}\ndata: ${JSON.stringify(data).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}\n\n`;
}

const harmless = (text: string): string => text.replaceAll(/[^\w.-]/g, '');

/** What is still unsent this long after `end` is given up: a client that reads nothing must not hold up a shutdown. */
const LINGER_MS = 1_000;

/** One open answer of events. Whoever writes asks `ready` first, so that a slow client's events wait where they are stored. */
export class SseStream {
  private ended = false;
  private lastSentAt = performance.now();
  private blockedAt: number | null = null;
  private readonly drainListeners: (() => void)[] = [];

  constructor(private readonly response: ServerResponse) {
    response.on('drain', () => {
      this.blockedAt = null;
      for (const listener of this.drainListeners) listener();
    });
    response.on('error', () => response.destroy());
  }

  get open(): boolean {
    return !this.ended && !this.response.destroyed;
  }

  /** Open, and the client has taken what was sent. */
  get ready(): boolean {
    return this.open && this.blockedAt === null;
  }

  /** Milliseconds since the last thing sent. */
  get idleMs(): number {
    return performance.now() - this.lastSentAt;
  }

  /** Milliseconds since the client stopped taking what was sent. */
  get blockedMs(): number {
    return this.blockedAt === null ? 0 : performance.now() - this.blockedAt;
  }

  /** Whole frames. */
  send(text: string): void {
    if (!this.open || text === '') return;
    this.lastSentAt = performance.now();
    if (!this.response.write(text)) this.blockedAt ??= performance.now();
  }

  /** Tells why, and closes; the client may come back with its Last-Event-ID. */
  close(reason: string): void {
    this.send(sseFrame({ event: 'bye', data: { reason } }));
    this.end();
  }

  end(): void {
    if (!this.open) return;
    this.ended = true;
    const giveUp = setTimeout(() => this.response.destroy(), LINGER_MS);
    this.response.once('close', () => clearTimeout(giveUp));
    this.response.end();
  }

  /** Closes at once, whatever is unsent. */
  cut(): void {
    this.response.destroy();
  }

  onDrain(listener: () => void): void {
    this.drainListeners.push(listener);
  }

  onClose(listener: () => void): void {
    if (this.response.destroyed) listener();
    else this.response.once('close', listener);
  }
}
