import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { FailureLog } from '../../platform/database/failure-log.ts';
import { submitForRows } from '../../tasks/service/submit-for-rows.ts';
import type { Loop } from '../../platform/lifecycle/loop.ts';
import { LoopRegistry } from '../../platform/lifecycle/loop-registry.ts';
import { TaskService } from '../../tasks/service/task.service.ts';
import { DELIVER_EVENT } from './deliver-event.handler.ts';
import { OLDEST_UNSUBMITTED, SET_DELIVERY_TASKS, TAKE_DELIVERIES } from './delivery.sql.ts';

const NAME = 'event-dispatcher';
const INTERVAL_MS = 1_000;

/** Submits a task for each delivery that has none and whose endpoint is not paused. Any number of processes may do it at once. */
@Injectable()
export class EventDispatcher implements OnModuleDestroy {
  private readonly loop: Loop;
  private readonly sql: SqlExecutor;

  constructor(
    private readonly dataSource: DataSource,
    private readonly tasks: TaskService,
    pools: Pools,
    loops: LoopRegistry,
    failures: FailureLog,
  ) {
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

  /** Age of the oldest delivery that waits for its task; 0 when none waits. */
  async oldestSeconds(): Promise<number> {
    return (await this.sql.query<{ seconds: number }>(OLDEST_UNSUBMITTED, []))[0]?.seconds ?? 0;
  }

  private async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (await this.dispatch()) > 0);
  }

  /** Returns the number of deliveries. */
  dispatch(): Promise<number> {
    return submitForRows<{ eventId: string; endpointId: string; traceContext: string | null }>(this.dataSource, this.tasks, {
      take: (tx) => tx.query(TAKE_DELIVERIES, []),
      requestOf: ({ eventId, endpointId, traceContext }) => ({
        name: DELIVER_EVENT,
        params: { eventId, endpointId },
        traceContext,
        createdBy: NAME,
        trigger: 'task',
      }),
      store: (tx, rows) => tx.query(SET_DELIVERY_TASKS, [JSON.stringify(rows)]),
    });
  }
}
