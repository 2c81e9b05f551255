import { Injectable } from '@nestjs/common';
import type { Backoff } from '../core/task/retry-policy.ts';
import type { PhaseFacts, TaskStatus } from '../core/task/states.ts';
import type { TaskRow, TaskTrigger } from '../core/task/task.ts';
import { executorOf, Pools, type SqlExecutor } from '../platform/database/pools.ts';
import { TaskChangeNotifier } from './task-change-notifier.ts';
import { conditionsOf, type TaskCriteria } from './task-criteria.ts';
import type { DependencyPolicy } from './task-dependencies.ts';
import * as sql from './task.sql.ts';

export interface NewTask {
  id: string;
  name: string;
  queue: string;
  priority: number;
  runAt: Date | null;
  params: unknown;
  maxAttempts: number;
  maxRejections: number;
  backoff: Backoff;
  timeoutMs: number;
  expiresInMs: number | null;
  parentId: string | null;
  /** This and the next two: see core/dispatch/dispatch-group.ts. Null for a task without keys and capabilities. */
  dispatchGroup: string | null;
  limitKeys: readonly string[] | null;
  capabilities: readonly string[] | null;
  /** Ids of its dependencies. */
  dependsOn: readonly string[];
  onDependencyFailure: DependencyPolicy;
  /** The account that the task works for; null for none. */
  accountId: string | null;
  createdBy: string;
  actor: string;
  trigger: TaskTrigger;
  /** W3C traceparent of version 00. */
  traceContext: string | null;
  idempotencyKey: string | null;
  /** Hex SHA-256 of the request, to distinguish a repetition from another request with the same key. */
  requestHash: string | null;
}

/** The current state of the stored task: after a repeated request it may have ended. */
export interface Submitted extends PhaseFacts {
  id: string;
  createdAt: Date;
  /** An earlier submission had the same key or id; this one stored nothing. */
  replayed: boolean;
  /** Hash of the stored submission. */
  requestHash: string | null;
}

export interface TaskFilter extends TaskCriteria {
  beforeId?: string;
  limit: number;
}

/** Submits and reads tasks. */
@Injectable()
export class TaskStore {
  private readonly api: SqlExecutor;

  constructor(
    pools: Pools,
    private readonly changes: TaskChangeNotifier,
  ) {
    this.api = executorOf(pools.api);
  }

  /** One answer for each task, in order. `executor`: a transaction to use. */
  async insert(tasks: readonly (NewTask & { openDependencies?: number })[], executor: SqlExecutor = this.api): Promise<Submitted[]> {
    const rows = this.changes.publish(
      await executor.query<Pick<Submitted, 'id' | 'status' | 'createdAt'>>(sql.INSERT_TASKS, [JSON.stringify(tasks)]),
    );
    const inserted = new Map(rows.map((row) => [row.id, row]));
    const existing = inserted.size === tasks.length ? new Map() : await this.findExisting(tasks, inserted, executor);
    return tasks.map((task) => {
      const fresh = inserted.get(task.id);
      if (fresh) return { ...fresh, attempt: 0, externalId: null, replayed: false, requestHash: task.requestHash };
      const earlier = existing.get(task.id);
      if (!earlier) throw new Error(`task ${task.id} was neither stored nor found`);
      return { ...earlier, replayed: true };
    });
  }

  private async findExisting(
    tasks: readonly NewTask[],
    inserted: Map<string, unknown>,
    executor: SqlExecutor,
  ): Promise<Map<string, Submitted>> {
    const missing = tasks.filter((task) => !inserted.has(task.id));
    const wanted = missing.map(({ id, createdBy, idempotencyKey }) => ({ id, createdBy, idempotencyKey }));
    const rows = await executor.query<Submitted & { wantedId: string }>(sql.SELECT_EXISTING_SUBMISSIONS, [JSON.stringify(wanted)]);
    return new Map(rows.map(({ wantedId, ...row }) => [wantedId, row]));
  }

  async find(id: string): Promise<TaskRow | undefined> {
    return (await this.findMany([id]))[0];
  }

  findMany(ids: readonly string[]): Promise<TaskRow[]> {
    return this.api.query<TaskRow>(sql.SELECT_TASKS_BY_ID, [ids]);
  }

  /** Newest first. */
  list({ beforeId, limit, ...criteria }: TaskFilter): Promise<TaskRow[]> {
    const values: unknown[] = [limit];
    const conditions = conditionsOf(criteria, values);
    if (beforeId !== undefined) conditions.push(`t.id < $${values.push(beforeId)}`);
    return this.api.query<TaskRow>(sql.selectTasks(conditions), values);
  }

  statuses(ids: readonly string[]): Promise<{ id: string; status: TaskStatus }[]> {
    return this.api.query(sql.SELECT_STATUSES, [ids]);
  }
}
