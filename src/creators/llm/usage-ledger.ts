import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { executorOf, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { costOf, type TokenPrice, type TokenUsage } from './token-usage.ts';
import { RESERVE_USAGE, SETTLE_USAGE } from './usage.sql.ts';

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

/**
 * One row for each call of a model: reserved with an estimate before the call, and settled with the reported usage after it. A
 * row that stays `reserved` is a call whose process ended, and its estimate counts.
 */
@Injectable()
export class UsageLedger {
  private readonly sql: SqlExecutor;

  constructor(pools: Pools) {
    this.sql = executorOf(pools.api);
  }

  /** Returns the id of the row. */
  async reserve(
    { taskId, attempt, accountId, creator, provider, model, step }: UsageSubject,
    estimate: TokenUsage,
    price: TokenPrice | null,
  ): Promise<string> {
    const id = uuidv7();
    const cost = costOf(estimate, price);
    const values = [id, taskId, attempt, accountId, creator, provider, model, step, estimate.promptTokens, cost, price?.currency ?? null];
    await this.sql.query(RESERVE_USAGE, values);
    return id;
  }

  async settle(id: string, state: 'settled' | 'failed', model: string, usage: TokenUsage, price: TokenPrice | null): Promise<void> {
    const { promptTokens, completionTokens, estimated } = usage;
    await this.sql.query(SETTLE_USAGE, [id, state, model, promptTokens, completionTokens, costOf(usage, price), estimated]);
  }
}
