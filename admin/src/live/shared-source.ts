import { EventIds } from './event-ids.ts';
import { EVENT_NAMES, type LiveEvent } from './live-event.ts';
import { ResumingSource } from './resuming-source.ts';
import type { Topic } from './topics.ts';

export type SourceState = 'connecting' | 'live' | 'lost';

interface Handlers {
  onState: (state: SourceState, since: number) => void;
  onEvent: (event: LiveEvent) => void;
  /** Events were missed. */
  onReset: () => void;
}

type Message =
  | { state: SourceState; since: number }
  | { event: LiveEvent; id: string | undefined }
  | { reset: true; id: string | undefined }
  /** A tab that starts asks for the state; a tab that begins to lead asks what the others show. */
  | { ask: 'state' | 'topics' }
  | { tab: string; topics: readonly Topic[] };

const NAME = 'contenthub.events';
/** A page that is left and the page that is entered change the topics together. */
const SETTLE_MS = 150;
/** Lists that were read less than this ago are shown without being read again. */
export const FRESH_MS = 15_000;

/**
 * One EventSource per browser, with the topics of all tabs. HTTP/1.1 allows six connections to a host, and a key five event streams: the
 * tab that holds the lock reads the stream and passes it on to the others. Without Web Locks (plain HTTP on a host other than localhost)
 * each tab has its own.
 */
export class SharedSource {
  state: SourceState = 'connecting';
  private since = Date.now();
  private ids = new EventIds(FRESH_MS);
  private source: ResumingSource | undefined;
  private channel: BroadcastChannel | undefined;
  private leads = false;
  private stopped: (() => void) | undefined;
  private opened = '';
  private settling: ReturnType<typeof setTimeout> | undefined;
  private readonly tab = crypto.getRandomValues(new Uint32Array(2)).join('-');
  private readonly wanted = new Map<string, readonly Topic[]>();

  constructor(private readonly handlers: Handlers) {
    window.addEventListener('pagehide', () => this.channel?.postMessage({ tab: this.tab, topics: [] } satisfies Message));
  }

  start(): void {
    if (this.stopped) return;
    const held = new Promise<void>((resolve) => (this.stopped = resolve));
    if (!('locks' in navigator) || !('BroadcastChannel' in window)) {
      this.leads = true;
      this.follow();
      return;
    }
    this.channel = new BroadcastChannel(NAME);
    this.channel.addEventListener('message', ({ data }: MessageEvent<Message>) => this.receive(data));
    this.post({ ask: 'state' });
    this.post({ tab: this.tab, topics: this.wanted.get(this.tab) ?? [] });
    const abort = new AbortController();
    void held.then(() => abort.abort());
    const lead = (): Promise<void> => {
      this.leads = true;
      this.post({ ask: 'topics' });
      this.follow();
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
    this.opened = '';
    this.ids = new EventIds(FRESH_MS);
    this.state = 'connecting';
    clearTimeout(this.settling);
  }

  /** What this tab shows. */
  show(topics: readonly Topic[]): void {
    this.want(this.tab, topics);
    this.post({ tab: this.tab, topics });
  }

  private want(tab: string, topics: readonly Topic[]): void {
    if (topics.length === 0) this.wanted.delete(tab);
    else this.wanted.set(tab, topics);
    if (this.leads) this.follow();
  }

  /**
   * Opens the stream with the topics of all tabs, after the last event: changing topics loses none. A new topic replays the
   * events of the last 15 s: a list that was read within 15 s is shown without being read again, and has missed them.
   */
  private follow(): void {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      const wanted = [...new Set([...this.wanted.values()].flat())].toSorted();
      const [topics, before] = [wanted.join(), this.opened.split(',')];
      if (topics === this.opened || topics === '') return;
      this.opened = topics;
      this.source?.close();
      const hasNew = wanted.some((topic) => !before.includes(topic));
      this.source = this.sourceOf(topics, hasNew ? this.ids.knownAt(Date.now() - FRESH_MS) : this.ids.last);
      this.source.open();
    }, SETTLE_MS);
  }

  private sourceOf(topics: string, from: string | undefined): ResumingSource {
    const options = {
      address: (after: string | undefined) => `/events?topics=${topics}${after === undefined ? '' : `&after=${after}`}`,
      events: ['ready', 'reset', ...EVENT_NAMES],
      onState: (state: SourceState, since: number) => this.send({ state, since }),
      onEvent: (name: string, data: unknown, id: string | undefined) => {
        if (name === 'ready') this.keep(id);
        else if (name === 'reset') this.send({ reset: true, id });
        else this.send({ event: { name, data } as LiveEvent, id });
      },
    };
    return new ResumingSource(options, from);
  }

  private keep(id: string | undefined): void {
    if (id !== undefined) this.ids.add(id);
  }

  private send(message: Message): void {
    this.post(message);
    this.apply(message);
  }

  private post(message: Message): void {
    this.channel?.postMessage(message);
  }

  private receive(message: Message): void {
    if ('tab' in message) this.want(message.tab, message.topics);
    else if ('ask' in message) this.reply(message.ask);
    else if (!this.leads) this.apply(message);
  }

  private reply(ask: 'state' | 'topics'): void {
    if (ask === 'topics') this.post({ tab: this.tab, topics: this.wanted.get(this.tab) ?? [] });
    else if (this.leads) this.post({ state: this.state, since: this.since });
  }

  private apply(message: Message): void {
    if ('id' in message) this.keep(message.id);
    if ('event' in message) this.handlers.onEvent(message.event);
    else if ('reset' in message) this.handlers.onReset();
    else if ('state' in message && message.state !== this.state) {
      this.state = message.state;
      this.since = message.since;
      this.handlers.onState(message.state, message.since);
    }
  }
}
