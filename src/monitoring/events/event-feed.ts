import type { AccountScope } from '../../core/actor/account-scope.ts';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { FailureLog } from '../../platform/database/failure-log.ts';
import { SseBroadcaster } from '../../platform/http/sse-broadcaster.ts';
import type { SseStream } from '../../platform/http/sse-stream.ts';
import { LoopRegistry } from '../../platform/lifecycle/loop-registry.ts';
import { TransitionFeedReader } from '../../engine/inspection/transition-feed-reader.ts';
import { TaskChangeNotifier } from '../../engine/task-change-notifier.ts';
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

  constructor(reader: TransitionFeedReader, changes: TaskChangeNotifier, loops: LoopRegistry, failures: FailureLog) {
    this.source = new EventSource(reader);
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
  async startAfter(lastEventId: string | undefined, scope: AccountScope | null): Promise<EventStart> {
    const known = lastEventId === undefined ? undefined : parseEventId(lastEventId);
    const { now: end, resumable } = await this.source.resume(known);
    const now = { ...end, scope };
    if (lastEventId === undefined) return { greeting: readyFrame(now), from: now };
    if (known && resumable) return { greeting: readyFrame(known), from: { ...known, behind: 0, scope } };
    return { greeting: resetFrame(now), from: now };
  }

  follow(stream: SseStream, { greeting, from }: EventStart): void {
    stream.send(greeting);
    this.feed.follow(stream, from);
  }
}
