import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiConflictResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { withHeaders } from '../../platform/http/answer-headers.ts';
import { decodeIdCursor, idPage, type Page } from '../../platform/http/paging.ts';
import { POLL_SECONDS } from '../service/accepted-execution.view.ts';
import { TaskAccessService } from '../service/task-access.service.ts';
import { toCriteria } from './execution-filter.dto.ts';
import { EXECUTIONS_LIST, ExecutionsQuery, RetryBody } from './execution.dto.ts';
import { ExecutionView, toExecutionView } from './execution.view.ts';

class ExecutionPage implements Page<ExecutionView> {
  @ApiProperty({ type: [ExecutionView] })
  items: ExecutionView[];
  @ApiProperty({ type: 'string', nullable: true })
  nextCursor: string | null;
}

/** Executions: the tasks as resources. */
@ApiTags('executions')
@Controller('executions')
export class ExecutionsController {
  constructor(private readonly tasks: TaskAccessService) {}

  @Get()
  @RequirePermission('tasks:read')
  @ApiOperation({ operationId: 'executions_list', summary: 'Executions, newest first' })
  @ApiOkResponse({ type: ExecutionPage })
  async list(@Query() query: ExecutionsQuery, @CurrentPrincipal() principal: Principal): Promise<ExecutionPage> {
    const rows = await this.tasks.list(
      {
        ...toCriteria(query),
        beforeId: decodeIdCursor(EXECUTIONS_LIST, query.cursor),
        limit: query.limit + 1,
      },
      principal,
    );
    return idPage(EXECUTIONS_LIST, rows, query.limit, toExecutionView);
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
