import { Injectable } from '@nestjs/common';
import { newId } from '../../platform/ids/new-id.ts';
import { executorOf, inTransaction, Pools, type SqlExecutor, type TransactionClient } from '../../platform/database/pools.ts';
import { type Budget, type BudgetRow, readBudgets } from './budget.ts';
import * as sql from './budget.sql.ts';

export type NewBudget = Omit<BudgetRow, 'id' | 'version' | 'createdAt' | 'updatedAt'>;
export type BudgetChanges = Partial<Pick<BudgetRow, 'name' | 'period' | 'timeZone' | 'amountMicros' | 'warnPercent' | 'enabled'>>;

/** The payload of the event `budget.warned`. */
export interface BudgetWarning {
  readonly budgetId: string;
  readonly name: string;
  readonly accountId: string | null;
  readonly provider: string | null;
  readonly period: string;
  readonly currency: string;
  readonly warnPercent: number;
  readonly spentMicros: number;
  readonly amountMicros: number;
  readonly windowStart: Date;
  readonly windowEnd: Date;
}

/** Budgets, what their present windows hold, and the tasks that wait for them. */
@Injectable()
export class BudgetStore {
  private readonly sql: SqlExecutor;

  constructor(private readonly pools: Pools) {
    this.sql = executorOf(pools.api);
  }

  /** By name. `accountIds`: only budgets of these accounts. */
  async list(accountIds: readonly string[] | null): Promise<Budget[]> {
    return this.withSums(await this.sql.query<BudgetRow>(sql.SELECT_BUDGETS, [accountIds]));
  }

  async find(id: string): Promise<Budget | null> {
    return (await this.withSums(await this.sql.query<BudgetRow>(sql.SELECT_BUDGET, [id])))[0] ?? null;
  }

  async create(budget: NewBudget): Promise<Budget> {
    const { name, accountId, provider, period, timeZone, amountMicros, currency, warnPercent, enabled } = budget;
    const values = [newId(), name, accountId, provider, period, timeZone, amountMicros, currency, warnPercent, enabled];
    const rows = await inTransaction(this.pools.api, async (tx) => {
      await tx.query(sql.BLOCK_LEDGER_WRITES, []);
      return tx.query<BudgetRow>(sql.INSERT_BUDGET, values);
    });
    return this.one(rows);
  }

  /** Null when another request changed the budget since it was read. */
  async update(budget: BudgetRow, changes: BudgetChanges): Promise<Budget | null> {
    const { id, version, name, period, timeZone, amountMicros, warnPercent, enabled } = { ...budget, ...changes };
    const values = [id, version, name, period, timeZone, amountMicros, warnPercent, enabled];
    const rows = await this.sql.query<BudgetRow>(sql.UPDATE_BUDGET, values);
    return rows.length === 0 ? null : this.one(rows);
  }

  async remove(id: string): Promise<void> {
    await this.sql.query(sql.DELETE_BUDGET, [id]);
  }

  /** The task is scheduled again because of this version of the budget. */
  async recordWait(taskId: string, budget: Pick<BudgetRow, 'id' | 'version'>): Promise<void> {
    await this.sql.query(sql.RECORD_WAIT, [taskId, budget.id, budget.version]);
  }

  /** The budget that refused the last call of the task; null when it was deleted, or when a later call was granted. */
  async awaitedBy(taskId: string): Promise<Budget | null> {
    const [wait] = await this.sql.query<{ budgetId: string }>(sql.SELECT_WAIT, [taskId]);
    return wait ? this.find(wait.budgetId) : null;
  }

  /** Ids of tasks after `after` whose budget was changed or deleted since, WAITS_AT_ONCE at most. */
  async changedWaits(after: string): Promise<string[]> {
    return (await this.sql.query<{ id: string }>(sql.SELECT_CHANGED_WAITS, [after])).map(({ id }) => id);
  }

  async dropWaits(taskIds: readonly string[]): Promise<void> {
    await this.sql.query(sql.DELETE_WAITS, [taskIds]);
  }

  /** Warnings without an event, which the caller writes in the same transaction. */
  takeWarnings(tx: TransactionClient): Promise<BudgetWarning[]> {
    return tx.query<BudgetWarning>(sql.TAKE_WARNINGS, []);
  }

  private async withSums(rows: readonly BudgetRow[]): Promise<Budget[]> {
    return (await readBudgets(this.sql, rows)).budgets;
  }

  private async one(rows: readonly BudgetRow[]): Promise<Budget> {
    const [budget] = await this.withSums(rows);
    if (!budget) throw new Error('the budget was not stored');
    return budget;
  }
}
