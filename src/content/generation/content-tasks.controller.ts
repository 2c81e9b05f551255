import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiConflictResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { formatActor } from '../../core/actor/actor.ts';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { withHeaders } from '../../platform/http/answer-headers.ts';
import { ApiTraceparent, TraceContext } from '../../platform/http/trace-context.decorator.ts';
import { parseIdempotencyKey } from '../../platform/http/idempotency.ts';
import { decodeIdCursor, idPage } from '../../platform/http/paging.ts';
import { AsyncContentGenerationService } from './async-content-generation.service.ts';
import { ContentTaskPage, ContentTasksQuery, ContentTaskView, CreateContentTaskBody } from './content-task.dto.ts';

const LIST = 'content-tasks';

/** Requests for content. */
@ApiTags('content tasks')
@Controller('content-tasks')
export class ContentTasksController {
  constructor(private readonly generation: AsyncContentGenerationService) {}

  @Post()
  @RequirePermission('content:submit')
  @HttpCode(202)
  @ApiOperation({ operationId: 'contentTasks_create', summary: 'Request a content: answers at once, a worker generates it later' })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'A repeated request with the same key and body creates no second task.',
  })
  @ApiTraceparent()
  @ApiAcceptedResponse({ type: ContentTaskView, ...withHeaders('Location', 'Retry-After', 'Idempotency-Replayed') })
  @ApiConflictResponse({ description: 'The taskId is taken.' })
  async create(
    @Body() body: CreateContentTaskBody,
    @Headers('idempotency-key') key: string | undefined,
    @TraceContext() traceContext: string | null,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ContentTaskView> {
    const createdBy = formatActor(principal);
    const requester = {
      createdBy,
      within: principal.accountIds,
      trigger: 'api' as const,
      traceContext,
      idempotencyKey: parseIdempotencyKey(key),
    };
    const stored = await this.generation.submitTask(body, requester);
    const task = await this.generation.getTask(stored.id, principal.accountIds);
    if (stored.replayed) void reply.header('idempotency-replayed', 'true');
    void reply.header('location', task.statusUrl).header('retry-after', '1');
    return task;
  }

  @Get()
  @RequirePermission('content:read')
  @ApiOperation({ operationId: 'contentTasks_list', summary: 'Content tasks, newest first' })
  @ApiOkResponse({ type: ContentTaskPage })
  async list(@Query() query: ContentTasksQuery, @CurrentPrincipal() { accountIds: within }: Principal): Promise<ContentTaskPage> {
    const { status: statuses, accountId, limit } = query;
    const beforeId = decodeIdCursor(LIST, query.cursor);
    const rows = await this.generation.listTasks({ statuses, accountId, within, beforeId, limit: limit + 1 });
    return idPage(LIST, rows, limit, (task) => task);
  }

  @Get(':taskId')
  @RequirePermission('content:read')
  @ApiOperation({ operationId: 'contentTasks_get', summary: 'One content task, by its taskId or the id of its execution' })
  @ApiOkResponse({ type: ContentTaskView, ...withHeaders('Retry-After') })
  async get(
    @Param('taskId') taskId: string,
    @CurrentPrincipal() { accountIds }: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ContentTaskView> {
    const task = await this.generation.getTask(taskId, accountIds);
    if (task.completedAt === null) void reply.header('retry-after', '1');
    return task;
  }

  @Delete(':taskId')
  @RequirePermission('content:cancel')
  @ApiOperation({ operationId: 'contentTasks_cancel', summary: 'Cancel a content task; a final one stays unchanged' })
  @ApiOkResponse({ type: ContentTaskView })
  cancel(@Param('taskId') taskId: string, @CurrentPrincipal() principal: Principal): Promise<ContentTaskView> {
    return this.generation.cancelTask(taskId, formatActor(principal), principal.accountIds);
  }
}
