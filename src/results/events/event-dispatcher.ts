import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { FailureLog } from '../../platform/database/failure-log.ts';
import { submitForRows } from '../../tasks/service/submit-for-rows.ts';
import type { Loop } from '../../platform/lifecycle/loop.ts';
import { LoopRegistry } from '../../platform/lifecycle/loop-registry.ts';
import { TaskService } from '../../tasks/service/task.service.ts';
import { DELIVER_EVENT } from './deliver-event.handler.ts';
import { DELIVERIES_PER_ROUND, SET_DELIVERY_TASKS, TAKE_DELIVERIES } from './event.sql.ts';

const NAME = 'event-dispatcher';
const INTERVAL_MS = 1_000;

/** Submits a task for each delivery that has none. Any number of processes may do it at once. */
@Injectable()
export class EventDispatcher implements OnModuleDestroy {
  private readonly loop: Loop;

  constructor(
    private readonly dataSource: DataSource,
    private readonly tasks: TaskService,
    loops: LoopRegistry,
    failures: FailureLog,
  ) {
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
    while (!signal.aborted && (await this.dispatch()) === DELIVERIES_PER_ROUND);
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
