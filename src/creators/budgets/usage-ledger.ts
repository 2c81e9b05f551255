import { Injectable } from '@nestjs/common';
import { newId } from '../../platform/ids/new-id.ts';
import { decideCall, isNearlySpent } from '../../core/budget/budget-policy.ts';
import { executorOf, inTransaction, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { type Budget, type BudgetRow, readBudgets } from './budget.ts';
import type { CreationError } from '../creation-error.ts';
import { BudgetExceededError, unpricedCall, unpricedWork } from './budget-errors.ts';
import { LOCK_LEDGER_FOR_WRITE, INSERT_WARNINGS, LOCK_COVERING, SELECT_COVERING } from './budget.sql.ts';
import { type Cost, toMicros } from './money.ts';
import * as statements from './usage.sql.ts';

/** The task, account and creator of a call, and the model that it uses. */
export interface UsageSubject {
  taskId: string;
  attempt: number;
  accountId: string;
  creator: string;
  provider: string;
  model: string;
  step: string;
}

/** A piece of work for another system. `id` is that of its hand-over, `setting` the name of the setting with its price. */
export interface WorkSubject extends Pick<UsageSubject, 'taskId' | 'attempt' | 'accountId' | 'creator'> {
  id: string;
  setting: string;
}

/** What another system reported. `cost` is null when it reported none. */
export interface ReportedUsage {
  promptTokens: number;
  completionTokens: number;
  cost: number | null;
  currency: string | null;
}

/** What a call uses at most. */
export interface UsageEstimate {
  promptTokens: number;
  completionTokens: number;
  /** Null for an unknown price. */
  cost: Cost | null;
}

/** What a call used. */
export interface SettledUsage {
  model: string;
  promptTokens: number;
  completionTokens: number;
  estimated: boolean;
  /** In the currency of the estimate; null for an unknown price. */
  cost: number | null;
}

const CURRENCY = /^[A-Z]{3}$/;
/** The most that the column holds. */
const HIGHEST_COST = 999_999;
const MOST_TOKENS = 2_147_483_647;
const toCount = (tokens: number): number => Math.min(Math.ceil(tokens), MOST_TOKENS);

interface EndedWork {
  id: string;
  state: 'settled' | 'failed';
  usage: ReportedUsage | null;
}

interface Covered {
  accountId: string;
  provider: string;
}

/**
 * One row for each call that costs money: reserved with its highest cost before the call, when all budgets have room for it, and
 * settled with the reported usage after it.
 */
@Injectable()
export class UsageLedger {
  private readonly sql: SqlExecutor;

  constructor(private readonly pools: Pools) {
    this.sql = executorOf(pools.api);
  }

  /**
   * Returns the id of the row. The call must not be made without it.
   * @throws {BudgetExceededError} or {CreationError} `price_unknown`
   */
  async reserve(subject: UsageSubject, estimate: UsageEstimate): Promise<string> {
    const id = newId();
    await this.insert(id, subject, estimate, (budget) => unpricedCall(budget, subject, estimate.cost));
    return id;
  }

  /**
   * Reserves the most that a piece of work costs. Its reservation is made once: a repeated hand-over has one already.
   * @throws {BudgetExceededError} or {CreationError} `price_unknown`
   */
  async reserveWork({ id, setting, ...payer }: WorkSubject, cost: Cost | null): Promise<void> {
    if ((await this.sql.query(statements.SELECT_IS_RESERVED, [id])).length > 0) return;
    const subject = { ...payer, provider: payer.creator, model: payer.creator, step: 'task' };
    const estimate = { promptTokens: 0, completionTokens: 0, cost };
    await this.insert(id, subject, estimate, (budget) => unpricedWork(budget, payer.creator, setting, cost));
  }

  /** `failed`: the provider answered, but not usably. */
  async settle(id: string, state: 'settled' | 'failed', usage: SettledUsage): Promise<void> {
    const { model, promptTokens, completionTokens, cost, estimated } = usage;
    await this.warn(
      await this.sql.query<Covered>(statements.SETTLE_USAGE, [id, state, model, promptTokens, completionTokens, cost, estimated]),
    );
  }

  /** The call failed, and the provider may have worked: what was reserved counts as spent. */
  async fail(id: string): Promise<void> {
    await this.warn(await this.sql.query<Covered>(statements.FAIL_USAGE, [id]));
  }

  /** `usage` is null when the other system reported none. Then the reserved cost counts. A repetition has no effect. */
  async settleWork(id: string, state: 'settled' | 'failed', usage: ReportedUsage | null): Promise<void> {
    const tokens = usage === null ? [null, null] : [toCount(usage.promptTokens), toCount(usage.completionTokens)];
    const cost = reportedCost(usage);
    const values = [id, state, ...tokens, cost?.amount ?? null, cost?.currency ?? null];
    await this.warn(await this.sql.query<Covered>(statements.SETTLE_WORK_USAGE, values));
  }

  /**
   * Settles the reservations of work that ended with a result or a report. A transaction of its own for each locks its budgets for one
   * statement. The rows say what is left to do, so a crash loses no report, and any number of processes may do it at once.
   */
  async settleEndedWork(signal: AbortSignal): Promise<void> {
    let ended: EndedWork[];
    do {
      ended = await this.sql.query<EndedWork>(statements.SELECT_ENDED_WORK, []);
      for (const { id, state, usage } of ended) {
        if (signal.aborted) return;
        await this.settleWork(id, state, usage);
      }
    } while (ended.length === statements.WORKS_AT_ONCE);
  }

  /** The provider refused the call, or was not reached. */
  async release(id: string): Promise<void> {
    await this.sql.query(statements.RELEASE_USAGE, [id]);
  }

  /** The call was not made. */
  async discard(id: string): Promise<void> {
    await this.sql.query(statements.DELETE_USAGE, [id]);
  }

  /** Closes the reservations of ended processes. What they reserved counts as spent. `callMs`: the time limit of a call. */
  async closeLost(callMs: number): Promise<number> {
    return (await this.sql.query(statements.CLOSE_LOST_USAGE, [callMs])).length;
  }

  private async insert(
    id: string,
    { taskId, attempt, accountId, creator, provider, model, step }: UsageSubject,
    { promptTokens, completionTokens, cost }: UsageEstimate,
    unpriced: (budget: Budget) => CreationError,
  ): Promise<void> {
    // A separate statement: it may lock other budgets than this call's, which could deadlock.
    await this.sql.query(statements.CLOSE_EARLIER_USAGE, [taskId, id]);
    const refused = await inTransaction(this.pools.api, async (tx) => {
      await tx.query(LOCK_LEDGER_FOR_WRITE, []);
      const rows = (await tx.query<BudgetRow>(LOCK_COVERING, [accountId, provider])).filter(({ enabled }) => enabled);
      // The clock is read under the locks, and the row has that time: it counts for the windows that were checked.
      const { budgets, now } = await readBudgets(tx, rows, { locked: true });
      await noteWarnings(tx, budgets);
      const needed = cost && { micros: toMicros(cost.amount), currency: cost.currency };
      const decision = decideCall(needed, budgets);
      if (decision.kind === 'unpriced') return unpriced(decision.budget);
      if (decision.kind === 'exceeded') return BudgetExceededError.of(decision.budget, needed?.micros ?? 0, decision.retryAt, now);
      const amounts = [promptTokens, completionTokens, cost?.amount ?? null, cost?.currency ?? null];
      await tx.query(statements.RESERVE_USAGE, [id, taskId, attempt, accountId, creator, provider, model, step, ...amounts, now]);
      return null;
    });
    if (refused) throw refused;
  }

  private async warn([row]: readonly Covered[]): Promise<void> {
    if (!row) return;
    const rows = await this.sql.query<BudgetRow>(SELECT_COVERING, [row.accountId, row.provider]);
    if (rows.length > 0) await noteWarnings(this.sql, (await readBudgets(this.sql, rows)).budgets);
  }
}

function reportedCost(usage: ReportedUsage | null): Cost | null {
  if (usage === null || usage.cost === null || usage.currency === null || !CURRENCY.test(usage.currency)) return null;
  return { amount: Math.min(usage.cost, HIGHEST_COST), currency: usage.currency };
}

async function noteWarnings(sql: SqlExecutor, budgets: readonly Budget[]): Promise<void> {
  const due = budgets.filter(isNearlySpent);
  if (due.length === 0) return;
  const rows = due.map(({ id, window, spentMicros, amountMicros }) => ({ id, ...window, spentMicros, amountMicros }));
  await sql.query(INSERT_WARNINGS, [JSON.stringify(rows)]);
}
