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

  stop(): Promise<void> {
    return this.loop.stop();
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
    if (this.followers.size > 0) this.loop.wake();
  }

  positions(): Position[] {
    return [...this.followers].map(({ position }) => position);
  }

  private async round(): Promise<void> {
    if (this.followers.size === 0) return;
    this.onRound();
    const more = await this.readNext();
    const beside = await this.source.beside?.();
    if (beside) for (const { stream, position } of this.followers) if (stream.ready) stream.send(beside(position));
    if (more) this.loop.wake();
  }

  private async readNext(): Promise<boolean> {
    const ready = [...this.followers].filter(({ stream }) => stream.ready);
    const groups = [...Map.groupBy(ready, ({ position }) => this.source.keyOf(position)).values()];
    let more = false;
    for (let i = 0; i < groups.length; i += POSITIONS_OF_ONE) {
      const some = groups.slice(i, i + POSITIONS_OF_ONE);
      const chapters = await this.source.read(some.flatMap(([first]) => (first ? [first.position] : [])));
      some.forEach((group, k) => {
        const chapter = chapters[k];
        if (!chapter) return;
        for (const follower of group) deliver(follower, chapter);
        more ||= chapter.more;
      });
    }
    return more;
  }
}

function deliver<Position>(follower: Follower<Position>, { text, position, last }: Page<Position>): void {
  follower.position = position;
  follower.stream.send(text);
  if (last) follower.stream.end();
}
