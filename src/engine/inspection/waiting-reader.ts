import { Injectable } from '@nestjs/common';
import type { DispatchGroup } from '../../core/dispatch/dispatch-group.ts';
import type { TaskRow } from '../../core/task/task.ts';
import type { WaitingFacts } from '../../core/task/blockers.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { SELECT_DEPENDENCIES, SELECT_WAITING } from './waiting.sql.ts';

/** Who paused a queue or a definition. `at`: as JSON writes a time. */
export type StoredPause = { by: string; at: string } | null;

export type WaitingRow = Pick<
  WaitingFacts,
  'leaseExpiresAt' | 'ahead' | 'crashes' | 'runningInQueue' | 'workersInQueue' | 'workerProcesses' | 'knownBy'
> &
  DispatchGroup & {
    readonly now: Date;
    /** Its last attempt asked to be run again later. */
    readonly snoozed: boolean;
    readonly queuePause: StoredPause;
    readonly definitionPause: StoredPause;
  };

/** A task that another one depends on. */
export interface DependencyRow extends Pick<TaskRow, 'id' | 'status' | 'accountId' | 'createdBy'> {
  /** True while it blocks the task. */
  readonly open: boolean;
}

/** Reads what a task waits for. */
@Injectable()
export class WaitingReader {
  private readonly api: SqlExecutor;

  constructor(pools: Pools) {
    this.api = executorOf(pools.api);
  }

  /** Undefined when there is no such task. */
  async find(id: string): Promise<WaitingRow | undefined> {
    return (await this.api.query<WaitingRow>(SELECT_WAITING, [id]))[0];
  }

  dependencies(id: string): Promise<DependencyRow[]> {
    return this.api.query<DependencyRow>(SELECT_DEPENDENCIES, [id]);
  }
}
