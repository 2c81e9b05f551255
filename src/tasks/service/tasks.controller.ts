import { applyDecorators, Body, Controller, Delete, Get, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { formatActor } from '../../core/actor/actor.ts';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { parseIdempotencyKey } from '../../platform/http/idempotency.ts';
import { LargeBody } from '../../platform/http/large-body.decorator.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { TraceContext } from '../../platform/http/trace-context.decorator.ts';
import type { TaskTrigger } from '../../core/task/task.ts';
import { TaskDefinitionRegistry } from '../definitions/task-definition.registry.ts';
import { TaskAccessService } from './task-access.service.ts';
import { TaskService } from './task.service.ts';
import { AcceptedExecution, ApiSubmission, acceptedExecution } from './accepted-execution.view.ts';
import { CancelAllReply, CancelByIdsReply, CancelByNamesReply, TaskCatalogue, toCatalogue } from './tasks.view.ts';
import { CancelByIdsBody, CancelByNamesBody, ExecuteTaskBody } from './task.dto.ts';

/** The two routes differ in the trigger that the task stores. */
function ExecuteRoute(trigger: 'manual' | 'api', operation: { operationId: string; summary: string }): MethodDecorator {
  return applyDecorators(
    Post(`:taskName/execute/${trigger}`),
    RequirePermission('tasks:submit'),
    HttpCode(202),
    ApiOperation(operation),
    ApiBody({ type: ExecuteTaskBody, required: false }),
    ApiSubmission(AcceptedExecution),
  );
}

/** Named tasks: list, run, cancel. The paths and bodies of the asynchronous task guide. */
@ApiTags('tasks')
@Controller('tasks')
export class TasksController {
  constructor(
    private readonly definitions: TaskDefinitionRegistry,
    private readonly tasks: TaskService,
    private readonly access: TaskAccessService,
  ) {}

  @Get()
  @RequirePermission('tasks:read')
  @ApiOperation({ operationId: 'tasks_list', summary: 'All named tasks of this installation' })
  @ApiOkResponse({ type: TaskCatalogue })
  list(): TaskCatalogue {
    return { items: this.definitions.all().map(toCatalogue) };
  }

  @ExecuteRoute('manual', { operationId: 'tasks_executeManual', summary: 'Run a task: answers at once with its executionId' })
  executeManual(
    @Param('taskName') taskName: string,
    @Body() body: ExecuteTaskBody,
    @Headers('idempotency-key') key: string | undefined,
    @TraceContext() traceContext: string | null,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AcceptedExecution> {
    return this.execute(taskName, body, { key, traceContext, trigger: 'manual' }, principal, reply);
  }

  @ExecuteRoute('api', { operationId: 'tasks_executeApi', summary: 'Run a task from a program' })
  executeApi(
    @Param('taskName') taskName: string,
    @Body() body: ExecuteTaskBody,
    @Headers('idempotency-key') key: string | undefined,
    @TraceContext() traceContext: string | null,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AcceptedExecution> {
    return this.execute(taskName, body, { key, traceContext, trigger: 'api' }, principal, reply);
  }

  @Delete('executions/cancel/by-ids')
  @RequirePermission('tasks:cancel')
  @LargeBody()
  @ApiOperation({ operationId: 'tasks_cancelByIds', summary: 'Cancel executions in any state that is not final' })
  @ApiOkResponse({ type: CancelByIdsReply })
  cancelByIds(@Body() body: CancelByIdsBody, @CurrentPrincipal() principal: Principal): Promise<CancelByIdsReply> {
    return this.access.cancelByIds(body.executionIds, principal);
  }

  @Delete('executions/cancel/by-task-names')
  @RequirePermission('tasks:cancel')
  @ApiOperation({ operationId: 'tasks_cancelByNames', summary: 'Cancel every unfinished execution of these tasks' })
  @ApiOkResponse({ type: CancelByNamesReply })
  cancelByNames(@Body() body: CancelByNamesBody, @CurrentPrincipal() principal: Principal): Promise<CancelByNamesReply> {
    return this.access.cancelByNames(body.taskNames, principal);
  }

  @Delete('executions/cancel/all')
  @RequirePermission('tasks:cancel')
  @ApiOperation({ operationId: 'tasks_cancelAll', summary: 'Cancel everything that is not finished' })
  @ApiOkResponse({ type: CancelAllReply })
  async cancelAll(@Body() body: unknown, @CurrentPrincipal() principal: Principal): Promise<CancelAllReply> {
    if (typeof body === 'object' && body !== null && Object.keys(body).length > 0) throw notAFilter();
    return this.access.cancelAll(principal);
  }

  private async execute(
    taskName: string,
    body: ExecuteTaskBody,
    { key, traceContext, trigger }: { key: string | undefined; traceContext: string | null; trigger: TaskTrigger },
    principal: Principal,
    reply: FastifyReply,
  ): Promise<AcceptedExecution> {
    const stored = await this.tasks.submit({
      name: taskName,
      params: body.params,
      priority: body.priority,
      runAt: body.runAt === undefined ? null : new Date(body.runAt),
      dependsOn: body.dependsOn?.map((id) => id.toLowerCase()),
      onDependencyFailure: body.onDependencyFailure,
      concurrencyKey: body.concurrencyKey,
      createdBy: formatActor(principal),
      trigger,
      traceContext,
      idempotencyKey: parseIdempotencyKey(key),
    });
    return acceptedExecution(reply, stored, taskName);
  }
}

/** Rejects a body: a caller who sends a filter here would otherwise cancel every task. */
function notAFilter(): ProblemError {
  return ProblemError.unprocessable('unexpected_body', 'This route cancels everything and takes no body.', {
    detail: 'Use /tasks/executions/cancel/by-ids or /by-task-names for a choice. Nothing was cancelled.',
  });
}
