import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';

export interface Received<Data = Record<string, unknown>> {
  event: string;
  id: string | undefined;
  data: Data;
}

export interface SseOptions {
  key?: string;
  /** In place of a key. */
  headers?: Record<string, string>;
  lastEventId?: string;
  method?: string;
}

/** One connection to an event stream, with plain HTTP. */
export class SseClient {
  readonly events: Received[] = [];
  /** All frames, including comments. */
  raw = '';
  closed = false;
  private rest = '';
  private readonly watchers = new Set<() => void>();

  private constructor(
    private readonly sent: ClientRequest,
    readonly response: IncomingMessage,
  ) {
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.take(text));
    const end = (): void => {
      this.closed = true;
      this.look();
    };
    response.on('close', end).on('error', end);
  }

  static open(url: string, { key, headers: others, lastEventId, method = 'GET' }: SseOptions): Promise<SseClient> {
    const headers = {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...others,
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    };
    return new Promise((resolve, reject) => {
      const sent = request(url, { method, headers, agent: false });
      sent.on('response', (response) => resolve(new SseClient(sent, response)));
      sent.on('error', reject).end();
    });
  }

  get status(): number {
    return this.response.statusCode ?? 0;
  }

  get headers(): IncomingHttpHeaders {
    return this.response.headers;
  }

  get lastId(): string | undefined {
    return this.events.findLast(({ id }) => id !== undefined)?.id;
  }

  named<Data = Record<string, unknown>>(event: string): Received<Data>[] {
    return this.events.filter((one) => one.event === event) as Received<Data>[];
  }

  /** The first matching event, received already or later. Rejects when the stream closes without it. */
  until(event: string, fits: (data: Record<string, unknown>) => boolean = () => true): Promise<Received> {
    return this.when(() => this.events.find((one) => one.event === event && fits(one.data)), `${event} did not come`);
  }

  /** Resolves when the connection is closed. */
  async end(): Promise<void> {
    await this.when(() => this.closed || undefined, '');
  }

  async when<T>(fact: () => T | undefined, otherwise: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const value = fact();
        if (value === undefined && !this.closed) return;
        this.watchers.delete(look);
        if (value === undefined) reject(new Error(`the stream closed, ${otherwise}: ${this.raw.slice(-500)}`));
        else resolve(value);
      };
      this.watchers.add(look);
      look();
    });
  }

  /** Stops reading, so that the server's socket fills up. */
  pause(): void {
    this.response.pause();
  }

  cut(): void {
    this.sent.destroy();
  }

  private take(text: string): void {
    this.raw += text;
    const blocks = (this.rest + text).split('\n\n');
    this.rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
      const data = field('data');
      if (data !== undefined)
        this.events.push({ event: field('event') ?? 'message', id: field('id'), data: JSON.parse(data) as Received['data'] });
    }
    this.look();
  }

  private look(): void {
    for (const look of this.watchers) look();
  }
}
