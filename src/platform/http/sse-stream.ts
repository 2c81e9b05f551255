import type { ServerResponse } from 'node:http';

export interface SseFrame {
  event: string;
  /** The client sends it back as Last-Event-ID. Without an id, the client keeps the last one. */
  id?: string;
  data: unknown;
}

/**
 * Formats an event. JSON contains only two kinds of line breaks, which some clients split at. Characters that could
 * end a line are removed from ids and names.
 */
export function sseFrame({ event, id, data }: SseFrame): string {
  const position = id === undefined ? '' : `id: ${harmless(id)}\n`;
  return `${position}event: ${harmless(event)}\ndata: ${JSON.stringify(data).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}\n\n`;
}

const harmless = (text: string): string => text.replaceAll(/[^\w.-]/g, '');

/** Unsent data is dropped this long after `end`, so that a client that reads nothing does not delay a shutdown. */
const LINGER_MS = 1_000;

/** One open event stream. Writers check `ready` first, so that the events of a slow client stay in the database. */
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

  /** The stream is open and the client has read everything sent. */
  get ready(): boolean {
    return this.open && this.blockedAt === null;
  }

  /** Milliseconds since the last send. */
  get idleMs(): number {
    return performance.now() - this.lastSentAt;
  }

  /** Milliseconds since the client stopped reading. */
  get blockedMs(): number {
    return this.blockedAt === null ? 0 : performance.now() - this.blockedAt;
  }

  /** Sends whole frames. */
  send(text: string): void {
    if (!this.open || text === '') return;
    this.lastSentAt = performance.now();
    if (!this.response.write(text)) this.blockedAt ??= performance.now();
  }

  /** Sends the reason and closes. The client may reconnect with its Last-Event-ID. */
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

  /** Closes at once and drops unsent data. */
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
