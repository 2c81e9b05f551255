import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiConflictResponse, ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { formatActor } from '../../core/actor/actor.ts';
import { RequirePermission, RequirePermissionOr } from '../../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { withHeaders } from '../../platform/http/answer-headers.ts';
import { TraceContext } from '../../platform/http/trace-context.decorator.ts';
import { parseIdempotencyKey } from '../../platform/http/idempotency.ts';
import { LargeBody } from '../../platform/http/large-body.decorator.ts';
import { ApiSubmission, POLL_SECONDS, setSubmissionHeaders } from '../service/accepted-execution.view.ts';
import { AcceptedBatch, BatchPreview, BatchView, CreateBatchBody } from './batch.dto.ts';
import { BatchService } from './batch.service.ts';

/** Batches of tasks. */
@ApiTags('batches')
@ApiExtraModels(BatchPreview)
@Controller('batches')
export class BatchesController {
  constructor(private readonly batches: BatchService) {}

  @Post()
  @RequirePermissionOr('tasks:submit', 'content:submit')
  @HttpCode(202)
  @LargeBody()
  @ApiOperation({ operationId: 'batches_create', summary: 'Submit up to 1,000 tasks, which may wait for each other: all or none' })
  @ApiSubmission(AcceptedBatch)
  @ApiOkResponse({ type: BatchPreview, description: 'With dryRun: nothing is stored.' })
  @ApiConflictResponse({ description: 'A batch with this Idempotency-Key is being stored: try again.' })
  async create(
    @Body() body: CreateBatchBody,
    @Headers('idempotency-key') key: string | undefined,
    @TraceContext() traceContext: string | null,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AcceptedBatch | BatchPreview> {
    const requester = { createdBy: formatActor(principal), traceContext, idempotencyKey: parseIdempotencyKey(key) };
    this.batches.authorize(principal, body);
    if (body.dryRun === true) {
      void reply.status(200);
      return this.batches.preview(body, requester);
    }
    const { batch, replayed } = await this.batches.submit(body, requester);
    setSubmissionHeaders(reply, batch.statusUrl, { replayed, ended: false });
    return batch;
  }

  @Get(':batchId')
  @RequirePermission('tasks:read')
  @ApiOperation({ operationId: 'batches_get', summary: 'The progress of a batch' })
  @ApiOkResponse({ type: BatchView, ...withHeaders('Retry-After') })
  async get(
    @Param('batchId') batchId: string,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BatchView> {
    const batch = await this.batches.get(batchId, principal);
    if (batch.counts.open > 0) void reply.header('retry-after', POLL_SECONDS);
    return batch;
  }

  @Delete(':batchId')
  @RequirePermission('tasks:cancel')
  @ApiOperation({ operationId: 'batches_cancel', summary: 'Cancel what is open of a batch' })
  @ApiOkResponse({ type: BatchView })
  cancel(@Param('batchId') batchId: string, @CurrentPrincipal() principal: Principal): Promise<BatchView> {
    return this.batches.cancel(batchId, formatActor(principal), principal);
  }
}
