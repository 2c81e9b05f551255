import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { FailureLog } from '../../platform/database/failure-log.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import type { Loop } from '../../platform/lifecycle/loop.ts';
import { LoopRegistry } from '../../platform/lifecycle/loop-registry.ts';
import { RELEASE_TOPICS } from './executor/executor.sql.ts';
import { EXPIRE_TOPICS, TOPICS_PER_ROUND } from './topic.sql.ts';

const NAME = 'topics';
const INTERVAL_MS = 2_000;

/** Releases topics whose content task ended without a content, and expires those whose time is over. */
@Injectable()
export class TopicLoop implements OnModuleDestroy {
  private readonly sql: SqlExecutor;
  private readonly loop: Loop;

  constructor(pools: Pools, loops: LoopRegistry, failures: FailureLog) {
    this.sql = executorOf(pools.api);
    const run = (signal: AbortSignal) => this.run(signal);
    this.loop = loops.create({ name: NAME, intervalMs: INTERVAL_MS, jitter: 0.1, run, onError: failures.of(NAME) });
  }

  start(): void {
    this.loop.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.loop.stop();
  }

  private async run(signal: AbortSignal): Promise<void> {
    for (const statement of [RELEASE_TOPICS, EXPIRE_TOPICS])
      while (!signal.aborted && (await this.sql.query(statement, [])).length === TOPICS_PER_ROUND);
  }
}
