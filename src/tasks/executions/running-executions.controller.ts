import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { withHeaders } from '../../platform/http/answer-headers.ts';
import { idPage } from '../../platform/http/paging.ts';
import { TaskDefinitionRegistry } from '../definitions/task-definition.registry.ts';
import { TaskLogService } from '../logs/task-log.service.ts';
import { POLL_SECONDS } from '../service/accepted-execution.view.ts';
import { TaskAccessService } from '../service/task-access.service.ts';
import { EXECUTIONS_LIST } from './execution.dto.ts';
import { RunningExecutionView, toRunningView } from './execution.view.ts';

/** Log lines shown with one execution, and with each of a list. */
const LINES_OF_ONE = 1_000;
const LINES_OF_EACH = 100;
const LIST_LIMIT = 50;

/** Executions in the format of the asynchronous task guide: the four words of status, with the log. */
@ApiTags('tasks')
@Controller('tasks/running')
export class RunningExecutionsController {
  constructor(
    private readonly definitions: TaskDefinitionRegistry,
    private readonly tasks: TaskAccessService,
    private readonly logs: TaskLogService,
  ) {}

  @Get('execution/:executionId')
  @RequirePermission('tasks:read')
  @ApiOperation({ operationId: 'tasks_getExecution', summary: 'State and log of one execution, finished ones included' })
  @ApiOkResponse({ type: RunningExecutionView, ...withHeaders('Retry-After') })
  async getExecution(
    @Param('executionId') executionId: string,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunningExecutionView> {
    const task = await this.tasks.get(executionId, principal);
    const logs = await this.logs.of([task], LINES_OF_ONE);
    if (task.terminalAt === null) void reply.header('retry-after', POLL_SECONDS);
    return toRunningView(task, logs.get(task.id));
  }

  @Get(':taskName')
  @RequirePermission('tasks:read')
  @ApiOperation({ operationId: 'tasks_listExecutions', summary: 'The newest executions of a task, finished ones included' })
  @ApiOkResponse({ type: [RunningExecutionView], ...withHeaders('Link') })
  async listExecutions(
    @Param('taskName') taskName: string,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunningExecutionView[]> {
    const { name } = this.definitions.get(taskName);
    const rows = await this.tasks.list({ names: [name], limit: LIST_LIMIT + 1 }, principal);
    const { items: tasks, nextCursor } = idPage(EXECUTIONS_LIST, rows, LIST_LIMIT, (task) => task);
    if (nextCursor) void reply.header('link', `</executions?taskName=${encodeURIComponent(name)}&cursor=${nextCursor}>; rel="next"`);
    const logs = await this.logs.of(tasks, LINES_OF_EACH);
    return tasks.map((task) => toRunningView(task, logs.get(task.id)));
  }
}
