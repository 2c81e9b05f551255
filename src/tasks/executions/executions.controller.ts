import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiConflictResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { PUBLIC_STATUSES } from '../../core/task/states.ts';
import { StatusCounts, totalOf } from '../../engine/inspection/status-counts.ts';
import { earlierId, idWindow } from '../../core/task/id-window.ts';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal, scopeOf } from '../../platform/auth/principal.ts';
import { withHeaders } from '../../platform/http/answer-headers.ts';
import { decodeIdCursor, encodeCursor, idPage, type Page } from '../../platform/http/paging.ts';
import { POLL_SECONDS } from '../service/accepted-execution.view.ts';
import { TaskAccessService } from '../service/task-access.service.ts';
import { ExecutionCounts } from './execution-counts.view.ts';
import { ExecutionFilter, toCriteria } from './execution-filter.dto.ts';
import { EXECUTIONS_LIST, ExecutionsQuery, RetryBody } from './execution.dto.ts';
import { ExecutionView, toExecutionView } from './execution.view.ts';

class ExecutionPage implements Page<ExecutionView> {
  @ApiProperty({ type: [ExecutionView] })
  items: ExecutionView[];
  @ApiProperty({ type: 'string', nullable: true })
  nextCursor: string | null;
}

const SEARCH = `A search by words examines at most 10,000 executions for a page: it may have fewer items than \`limit\`
and still a \`nextCursor\`, which continues after them.`;

/** Executions: the tasks as resources. */
@ApiTags('executions')
@Controller('executions')
export class ExecutionsController {
  constructor(
    private readonly tasks: TaskAccessService,
    private readonly counts: StatusCounts,
  ) {}

  @Get()
  @RequirePermission('tasks:read')
  @ApiOperation({ operationId: 'executions_list', summary: 'Executions, newest first', description: SEARCH.replaceAll('\n', ' ') })
  @ApiOkResponse({ type: ExecutionPage })
  async list(@Query() query: ExecutionsQuery, @CurrentPrincipal() principal: Principal): Promise<ExecutionPage> {
    const criteria = toCriteria(query);
    const { fromId, beforeId } = idWindow(criteria);
    const before = earlierId(decodeIdCursor(EXECUTIONS_LIST, query.cursor), beforeId);
    const filter = { ...criteria, fromId, beforeId: before, limit: query.limit + 1 };
    const { rows, searchedTo } = await this.tasks.page(filter, principal);
    const page = idPage(EXECUTIONS_LIST, rows, query.limit, toExecutionView);
    return page.nextCursor === null && searchedTo !== null ? { ...page, nextCursor: encodeCursor([EXECUTIONS_LIST, searchedTo]) } : page;
  }

  @Get('counts')
  @RequirePermission('tasks:read')
  @ApiOperation({ operationId: 'executions_count', summary: 'How many executions have each status, with the filters of the list' })
  @ApiOkResponse({ type: ExecutionCounts })
  async count(@Query() query: ExecutionFilter, @CurrentPrincipal() principal: Principal): Promise<ExecutionCounts> {
    const { statuses: _statuses, ...criteria } = toCriteria(query);
    const filter = { ...criteria, ...idWindow(criteria), scope: scopeOf(principal) ?? undefined };
    const wanted = query.status === undefined ? PUBLIC_STATUSES : PUBLIC_STATUSES.filter((status) => query.status?.includes(status));
    return totalOf(await this.counts.count(wanted, filter));
  }

  @Get(':executionId')
  @RequirePermission('tasks:read')
  @ApiOperation({ operationId: 'executions_get', summary: 'One execution' })
  @ApiOkResponse({ type: ExecutionView, ...withHeaders('Retry-After') })
  async get(
    @Param('executionId') executionId: string,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExecutionView> {
    const task = await this.tasks.get(executionId, principal);
    if (task.terminalAt === null) void reply.header('retry-after', POLL_SECONDS);
    return toExecutionView(task);
  }

  @Post(':executionId/retry')
  @RequirePermission('tasks:retry')
  @HttpCode(202)
  @ApiOperation({
    operationId: 'executions_retry',
    summary: 'Run a failed, timed out or cancelled execution again, perhaps with other params',
  })
  @ApiAcceptedResponse({ type: ExecutionView })
  @ApiConflictResponse({ description: 'It has not ended, or it has completed.' })
  async retry(
    @Param('executionId') executionId: string,
    @Body() body: RetryBody,
    @CurrentPrincipal() principal: Principal,
  ): Promise<ExecutionView> {
    return toExecutionView(await this.tasks.retry(executionId, body, principal));
  }
}
