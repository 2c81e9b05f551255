import { timerMs } from '../../core/time/timer-ms.ts';
import type { FailureReporter } from '../database/failure-log.ts';
import { Loop } from '../lifecycle/loop.ts';
import type { SseStream } from './sse-stream.ts';

/** The frames after a position. */
export interface Page<Position> {
  /** Frames, made once for all readers at the position. */
  text: string;
  /** The position after these frames. */
  position: Position;
  /** More frames can be read now. */
  more: boolean;
  /** The feed has ended. */
  last: boolean;
  /** A transaction is running, so that frames after these may already be stored but cannot be read yet. Nothing notifies of its end. */
  incomplete?: boolean;
}

/** A stored feed that grows and can be read from any position. */
export interface FeedSource<Position> {
  readonly name: string;
  /** Equal for positions with the same frames after them. */
  keyOf(position: Position): string;
  /** Returns one page for each position, in order, with a single statement. */
  read(positions: readonly Position[]): Promise<Page<Position>[]>;
  /** Frames that are not stored, for all readers. */
  beside?(): Promise<((position: Position) => string) | undefined>;
}

interface Follower<Position> {
  stream: SseStream;
  position: Position;
}

/** Fallback interval: missed notifications are found this much later. */
const POLL_MS = 1_000;
/** The pause before an incomplete feed is read again. It doubles up to POLL_MS, because a transaction may run for hours. */
const RECHECK_MS = 20;
/** Bounds the memory for the result of one statement. */
const POSITIONS_OF_ONE = 100;

/**
 * Sends a stored feed to any number of streams. It pulls: each round reads from the positions of the streams, once per
 * position. Replaying and following are therefore the same code. For a slow client nothing is read, so it costs one
 * page of memory however far it falls behind.
 */
export class SseBroadcaster<Position> {
  private readonly followers = new Set<Follower<Position>>();
  readonly loop: Loop;
  private recheckMs = RECHECK_MS;
  private recheck: NodeJS.Timeout | undefined;

  constructor(
    private readonly source: FeedSource<Position>,
    private readonly onRound: () => void,
    onError: FailureReporter,
  ) {
    // An outage is over by the next round: a longer pause would only delay the events.
    const timing = { name: source.name, intervalMs: POLL_MS, jitter: 0.1, backsOff: false };
    this.loop = new Loop({ ...timing, run: () => this.round(), onError });
  }

  start(): void {
    this.loop.start();
  }

  async stop(): Promise<void> {
    await this.loop.stop();
    clearTimeout(this.recheck);
  }

  follow(stream: SseStream, position: Position): void {
    const follower = { stream, position };
    this.followers.add(follower);
    stream.onClose(() => this.followers.delete(follower));
    stream.onDrain(() => this.loop.wake());
    this.loop.wake();
  }

  /** Call this when something may have been stored. */
  wake(): void {
    this.recheckMs = RECHECK_MS;
    if (this.followers.size > 0) this.loop.wake();
  }

  positions(): Position[] {
    return [...this.followers].map(({ position }) => position);
  }

  private async round(): Promise<void> {
    if (this.followers.size === 0) return;
    this.onRound();
    clearTimeout(this.recheck);
    const { more, incomplete } = await this.readNext();
    const beside = await this.source.beside?.();
    if (beside) for (const { stream, position } of this.followers) if (stream.ready) stream.send(beside(position));
    if (more) this.loop.wake();
    if (incomplete) this.recheck = setTimeout(() => this.loop.wake(), timerMs(this.recheckMs));
    this.recheckMs = incomplete ? Math.min(2 * this.recheckMs, POLL_MS) : RECHECK_MS;
  }

  private async readNext(): Promise<{ more: boolean; incomplete: boolean }> {
    const ready = [...this.followers].filter(({ stream }) => stream.ready);
    const groups = [...Map.groupBy(ready, ({ position }) => this.source.keyOf(position)).values()];
    let [more, incomplete] = [false, false];
    for (let i = 0; i < groups.length; i += POSITIONS_OF_ONE) {
      const some = groups.slice(i, i + POSITIONS_OF_ONE);
      const pages = await this.source.read(some.flatMap(([first]) => (first ? [first.position] : [])));
      some.forEach((group, k) => {
        const page = pages[k];
        if (!page) return;
        for (const follower of group) deliver(follower, page);
        more ||= page.more;
        incomplete ||= page.incomplete === true;
      });
    }
    return { more, incomplete };
  }
}

function deliver<Position>(follower: Follower<Position>, { text, position, last }: Page<Position>): void {
  follower.position = position;
  follower.stream.send(text);
  if (last) follower.stream.end();
}
