import { Injectable } from '@nestjs/common';
import { estimateCount } from '../../core/task/estimate-count.ts';
import { timeOfId } from '../../core/task/id-window.ts';
import { internalStatuses, type PublicStatus } from '../../core/task/states.ts';
import { countByStatus, type StatusCountRow } from '../../platform/database/bounded-counts.ts';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { type CountFilter, countedTasks } from './status-counts.sql.ts';
import { hasStatus } from '../task-status.sql.ts';

/** `approx`: an estimate, because more than 10,000 rows would have to be read. */
export interface StatusCount<Status extends string = string> {
  readonly status: Status;
  readonly count: number;
  readonly approx: boolean;
}

const TASKS = { name: 'tasks', statusColumn: 'status', hasStatus };

/** Counts tasks by status, within a bounded time. */
@Injectable()
export class StatusCounts {
  private readonly sql: SqlExecutor;

  constructor(pools: Pools) {
    this.sql = executorOf(pools.api);
  }

  async count(statuses: readonly PublicStatus[], filter: CountFilter): Promise<StatusCount<PublicStatus>[]> {
    const values: unknown[] = [];
    const text = countByStatus(TASKS, statuses.flatMap(internalStatuses), countedTasks(filter, values));
    const rows = await this.sql.query<StatusCountRow>(text, values);
    const counts = new Map(rows.map((row) => [row.status, toCount(row, filter)]));
    return statuses.map((status) => {
      const parts = internalStatuses(status).flatMap((internal) => counts.get(internal) ?? []);
      return { status, count: parts.reduce((sum, { count }) => sum + count, 0), approx: parts.some(({ approx }) => approx) };
    });
  }
}

/** The counts with their sum. */
export function totalOf<Count extends StatusCount>(items: Count[]): { items: Count[]; total: number; approx: boolean } {
  return { items, total: items.reduce((sum, { count }) => sum + count, 0), approx: items.some(({ approx }) => approx) };
}

/** `since` and `until`: the time of the filter. */
export function toCount(row: StatusCountRow, { since, until }: { since?: Date; until?: Date }): StatusCount {
  const { status, exact, atLeast, examined, matched, newest, oldest, total } = row;
  if (exact || newest === null || oldest === null) return { status, count: matched, approx: false };
  const spanMs = timeOfId(newest) - timeOfId(oldest);
  const windowMs = since === undefined ? null : Math.min(until?.getTime() ?? Infinity, timeOfId(newest)) - since.getTime();
  return { status, count: Math.max(atLeast, estimateCount({ examined, matched, spanMs, total, windowMs })), approx: true };
}
