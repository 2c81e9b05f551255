import type { AccountScope } from '../../core/actor/account-scope.ts';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { FailureLog } from '../../platform/database/failure-log.ts';
import { SseBroadcaster } from '../../platform/http/sse-broadcaster.ts';
import type { SseStream } from '../../platform/http/sse-stream.ts';
import { LoopRegistry } from '../../platform/lifecycle/loop-registry.ts';
import { TransitionFeedReader } from '../../engine/inspection/transition-feed-reader.ts';
import { TaskChangeNotifier } from '../../engine/task-change-notifier.ts';
import { StateFrames } from './state-frames.ts';
import type { Topic } from './topics.ts';
import { parseEventId } from './event-position.ts';
import { type EventReader, EventSource, readyFrame, resetFrame } from './event-source.ts';

/** The position where a stream begins, and its first frame. */
export interface EventStart {
  greeting: string;
  from: EventReader;
}

/** Events of tasks for all streams of this process. */
@Injectable()
export class EventFeed implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly source: EventSource;
  private readonly feed: SseBroadcaster<EventReader>;
  private readonly unlisten: () => void;

  constructor(
    reader: TransitionFeedReader,
    private readonly states: StateFrames,
    changes: TaskChangeNotifier,
    loops: LoopRegistry,
    failures: FailureLog,
  ) {
    this.source = new EventSource(reader, () => states.changes(this.topics()));
    this.feed = new SseBroadcaster(this.source, () => changes.watch(), failures.of('event-feed'));
    loops.register(this.feed.loop);
    this.unlisten = changes.listen(() => this.feed.wake());
  }

  onApplicationBootstrap(): void {
    this.feed.start();
  }

  async onModuleDestroy(): Promise<void> {
    this.unlisten();
    await this.feed.stop();
  }

  /** `lastEventId`: from any process; an id that does not parse counts as too old. */
  async startAfter(lastEventId: string | undefined, scope: AccountScope | null, topics: ReadonlySet<Topic>): Promise<EventStart> {
    const known = lastEventId === undefined ? undefined : parseEventId(lastEventId);
    const { now: end, resumable } = await this.source.resume(known);
    const now = { ...end, scope, topics };
    const states = await this.states.all(topics);
    if (lastEventId === undefined) return { greeting: readyFrame(now) + states, from: now };
    if (known && resumable) return { greeting: readyFrame(known) + states, from: { ...known, behind: 0, scope, topics } };
    return { greeting: resetFrame(now) + states, from: now };
  }

  private topics(): ReadonlySet<Topic> {
    return new Set(this.feed.positions().flatMap(({ topics }) => [...topics]));
  }

  follow(stream: SseStream, { greeting, from }: EventStart): void {
    stream.send(greeting);
    this.feed.follow(stream, from);
  }
}
