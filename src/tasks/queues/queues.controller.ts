import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiConflictResponse, ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { formatActor } from '../../core/actor/actor.ts';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { TraceContext } from '../../platform/http/trace-context.decorator.ts';
import { BULK_OPERATION } from '../bulk/bulk-operation.handler.ts';
import { BulkOperations } from '../bulk/bulk-operations.ts';
import type { BulkRequest } from '../bulk/bulk.dto.ts';
import { BulkPreview } from '../bulk/bulk.view.ts';
import { ExecutionView, toExecutionView } from '../executions/execution.view.ts';
import { AcceptedExecution, ApiSubmission } from '../service/accepted-execution.view.ts';
import { DrainBody } from './drain.dto.ts';
import { QueueService } from './queue.service.ts';
import { QueueList, QueueView, toQueueView } from './queue.view.ts';

/** Queues for operators. No route waits for a broker, because all state is in PostgreSQL. */
@ApiTags('queues')
@ApiExtraModels(BulkPreview)
@Controller('queues')
export class QueuesController {
  constructor(
    private readonly queues: QueueService,
    private readonly operations: BulkOperations,
  ) {}

  @Get()
  @RequirePermission('queues:read')
  @ApiOperation({ operationId: 'queues_list', summary: 'All queues, by name' })
  @ApiOkResponse({ type: QueueList })
  async list(): Promise<QueueList> {
    return { items: (await this.queues.list()).map(toQueueView) };
  }

  @Get(':name')
  @RequirePermission('queues:read')
  @ApiOperation({ operationId: 'queues_get', summary: 'One queue' })
  @ApiOkResponse({ type: QueueView })
  async get(@Param('name') name: string): Promise<QueueView> {
    return toQueueView(await this.queues.get(name));
  }

  @Post(':name/pause')
  @RequirePermission('queues:operate')
  @HttpCode(200)
  @ApiOperation({ operationId: 'queues_pause', summary: 'Stop claims from this queue in all processes; running tasks continue' })
  @ApiOkResponse({ type: QueueView })
  async pause(@Param('name') name: string, @CurrentPrincipal() principal: Principal): Promise<QueueView> {
    return toQueueView(await this.queues.pause(name, formatActor(principal)));
  }

  @Post(':name/resume')
  @RequirePermission('queues:operate')
  @HttpCode(200)
  @ApiOperation({ operationId: 'queues_resume', summary: 'Resume claims from this queue' })
  @ApiOkResponse({ type: QueueView })
  async resume(@Param('name') name: string, @CurrentPrincipal() principal: Principal): Promise<QueueView> {
    return toQueueView(await this.queues.resume(name, formatActor(principal)));
  }

  @Post(':name/drain')
  @RequirePermission('queues:operate')
  @HttpCode(202)
  @ApiOperation({ operationId: 'queues_drain', summary: 'Cancel what waits in this queue, or count it; running executions continue' })
  @ApiSubmission(AcceptedExecution, 'The execution that cancels them.')
  @ApiOkResponse({ type: BulkPreview, description: 'With preview: nothing changes.' })
  async drain(
    @Param('name') name: string,
    @Body() { preview }: DrainBody,
    @Headers('idempotency-key') key: string | undefined,
    @TraceContext() traceContext: string | null,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AcceptedExecution | BulkPreview> {
    await this.queues.get(name);
    const request: BulkRequest = { action: 'drain', filter: { queue: [name], status: ['pending', 'submitted', 'running'] } };
    return preview
      ? this.operations.preview(request, principal, reply)
      : this.operations.submit(BULK_OPERATION, request, { key, traceContext }, principal, reply);
  }

  @Get(':name/tasks/:executionId')
  @RequirePermission('tasks:read')
  @ApiOperation({ operationId: 'queues_getTask', summary: 'One execution of this queue' })
  @ApiOkResponse({ type: ExecutionView })
  async getTask(
    @Param('name') name: string,
    @Param('executionId') executionId: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<ExecutionView> {
    return toExecutionView(await this.queues.task(name, executionId, principal));
  }

  @Delete(':name/tasks/:executionId')
  @RequirePermission('tasks:cancel')
  @ApiOperation({ operationId: 'queues_removeTask', summary: 'Cancel one execution of this queue; answers with its state' })
  @ApiOkResponse({ type: ExecutionView })
  async removeTask(
    @Param('name') name: string,
    @Param('executionId') executionId: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<ExecutionView> {
    return toExecutionView(await this.queues.remove(name, executionId, principal));
  }

  @Post(':name/tasks/:executionId/retry')
  @RequirePermission('tasks:retry')
  @HttpCode(202)
  @ApiOperation({ operationId: 'queues_retryTask', summary: 'Retry an execution of this queue that ended without success' })
  @ApiAcceptedResponse({ type: ExecutionView })
  @ApiConflictResponse({ description: 'It has not ended, or it has completed.' })
  async retryTask(
    @Param('name') name: string,
    @Param('executionId') executionId: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<ExecutionView> {
    return toExecutionView(await this.queues.retry(name, executionId, principal));
  }
}
