import type { DataSource } from 'typeorm';
import { newId } from '../../platform/ids/new-id.ts';
import type { SqlExecutor } from '../../platform/database/pools.ts';
import { executorOfManager } from '../../platform/database/manager-executor.ts';
import type { TaskService } from './task.service.ts';

type Request = Parameters<TaskService['submitInTransaction']>[1][number];

export interface RowSource<Row> {
  /** Locks the rows that need a task, with SKIP LOCKED. */
  take(tx: SqlExecutor): Promise<Row[]>;
  requestOf(row: Row): Omit<Request, 'id'>;
  /** Stores the ids of the tasks with their rows. */
  store(tx: SqlExecutor, rows: readonly (Row & { taskId: string })[]): Promise<unknown>;
}

/**
 * Submits a task for each row that needs one, in one transaction: a row has its task, or a later call takes it. Any number of processes
 * may do this at once. Returns the number of rows.
 */
export async function submitForRows<Row extends object>(
  dataSource: DataSource,
  tasks: TaskService,
  source: RowSource<Row>,
): Promise<number> {
  const { count, announce } = await dataSource.transaction(async (manager) => {
    const tx = executorOfManager(manager);
    const rows = (await source.take(tx)).map((row) => ({ ...row, taskId: newId() }));
    if (rows.length === 0) return { count: 0, announce: () => undefined };
    const requests = rows.map((row) => ({ ...source.requestOf(row), id: row.taskId }));
    const announceTasks = await tasks.submitInTransaction(manager, requests);
    await source.store(tx, rows);
    return { count: rows.length, announce: announceTasks };
  });
  announce();
  return count;
}
