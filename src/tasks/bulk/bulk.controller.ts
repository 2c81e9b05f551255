import { Body, Controller, Headers, HttpCode, Post, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiExtraModels, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Access } from '../../platform/auth/access.decorator.ts';
import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { withHeaders } from '../../platform/http/answer-headers.ts';
import { LargeBody } from '../../platform/http/large-body.decorator.ts';
import { AcceptedExecution } from '../service/tasks.view.ts';
import { CleanupBody } from '../retention/cleanup.dto.ts';
import { TASK_CLEANUP } from '../retention/cleanup.handler.ts';
import { isoDurationSeconds } from '../retention/iso-duration.ts';
import { RetentionService } from '../../engine/maintenance/retention.service.ts';
import { countsOf } from '../../engine/bulk/bulk-action.ts';
import { BULK_OPERATION } from './bulk-operation.handler.ts';
import { BulkOperations, REPEATABLE } from './bulk-operations.ts';
import { BulkBody } from './bulk.dto.ts';
import { BulkPreview } from './bulk.view.ts';

/** Acts on many executions. Each act is an execution itself: its progress, log and result are the receipt. */
@ApiTags('executions')
@ApiExtraModels(BulkPreview)
@Controller('executions')
export class BulkController {
  constructor(
    private readonly operations: BulkOperations,
    private readonly retention: RetentionService,
  ) {}

  @Post('bulk')
  @Access('operator')
  @HttpCode(202)
  @LargeBody()
  @ApiOperation({
    operationId: 'executions_changeMany',
    summary: 'Cancel, retry or reprioritise many executions, or count what that would do',
  })
  @ApiHeader(REPEATABLE)
  @ApiAcceptedResponse({
    type: AcceptedExecution,
    description: 'The execution that does it.',
    ...withHeaders('Location', 'Retry-After', 'Idempotency-Replayed'),
  })
  @ApiOkResponse({ type: BulkPreview, description: 'With preview: nothing is done.' })
  async act(
    @Body() { preview, ...request }: BulkBody,
    @Headers('idempotency-key') key: string | undefined,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AcceptedExecution | BulkPreview> {
    return preview ? this.operations.preview(request, reply) : this.operations.submit(BULK_OPERATION, request, key, principal, reply);
  }

  @Post('cleanup')
  @Access('operator')
  @HttpCode(202)
  @ApiOperation({ operationId: 'executions_cleanUp', summary: 'Delete executions that ended long ago, or count them' })
  @ApiHeader(REPEATABLE)
  @ApiAcceptedResponse({
    type: AcceptedExecution,
    description: 'The execution that does it.',
    ...withHeaders('Location', 'Retry-After', 'Idempotency-Replayed'),
  })
  @ApiOkResponse({ type: BulkPreview, description: 'With dryRun: nothing is done.' })
  async cleanup(
    @Body() { dryRun, ...request }: CleanupBody,
    @Headers('idempotency-key') key: string | undefined,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AcceptedExecution | BulkPreview> {
    if (!dryRun) return this.operations.submit(TASK_CLEANUP, request, key, principal, reply);
    void reply.status(200);
    return new BulkPreview(countsOf(await this.retention.count(isoDurationSeconds(request.olderThan) ?? 0)));
  }
}
