import { Injectable } from '@nestjs/common';
import type { Backoff } from '../core/task/retry-policy.ts';
import type { PhaseFacts, TaskStatus } from '../core/task/states.ts';
import type { TaskRow, TaskTrigger } from '../core/task/task.ts';
import { Settings } from '../platform/config/settings.ts';
import { executorOf, Pools, type SqlExecutor } from '../platform/database/pools.ts';
import type { Statement } from '../platform/database/statement-group.ts';
import { TaskChangeNotifier } from './task-change-notifier.ts';
import { ledTasks } from './task-lead.sql.ts';
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
  /** It was claimed in the transaction that stored it, so it needs no wake-up. `status` is that of its INSERT. */
  isClaimed?: boolean;
}

export type InsertedTask = Pick<Submitted, 'id' | 'status' | 'createdAt'>;

export interface TaskFilter extends TaskCriteria {
  /** Only this id and greater ones. */
  fromId?: string;
  /** Only smaller ids. */
  beforeId?: string;
  limit: number;
}

type StoredTask = Omit<TaskRow, 'heartbeatAt'>;

export interface SearchedTasks {
  readonly rows: readonly TaskRow[];
  /** The last task that was examined, when the search ended there before the list did. */
  readonly searchedTo: string | null;
}

/** Submits and reads tasks. */
@Injectable()
export class TaskStore {
  private readonly api: SqlExecutor;

  constructor(
    pools: Pools,
    private readonly changes: TaskChangeNotifier,
    private readonly settings: Settings,
  ) {
    this.api = executorOf(pools.api);
  }

  /** One answer for each task, in order. `executor`: a transaction to use. */
  async insert(tasks: readonly (NewTask & { openDependencies?: number })[], executor: SqlExecutor = this.api): Promise<Submitted[]> {
    const { text, values } = insertionOf(tasks);
    return this.answers(tasks, await executor.query<InsertedTask>(text, [...values]), executor);
  }

  /** The answers to `insertionOf(tasks)`, whose rows these are. */
  async answers(tasks: readonly NewTask[], rows: InsertedTask[], executor: SqlExecutor = this.api): Promise<Submitted[]> {
    const inserted = new Map(this.changes.publish(rows).map((row) => [row.id, row]));
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

  async findMany(ids: readonly string[]): Promise<TaskRow[]> {
    return this.toRows(await this.api.query<StoredTask>(sql.SELECT_TASKS_BY_ID, [ids]));
  }

  /** Newest first. */
  async list({ limit, ...filter }: TaskFilter): Promise<TaskRow[]> {
    const values: unknown[] = [limit];
    return this.toRows(await this.api.query<StoredTask>(sql.selectTasks(whereOf(filter, values)), values));
  }

  /** As `list`, but it examines a bounded number of tasks, so that it may return fewer than the limit. */
  async search({ limit, ...filter }: TaskFilter): Promise<SearchedTasks> {
    const values: unknown[] = [limit];
    const text = sql.searchTasks(ledTasks(filter, sql.SEARCH_ROWS, values));
    const rows = await this.api.query<StoredTask & { searchedTo: string | null }>(text, values);
    return { rows: this.toRows(rows.filter(({ id }) => id !== null)), searchedTo: rows[0]?.searchedTo ?? null };
  }

  private toRows(stored: readonly StoredTask[]): TaskRow[] {
    const { leaseTtlMs } = this.settings;
    return stored.map((row) => ({
      ...row,
      heartbeatAt: row.leaseExpiresAt && new Date(row.leaseExpiresAt.getTime() - leaseTtlMs),
    }));
  }

  statuses(ids: readonly string[]): Promise<{ id: string; status: TaskStatus }[]> {
    return this.api.query(sql.SELECT_STATUSES, [ids]);
  }
}

/** Stores tasks. Its rows are those that were new. */
export const insertionOf = (tasks: readonly (NewTask & { openDependencies?: number })[]): Statement => ({
  text: sql.INSERT_TASKS,
  values: [JSON.stringify(tasks)],
});

function whereOf({ fromId, beforeId, ...criteria }: Omit<TaskFilter, 'limit'>, values: unknown[]): string[] {
  const conditions = conditionsOf(criteria, values);
  if (fromId !== undefined) conditions.push(`t.id >= $${values.push(fromId)}::uuid`);
  if (beforeId !== undefined) conditions.push(`t.id < $${values.push(beforeId)}::uuid`);
  return conditions;
}
