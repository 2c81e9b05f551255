import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { FailureLog } from '../../platform/database/failure-log.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { type Page, type FeedSource, SseBroadcaster } from '../../platform/http/sse-broadcaster.ts';
import type { SseStream } from '../../platform/http/sse-stream.ts';
import { LoopRegistry } from '../../platform/lifecycle/loop-registry.ts';
import { TaskChangeNotifier } from '../../engine/task-change-notifier.ts';
import { type LogPageRow, type LogPosition, toLogPage } from './log-page.ts';
import { SELECT_LOG_PAGES } from '../../engine/logs/log-page.sql.ts';

class LogSource implements FeedSource<LogPosition> {
  readonly name = 'log-feed';

  constructor(private readonly executor: SqlExecutor) {}

  keyOf({ id, seq, version, progress }: LogPosition): string {
    return `${id}/${seq}/${version}/${progress}`;
  }

  async read(positions: readonly LogPosition[]): Promise<Page<LogPosition>[]> {
    const columns = [positions.map(({ id }) => id), positions.map(({ seq }) => seq), positions.map(({ version }) => version)];
    const rows = await this.executor.query<LogPageRow>(SELECT_LOG_PAGES, columns);
    return rows.map((row, i) => toLogPage(row, positions[i] as LogPosition));
  }
}

/** The logs of all tasks that somebody of this process follows. */
@Injectable()
export class LogFeed implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly feed: SseBroadcaster<LogPosition>;
  private readonly unlisten: () => void;

  constructor(pools: Pools, news: TaskChangeNotifier, loops: LoopRegistry, failures: FailureLog) {
    this.feed = new SseBroadcaster(new LogSource(executorOf(pools.api)), () => news.watch(), failures.of('log-feed'));
    loops.register(this.feed.loop);
    this.unlisten = news.listen((ids) => {
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

  /** The lines after `seq`, every transition, and what comes until the task ends. */
  follow(stream: SseStream, id: string, seq: number): void {
    this.feed.follow(stream, { id, seq, version: 0, progress: '' });
  }
}
