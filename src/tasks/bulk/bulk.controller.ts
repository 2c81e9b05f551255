import { Body, Controller, Headers, HttpCode, Post, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { TraceContext } from '../../platform/http/trace-context.decorator.ts';
import { LargeBody } from '../../platform/http/large-body.decorator.ts';
import { AcceptedExecution, ApiSubmission } from '../service/accepted-execution.view.ts';
import { BULK_OPERATION } from './bulk-operation.handler.ts';
import { BulkOperations } from './bulk-operations.ts';
import { BulkBody } from './bulk.dto.ts';
import { BulkPreview } from './bulk.view.ts';

/** Changes many executions. Each operation is an execution itself: its progress, log and result are the receipt. */
@ApiTags('executions')
@ApiExtraModels(BulkPreview)
@Controller('executions')
export class BulkController {
  constructor(private readonly operations: BulkOperations) {}

  @Post('bulk')
  @RequirePermission('tasks:bulk')
  @HttpCode(202)
  @LargeBody()
  @ApiOperation({
    operationId: 'executions_changeMany',
    summary: 'Cancel, retry or reprioritise many executions, or count those that would change',
  })
  @ApiSubmission(AcceptedExecution, 'The execution that changes them.')
  @ApiOkResponse({ type: BulkPreview, description: 'With preview: nothing changes.' })
  async act(
    @Body() { preview, ...request }: BulkBody,
    @Headers('idempotency-key') key: string | undefined,
    @TraceContext() traceContext: string | null,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AcceptedExecution | BulkPreview> {
    return preview
      ? this.operations.preview(request, principal, reply)
      : this.operations.submit(BULK_OPERATION, request, { key, traceContext }, principal, reply);
  }
}
