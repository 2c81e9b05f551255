import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { FailureLog } from '../../platform/database/failure-log.ts';
import { executorOfManager } from '../../platform/database/manager-executor.ts';
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

  /** One transaction: a delivery either has a task, or the next round finds it. Returns the number of deliveries. */
  async dispatch(): Promise<number> {
    const { count, announce } = await this.dataSource.transaction(async (manager) => {
      const tx = executorOfManager(manager);
      const taken = await tx.query<{ eventId: string; endpointId: string; traceContext: string | null }>(TAKE_DELIVERIES, []);
      if (taken.length === 0) return { count: 0, announce: () => undefined };
      const rows = taken.map((delivery) => ({ ...delivery, taskId: uuidv7() }));
      const requests = rows.map(({ taskId, eventId, endpointId, traceContext }) => ({
        id: taskId,
        name: DELIVER_EVENT,
        params: { eventId, endpointId },
        traceContext,
        createdBy: NAME,
        trigger: 'task' as const,
      }));
      const announceTasks = await this.tasks.submitInTransaction(manager, requests);
      await tx.query(SET_DELIVERY_TASKS, [JSON.stringify(rows)]);
      return { count: rows.length, announce: announceTasks };
    });
    announce();
    return count;
  }
}
