import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Access } from '../../platform/auth/access.decorator.ts';
import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { withHeaders } from '../../platform/http/answer-headers.ts';
import { parseIdempotencyKey } from '../../platform/http/idempotency.ts';
import { LargeBody } from '../../platform/http/large-body.decorator.ts';
import { idPage } from '../../platform/http/paging.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import type { TaskTrigger } from '../../core/task/task.ts';
import { TaskDefinitionRegistry } from '../definitions/task-definition.registry.ts';
import { TaskLogService } from '../logs/task-log.service.ts';
import { TaskService } from './task.service.ts';
import { RunningExecutionView, toRunningView } from '../executions/execution.view.ts';
import { AcceptedExecution, CancelAllReply, CancelByIdsReply, CancelByNamesReply, TaskCatalogue, toCatalogue } from './tasks.view.ts';
import { CancelByIdsBody, CancelByNamesBody, EXECUTIONS_LIST, ExecuteTaskBody } from './task.dto.ts';

/** Log lines shown with one execution, and with each of a list. */
const LINES_OF_ONE = 1_000;
const LINES_OF_EACH = 100;
const LIST_LIMIT = 50;
const POLL_SECONDS = '1';

/** Named tasks: run, watch, cancel. The paths and bodies of the asynchronous task guide. */
@ApiTags('tasks')
@Controller('tasks')
export class TasksController {
  constructor(
    private readonly definitions: TaskDefinitionRegistry,
    private readonly tasks: TaskService,
    private readonly logs: TaskLogService,
  ) {}

  @Get()
  @Access('viewer')
  @ApiOperation({ operationId: 'tasks_list', summary: 'All named tasks of this installation' })
  @ApiOkResponse({ type: TaskCatalogue })
  list(): TaskCatalogue {
    return { items: this.definitions.all().map(toCatalogue) };
  }

  @Post(':taskName/execute/manual')
  @Access('operator')
  @HttpCode(202)
  @ApiOperation({ operationId: 'tasks_executeManual', summary: 'Run a task: answers at once with its executionId' })
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'A repeat with the same key and body gives the first answer again.' })
  @ApiBody({ type: ExecuteTaskBody, required: false })
  @ApiAcceptedResponse({ type: AcceptedExecution, ...withHeaders('Location', 'Retry-After', 'Idempotency-Replayed') })
  executeManual(
    @Param('taskName') taskName: string,
    @Body() body: ExecuteTaskBody,
    @Headers('idempotency-key') key: string | undefined,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AcceptedExecution> {
    return this.execute(taskName, body, key, principal, 'manual', reply);
  }

  @Post(':taskName/execute/api')
  @Access('operator')
  @HttpCode(202)
  @ApiOperation({ operationId: 'tasks_executeApi', summary: 'Run a task from a program' })
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'A repeat with the same key and body gives the first answer again.' })
  @ApiBody({ type: ExecuteTaskBody, required: false })
  @ApiAcceptedResponse({ type: AcceptedExecution, ...withHeaders('Location', 'Retry-After', 'Idempotency-Replayed') })
  executeApi(
    @Param('taskName') taskName: string,
    @Body() body: ExecuteTaskBody,
    @Headers('idempotency-key') key: string | undefined,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AcceptedExecution> {
    return this.execute(taskName, body, key, principal, 'api', reply);
  }

  @Get('running/execution/:executionId')
  @Access('viewer')
  @ApiOperation({ operationId: 'tasks_getExecution', summary: 'State and log of one execution, finished ones included' })
  @ApiOkResponse({ type: RunningExecutionView, ...withHeaders('Retry-After') })
  async getExecution(
    @Param('executionId') executionId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunningExecutionView> {
    const task = await this.tasks.get(executionId);
    const logs = await this.logs.of([task], LINES_OF_ONE);
    if (task.terminalAt === null) void reply.header('retry-after', POLL_SECONDS);
    return toRunningView(task, logs.get(task.id) ?? []);
  }

  @Get('running/:taskName')
  @Access('viewer')
  @ApiOperation({ operationId: 'tasks_listExecutions', summary: 'The newest executions of a task, finished ones included' })
  @ApiOkResponse({ type: [RunningExecutionView], ...withHeaders('Link') })
  async listExecutions(
    @Param('taskName') taskName: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunningExecutionView[]> {
    const { name } = this.definitions.get(taskName);
    const rows = await this.tasks.list({ names: [name], limit: LIST_LIMIT + 1 });
    const { items: tasks, nextCursor } = idPage(EXECUTIONS_LIST, rows, LIST_LIMIT, (task) => task);
    if (nextCursor) void reply.header('link', `</executions?taskName=${encodeURIComponent(name)}&cursor=${nextCursor}>; rel="next"`);
    const logs = await this.logs.of(tasks, LINES_OF_EACH);
    return tasks.map((task) => toRunningView(task, logs.get(task.id) ?? []));
  }

  @Delete('executions/cancel/by-ids')
  @Access('operator')
  @LargeBody()
  @ApiOperation({ operationId: 'tasks_cancelByIds', summary: 'Cancel executions, whatever they are doing' })
  @ApiOkResponse({ type: CancelByIdsReply })
  cancelByIds(@Body() body: CancelByIdsBody, @CurrentPrincipal() principal: Principal): Promise<CancelByIdsReply> {
    return this.tasks.cancelByIds(body.executionIds, principal.name);
  }

  @Delete('executions/cancel/by-task-names')
  @Access('operator')
  @ApiOperation({ operationId: 'tasks_cancelByNames', summary: 'Cancel every unfinished execution of these tasks' })
  @ApiOkResponse({ type: CancelByNamesReply })
  cancelByNames(@Body() body: CancelByNamesBody, @CurrentPrincipal() principal: Principal): Promise<CancelByNamesReply> {
    return this.tasks.cancelByNames(body.taskNames, principal.name);
  }

  @Delete('executions/cancel/all')
  @Access('operator')
  @ApiOperation({ operationId: 'tasks_cancelAll', summary: 'Cancel everything that is not finished' })
  @ApiOkResponse({ type: CancelAllReply })
  async cancelAll(@Body() body: unknown, @CurrentPrincipal() principal: Principal): Promise<CancelAllReply> {
    if (typeof body === 'object' && body !== null && Object.keys(body).length > 0) throw notAFilter();
    return this.tasks.cancelAll(principal.name);
  }

  private async execute(
    taskName: string,
    body: ExecuteTaskBody,
    key: string | undefined,
    principal: Principal,
    trigger: TaskTrigger,
    reply: FastifyReply,
  ): Promise<AcceptedExecution> {
    const runAt = body.runAt === undefined ? null : new Date(body.runAt);
    const stored = await this.tasks.submit({
      name: taskName,
      params: body.params,
      priority: body.priority,
      runAt,
      dependsOn: body.dependsOn?.map((id) => id.toLowerCase()),
      onDependencyFailure: body.onDependencyFailure,
      concurrencyKey: body.concurrencyKey,
      createdBy: principal.id,
      actor: principal.name,
      trigger,
      idempotencyKey: parseIdempotencyKey(key),
    });
    if (stored.replayed) void reply.header('idempotency-replayed', 'true');
    void reply.header('location', `/executions/${stored.id}`).header('retry-after', POLL_SECONDS);
    return new AcceptedExecution(stored.id, taskName, (runAt !== null && runAt > stored.createdAt) || (body.dependsOn ?? []).length > 0);
  }
}

/** Whoever sends a choice to the route that knows none would lose everything. */
function notAFilter(): ProblemError {
  return ProblemError.unprocessable('unexpected_body', 'This route cancels everything and takes no body.', {
    detail: 'Use /tasks/executions/cancel/by-ids or /by-task-names for a choice. Nothing was cancelled.',
  });
}
