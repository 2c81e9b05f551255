import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Budget } from '../../creators/budgets/budget.ts';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { withHeaders } from '../../platform/http/answer-headers.ts';
import { etagOf, requireIfMatch } from '../../platform/http/etag.ts';
import { BudgetList, BudgetView, CreateBudgetBody, toBudgetView, UpdateBudgetBody } from './budget.dto.ts';
import { BudgetService } from './budget.service.ts';

@ApiTags('budgets')
@Controller('budgets')
export class BudgetsController {
  constructor(private readonly budgets: BudgetService) {}

  @Get()
  @RequirePermission('budgets:read')
  @ApiOperation({ operationId: 'budgets_list', summary: 'Budgets by name, with what their present windows hold' })
  @ApiOkResponse({ type: BudgetList })
  async list(@CurrentPrincipal() { accountIds }: Principal): Promise<BudgetList> {
    return { items: (await this.budgets.list(accountIds)).map(toBudgetView) };
  }

  @Post()
  @RequirePermission('budgets:set')
  @HttpCode(201)
  @ApiOperation({
    operationId: 'budgets_create',
    summary: 'Limit what calls of models, and work of programs and services, may cost in a day, week or month',
  })
  @ApiCreatedResponse({ type: BudgetView, ...withHeaders('Location', 'ETag') })
  async create(@Body() body: CreateBudgetBody, @Res({ passthrough: true }) reply: FastifyReply): Promise<BudgetView> {
    const budget = await this.budgets.create(body);
    void reply.header('location', `/budgets/${budget.id}`);
    return show(budget, reply);
  }

  @Get(':id')
  @RequirePermission('budgets:read')
  @ApiOperation({ operationId: 'budgets_get', summary: 'One budget' })
  @ApiOkResponse({ type: BudgetView, ...withHeaders('ETag') })
  async get(
    @Param('id') id: string,
    @CurrentPrincipal() { accountIds }: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BudgetView> {
    return show(await this.budgets.get(id, accountIds), reply);
  }

  @Patch(':id')
  @RequirePermission('budgets:set')
  @ApiOperation({ operationId: 'budgets_update', summary: 'Change a budget: the tasks that wait for it try again at once' })
  @ApiHeader({ name: 'If-Match', required: true, description: 'The ETag of the version you read.' })
  @ApiOkResponse({ type: BudgetView, ...withHeaders('ETag') })
  async update(
    @Param('id') id: string,
    @Body() body: UpdateBudgetBody,
    @Headers('if-match') ifMatch: string | undefined,
    @CurrentPrincipal() { accountIds }: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BudgetView> {
    const budget = await this.budgets.get(id, accountIds);
    requireIfMatch(ifMatch, budget.version);
    return show(await this.budgets.update(budget, body), reply);
  }

  @Delete(':id')
  @RequirePermission('budgets:set')
  @HttpCode(204)
  @ApiOperation({ operationId: 'budgets_remove', summary: 'Remove a budget: the tasks that wait for it try again at once' })
  @ApiNoContentResponse()
  async remove(@Param('id') id: string, @CurrentPrincipal() { accountIds }: Principal): Promise<void> {
    await this.budgets.remove(await this.budgets.get(id, accountIds));
  }
}

function show(budget: Budget, reply: FastifyReply): BudgetView {
  void reply.header('etag', etagOf(budget.version));
  return toBudgetView(budget);
}
