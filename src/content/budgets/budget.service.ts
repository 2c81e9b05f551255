import { Injectable } from '@nestjs/common';
import type { Budget } from '../../creators/budgets/budget.ts';
import { BudgetStore } from '../../creators/budgets/budget-store.ts';
import { CLI_CREATOR } from '../../creators/cli/cli-creator-loader.ts';
import { HTTP_CREATOR } from '../../creators/http/http-creator-loader.ts';
import { LlmCreatorLoader } from '../../creators/llm/llm-creator-loader.ts';
import { versionChanged } from '../../platform/http/etag.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { isUuid } from '../../platform/http/uuid.ts';
import { type AccountLimit, AccountService, isWithin } from '../accounts/account.service.ts';
import type { CreateBudgetBody, UpdateBudgetBody } from './budget.dto.ts';
import { BudgetWaitService } from './budget-wait.service.ts';

/** Budgets as a caller may see and change them. */
@Injectable()
export class BudgetService {
  constructor(
    private readonly store: BudgetStore,
    private readonly accounts: AccountService,
    private readonly waits: BudgetWaitService,
    private readonly llm: LlmCreatorLoader,
  ) {}

  list(within: AccountLimit): Promise<Budget[]> {
    return this.store.list(within);
  }

  /** A caller that is limited to accounts sees their budgets, and none of all accounts. @throws {ProblemError} 404 */
  async get(id: string, within: AccountLimit): Promise<Budget> {
    const budget = isUuid(id) ? await this.store.find(id) : null;
    if (budget && (within === null || (budget.accountId !== null && isWithin(within, budget.accountId)))) return budget;
    throw ProblemError.notFound('budget_not_found', `There is no budget "${id.slice(0, 100)}".`, { detail: 'GET /budgets lists all.' });
  }

  /** @throws {ProblemError} 404 for an unknown account, 422 for an unknown provider */
  async create({ accountId, provider, ...body }: CreateBudgetBody): Promise<Budget> {
    if (accountId !== undefined) await this.accounts.get(accountId);
    if (provider !== undefined) this.checkProvider(provider);
    const defaults = { timeZone: 'UTC', warnPercent: 80, enabled: true };
    return this.store.create({ ...defaults, ...body, accountId: accountId ?? null, provider: provider ?? null });
  }

  /** The tasks that wait for the budget try again at once. */
  async update(budget: Budget, changes: UpdateBudgetBody): Promise<Budget> {
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    if (Object.keys(given).length === 0) return budget;
    const changed = await this.store.update(budget, given);
    if (changed === null) throw versionChanged((await this.get(budget.id, null)).version);
    await this.waits.resumeChanged();
    return changed;
  }

  /** The tasks that wait for the budget try again at once. */
  async remove({ id }: Budget): Promise<void> {
    await this.store.remove(id);
    await this.waits.resumeChanged();
  }

  /** A budget of a misspelt provider would count nothing. */
  private checkProvider(name: string): void {
    const known = [...this.llm.providers, CLI_CREATOR, HTTP_CREATOR];
    if (known.includes(name)) return;
    const detail = known.length === 0 ? 'No provider is configured.' : `Known are ${known.join(', ')}.`;
    throw ProblemError.unprocessable('provider_unknown', `There is no provider "${name}".`, {
      detail,
      errors: [{ pointer: '/provider', code: 'unknown', detail }],
    });
  }
}
