import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { FailureLog } from '../../platform/database/failure-log.ts';
import { type Page, type FeedSource, SseBroadcaster } from '../../platform/http/sse-broadcaster.ts';
import type { SseStream } from '../../platform/http/sse-stream.ts';
import { LoopRegistry } from '../../platform/lifecycle/loop-registry.ts';
import { TaskLogReader } from '../../engine/logs/task-log-reader.ts';
import { TaskChangeNotifier } from '../../engine/task-change-notifier.ts';
import { type LogPosition, toLogPage } from './log-page.ts';

class LogSource implements FeedSource<LogPosition> {
  readonly name = 'log-feed';

  constructor(private readonly logs: TaskLogReader) {}

  keyOf({ id, seq, version, progress }: LogPosition): string {
    return `${id}/${seq}/${version}/${progress}`;
  }

  async read(positions: readonly LogPosition[]): Promise<Page<LogPosition>[]> {
    const rows = await this.logs.pagesAfter(positions);
    return rows.map((row, i) => toLogPage(row, positions[i] as LogPosition));
  }
}

/** The logs that clients of this process follow. */
@Injectable()
export class LogFeed implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly feed: SseBroadcaster<LogPosition>;
  private readonly unlisten: () => void;

  constructor(logs: TaskLogReader, changes: TaskChangeNotifier, loops: LoopRegistry, failures: FailureLog) {
    this.feed = new SseBroadcaster(new LogSource(logs), () => changes.watch(), failures.of('log-feed'));
    loops.register(this.feed.loop);
    this.unlisten = changes.listen((ids) => {
      if (ids === null || this.feed.positions().some(({ id }) => ids.includes(id))) this.feed.wake();
    });
  }

  onApplicationBootstrap(): void {
    this.feed.start();
  }

  async onModuleDestroy(): Promise<void> {
    this.unlisten();
    await this.feed.stop();
  }

  /** Sends the lines after `seq`, every transition, and further ones until the task ends. */
  follow(stream: SseStream, id: string, seq: number): void {
    this.feed.follow(stream, { id, seq, version: 0, progress: '' });
  }
}
