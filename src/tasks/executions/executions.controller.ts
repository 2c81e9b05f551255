import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiConflictResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Access } from '../../platform/auth/access.decorator.ts';
import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { withHeaders } from '../../platform/http/answer-headers.ts';
import { decodeIdCursor, idPage, type Page } from '../../platform/http/paging.ts';
import { internalStatuses } from '../../core/task/states.ts';
import { TaskLogService } from '../logs/task-log.service.ts';
import { toTransitionView, TransitionView } from '../logs/transition.view.ts';
import { TaskService } from '../service/task.service.ts';
import { ExecutionView, LogLine, toExecutionView } from './execution.view.ts';
import { EXECUTIONS_LIST, ExecutionsQuery, LogsQuery, RetryBody } from '../service/task.dto.ts';

class ExecutionPage implements Page<ExecutionView> {
  @ApiProperty({ type: [ExecutionView] })
  items: ExecutionView[];
  @ApiProperty({ type: 'string', nullable: true })
  nextCursor: string | null;
}

class LogPage {
  @ApiProperty({ type: [LogLine] })
  items: LogLine[];
  @ApiProperty({ type: 'integer', description: 'Send it as `after` to go on.' })
  nextAfter: number;
}

class TransitionList {
  @ApiProperty({ type: [TransitionView] })
  items: TransitionView[];
}

/** Tasks as resources. */
@ApiTags('executions')
@Controller('executions')
export class ExecutionsController {
  constructor(
    private readonly tasks: TaskService,
    private readonly logs: TaskLogService,
  ) {}

  @Get()
  @Access('viewer')
  @ApiOperation({ operationId: 'executions_list', summary: 'Executions, newest first' })
  @ApiOkResponse({ type: ExecutionPage })
  async list(@Query() query: ExecutionsQuery): Promise<ExecutionPage> {
    const rows = await this.tasks.list({
      names: query.taskName,
      queues: query.queue,
      statuses: query.status?.flatMap(internalStatuses),
      since: query.since === undefined ? undefined : new Date(query.since),
      until: query.until === undefined ? undefined : new Date(query.until),
      batchId: query.batchId,
      beforeId: decodeIdCursor(EXECUTIONS_LIST, query.cursor),
      limit: query.limit + 1,
    });
    return idPage(EXECUTIONS_LIST, rows, query.limit, toExecutionView);
  }

  @Get(':executionId')
  @Access('viewer')
  @ApiOperation({ operationId: 'executions_get', summary: 'One execution' })
  @ApiOkResponse({ type: ExecutionView, ...withHeaders('Retry-After') })
  async get(@Param('executionId') executionId: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<ExecutionView> {
    const task = await this.tasks.get(executionId);
    if (task.terminalAt === null) void reply.header('retry-after', '1');
    return toExecutionView(task);
  }

  @Post(':executionId/retry')
  @Access('operator')
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
    return toExecutionView(await this.tasks.retry(executionId, body, principal.name));
  }

  @Get(':executionId/logs')
  @Access('viewer')
  @ApiOperation({ operationId: 'executions_listLogs', summary: 'Log lines of one execution, in order' })
  @ApiOkResponse({ type: LogPage })
  async listLogs(@Param('executionId') executionId: string, @Query() query: LogsQuery): Promise<LogPage> {
    const task = await this.tasks.get(executionId);
    const items = await this.logs.after(task.id, query.after, query.limit);
    return { items, nextAfter: items.at(-1)?.seq ?? query.after };
  }

  @Get(':executionId/audit')
  @Access('viewer')
  @ApiOperation({ operationId: 'executions_listTransitions', summary: 'Every transition of one execution: what, when, by whom' })
  @ApiOkResponse({ type: TransitionList })
  async listTransitions(@Param('executionId') executionId: string): Promise<TransitionList> {
    const task = await this.tasks.get(executionId);
    const rows = await this.logs.transitions(task.id);
    return { items: rows.map((row) => toTransitionView(row, task.timeoutMs)) };
  }
}
