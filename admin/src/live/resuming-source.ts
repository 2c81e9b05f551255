export interface ResumingOptions {
  /** The address of the stream after the event with this id. */
  address: (after: string | undefined) => string;
  /** The names of the events to take. */
  events: readonly string[];
  onEvent: (name: string, data: unknown, id: string | undefined) => void;
  /** `since`: when something was received last. */
  onState: (state: 'live' | 'lost', since: number) => void;
  /** The stream is over, and is not opened again. */
  onGone?: () => void;
}

/** The server sends something at least every 15 s. */
export const SILENT_MS = 35_000;
const RETRY_MS = 1000;
const MAX_RETRY_MS = 10_000;

/**
 * An EventSource that continues after the last event it received. The browser's own reconnection ends with an error answer, such as 503
 * of a server that starts, keeps the first address, and does not notice a connection that died without a word.
 */
export class ResumingSource {
  private source: EventSource | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private heardAt = Date.now();

  constructor(
    private readonly options: ResumingOptions,
    private lastId?: string,
  ) {}

  open(): void {
    this.close();
    const { address, events, onEvent, onState, onGone } = this.options;
    const source = new EventSource(address(this.lastId));
    this.source = source;
    this.heard();
    source.addEventListener('open', () => {
      this.failures = 0;
      this.heard();
      onState('live', this.heardAt);
    });
    source.addEventListener('heartbeat', () => this.heard());
    source.addEventListener('error', () => this.retry());
    source.addEventListener('bye', (message) => {
      const { reason } = JSON.parse((message as MessageEvent<string>).data) as { reason: string };
      // Closed because of its age only: nothing is lost, so the state does not change.
      if (reason === 'recycled') this.open();
      else if (reason === 'gone') {
        this.close();
        onGone?.();
      }
    });
    for (const name of events)
      source.addEventListener(name, (message) => {
        const { data, lastEventId } = message as MessageEvent<string>;
        this.heard();
        if (lastEventId !== '') this.lastId = lastEventId;
        onEvent(name, JSON.parse(data), this.lastId);
      });
  }

  close(): void {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = undefined;
  }

  private heard(): void {
    this.heardAt = Date.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.retry(), SILENT_MS);
  }

  private retry(): void {
    this.close();
    this.options.onState('lost', this.heardAt);
    const wait = Math.min(RETRY_MS * 2 ** this.failures++, MAX_RETRY_MS);
    // Random, so that pages that were disconnected together do not return together.
    this.timer = setTimeout(() => this.open(), wait * (1 + Math.random()));
  }
}
