import { Controller, Get, Header, Param, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequirePermission } from '../../../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../../../platform/auth/principal.ts';
import { withHeaders } from '../../../platform/http/answer-headers.ts';
import { negotiateLanguage } from '../../../platform/http/language/request-language.ts';
import { AccountService } from '../account.service.ts';
import { AccountCheckService } from './account-check.service.ts';
import { AccountCheckReport } from './account-check.view.ts';
import { worstOf } from './account-checks.ts';
import { inChinese } from './zh-account-checks.ts';

@ApiTags('accounts')
@Controller('accounts/:id/check')
export class AccountCheckController {
  constructor(
    private readonly accounts: AccountService,
    private readonly checks: AccountCheckService,
  ) {}

  /** Takes the permission of the probe of a channel, because it too sends requests to channels and sources. */
  @Get()
  @RequirePermission('accounts:edit')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'accounts_check',
    summary: 'Checks the creator, sources, channels and slots of an account.',
  })
  @ApiOkResponse({ type: AccountCheckReport, ...withHeaders('Content-Language') })
  async check(
    @Param('id') id: string,
    @CurrentPrincipal() { accountIds }: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AccountCheckReport> {
    const account = await this.accounts.get(id, accountIds);
    const checks = await this.checks.check(account);
    const shown = negotiateLanguage(request, reply) === 'zh' ? checks.map(inChinese) : checks;
    return { accountId: account.id, status: worstOf(checks), checkedAt: new Date(), checks: shown };
  }
}
