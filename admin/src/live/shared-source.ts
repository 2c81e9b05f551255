import type { ExecutionEvent } from './patches.ts';

export type SourceState = 'connecting' | 'live' | 'lost';

interface Handlers {
  onState: (state: SourceState) => void;
  onExecution: (event: ExecutionEvent) => void;
  /** Events were missed. */
  onReset: () => void;
}

type Message = { state: SourceState } | { execution: ExecutionEvent } | { reset: true } | { ask: true };

const ADDRESS = '/events?topics=executions';
const NAME = 'contenthub.events';

/**
 * One EventSource per browser. HTTP/1.1 allows six connections to a host, and a key five event streams: the tab that holds the lock
 * reads the stream and passes it on to the others. Without Web Locks (plain HTTP on a host other than localhost) each tab has its own.
 */
export class SharedSource {
  state: SourceState = 'connecting';
  private source: EventSource | undefined;
  private channel: BroadcastChannel | undefined;
  private leads = false;
  private stopped: (() => void) | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly handlers: Handlers) {}

  start(): void {
    if (this.stopped) return;
    const held = new Promise<void>((resolve) => (this.stopped = resolve));
    if (!('locks' in navigator) || !('BroadcastChannel' in window)) {
      this.open();
      return;
    }
    this.channel = new BroadcastChannel(NAME);
    this.channel.addEventListener('message', ({ data }: MessageEvent<Message>) => this.receive(data));
    this.channel.postMessage({ ask: true } satisfies Message);
    const abort = new AbortController();
    void held.then(() => abort.abort());
    const lead = (): Promise<void> => {
      this.leads = true;
      // A tab that takes over has missed what came between the two streams.
      if (this.state !== 'connecting') this.handlers.onReset();
      this.open();
      return held;
    };
    navigator.locks.request(NAME, { signal: abort.signal }, lead).catch(() => {});
  }

  stop(): void {
    this.stopped?.();
    this.stopped = undefined;
    this.source?.close();
    this.source = undefined;
    this.channel?.close();
    this.channel = undefined;
    this.leads = false;
    this.state = 'connecting';
    clearTimeout(this.retry);
  }

  private open(): void {
    const source = new EventSource(ADDRESS);
    this.source = source;
    const data = <T>(message: Event): T => JSON.parse((message as MessageEvent<string>).data) as T;
    source.addEventListener('ready', () => this.send({ state: 'live' }));
    source.addEventListener('execution', (message) => this.send({ execution: data<ExecutionEvent>(message) }));
    source.addEventListener('reset', () => this.send({ reset: true }));
    source.addEventListener('error', () => {
      this.send({ state: 'lost' });
      // The browser reconnects by itself after a lost connection, and not after an error answer.
      if (source.readyState === EventSource.CLOSED) this.retry = setTimeout(() => this.open(), 2000 + Math.random() * 1000);
    });
  }

  private send(message: Message): void {
    this.channel?.postMessage(message);
    this.apply(message);
  }

  private receive(message: Message): void {
    if ('ask' in message) {
      if (this.leads) this.channel?.postMessage({ state: this.state } satisfies Message);
    } else if (!this.leads) this.apply(message);
  }

  private apply(message: Message): void {
    if ('execution' in message) this.handlers.onExecution(message.execution);
    else if ('reset' in message) this.handlers.onReset();
    else if ('state' in message && message.state !== this.state) {
      this.state = message.state;
      this.handlers.onState(message.state);
    }
  }
}
