import { Injectable } from '@nestjs/common';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { OnlineAgents } from './online-agents.ts';
import { COUNT_OVERDUE_LEASES, PAUSE_QUEUE, RESUME_QUEUE, SELECT_LATER, SELECT_QUEUES, SELECT_READY_TASKS } from './queue.sql.ts';

export interface QueueRow {
  readonly name: string;
  readonly pausedAt: Date | null;
  readonly pausedBy: string | null;
  readonly strategy: string;
  readonly pending: number;
  readonly submitted: number;
  readonly running: number;
  /** Ready tasks that no live worker process has a handler for, or that no online agent has the capabilities for. */
  readonly withoutHandler: number;
  /** Waiting time of the oldest ready task. */
  readonly oldestWaitingMs: number | null;
}

/** The table of queues, and the waiting tasks of each. */
@Injectable()
export class QueueStore {
  private readonly sql: SqlExecutor;
  private readonly engine: SqlExecutor;

  constructor(
    pools: Pools,
    private readonly agents: OnlineAgents,
  ) {
    this.sql = executorOf(pools.api);
    this.engine = executorOf(pools.engine);
  }

  /** The first ready tasks of a queue in the order of claims, without leasing them. Quarantined tasks are left out. */
  ready(name: string, limit: number): Promise<{ id: string; priority: number }[]> {
    return this.engine.query<{ id: string; priority: number }>(SELECT_READY_TASKS, [name, limit]);
  }

  /** `ms` from now, by the clock of the database. */
  async later(ms: number): Promise<Date> {
    const [row] = await this.sql.query<{ at: Date }>(SELECT_LATER, [ms]);
    if (!row) throw new Error('a SELECT without FROM gave no row');
    return row.at;
  }

  /** Queues with a row or with tasks that are not final. */
  async all(): Promise<QueueRow[]> {
    const agents = (await this.agents.capabilities()).map((capabilities) => ({ capabilities }));
    return this.sql.query<QueueRow>(SELECT_QUEUES, [JSON.stringify(agents)]);
  }

  /** Leases that no process rescued in time. */
  async overdueLeases(): Promise<number> {
    return (await this.sql.query<{ count: number }>(COUNT_OVERDUE_LEASES, []))[0]?.count ?? 0;
  }

  /** False when it was paused already. */
  async pause(name: string, actor: string): Promise<boolean> {
    return (await this.sql.query(PAUSE_QUEUE, [name, actor])).length > 0;
  }

  /** False when it was not paused. */
  async resume(name: string): Promise<boolean> {
    return (await this.sql.query(RESUME_QUEUE, [name])).length > 0;
  }
}
