import { Body, Controller, Headers, HttpCode, Post, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { countsOf } from '../../engine/bulk/bulk-action.ts';
import { RetentionService } from '../../engine/maintenance/retention.service.ts';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { TraceContext } from '../../platform/http/trace-context.decorator.ts';
import { BulkOperations } from '../bulk/bulk-operations.ts';
import { BulkPreview } from '../bulk/bulk.view.ts';
import { AcceptedExecution, ApiSubmission } from '../service/accepted-execution.view.ts';
import { CleanupBody } from './cleanup.dto.ts';
import { TASK_CLEANUP } from './cleanup.handler.ts';
import { isoDurationSeconds } from '../../core/time/iso-duration.ts';

/** Deletes old executions. The deletion is an execution itself. */
@ApiTags('executions')
@ApiExtraModels(BulkPreview)
@Controller('executions')
export class CleanupController {
  constructor(
    private readonly operations: BulkOperations,
    private readonly retention: RetentionService,
  ) {}

  @Post('cleanup')
  @RequirePermission('tasks:delete')
  @HttpCode(202)
  @ApiOperation({ operationId: 'executions_cleanUp', summary: 'Delete executions that ended long ago, or count them' })
  @ApiSubmission(AcceptedExecution, 'The execution that deletes them.')
  @ApiOkResponse({ type: BulkPreview, description: 'With dryRun: nothing is deleted.' })
  async cleanup(
    @Body() { dryRun, ...request }: CleanupBody,
    @Headers('idempotency-key') key: string | undefined,
    @TraceContext() traceContext: string | null,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AcceptedExecution | BulkPreview> {
    if (!dryRun) return this.operations.submit(TASK_CLEANUP, request, { key, traceContext }, principal, reply);
    void reply.status(200);
    return new BulkPreview(countsOf(await this.retention.count(isoDurationSeconds(request.olderThan) ?? 0)));
  }
}
