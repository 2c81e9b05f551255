import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { UsageReport, type UsageGroup } from '../../creators/budgets/usage-report.ts';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { isWithin } from '../accounts/account.service.ts';
import { toBudgetView } from './budget.dto.ts';
import { BudgetService } from './budget.service.ts';
import { UsageQuery, UsageView } from './usage.dto.ts';

const DEFAULT_GROUPS: readonly UsageGroup[] = ['provider', 'model'];
const DEFAULT_MS = 30 * 86_400_000;

@ApiTags('budgets')
@Controller('usage')
export class UsageController {
  constructor(
    private readonly report: UsageReport,
    private readonly budgets: BudgetService,
  ) {}

  @Get()
  @RequirePermission('budgets:read')
  @ApiOperation({ operationId: 'usage_get', summary: 'What the calls of models used and cost, and what budgets have left' })
  @ApiOkResponse({ type: UsageView })
  async get(@Query() query: UsageQuery, @CurrentPrincipal() { accountIds }: Principal): Promise<UsageView> {
    const { groupBy = DEFAULT_GROUPS, accountId, timeZone = 'UTC' } = query;
    const to = query.to === undefined ? new Date() : new Date(query.to);
    const from = query.from === undefined ? new Date(to.getTime() - DEFAULT_MS) : new Date(query.from);
    // The calls of an account outside of the caller's are no calls.
    const only = accountId === undefined ? accountIds : isWithin(accountIds, accountId) ? [accountId] : [];
    const sums = await this.report.read({ from, to, accountIds: only, groupBy, timeZone });
    return { from, to, ...sums, budgets: (await this.budgets.list(accountIds)).map(toBudgetView) };
  }
}
