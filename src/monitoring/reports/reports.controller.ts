import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { BatchReportView } from './batch-report.view.ts';
import { ExecutionReportView } from './execution-report.view.ts';
import { ReportsService } from './reports.service.ts';

@Controller()
export class ReportsController {
  constructor(private readonly reports: ReportsService) {}

  @Get('executions/:executionId/report')
  @RequirePermission('tasks:read')
  @ApiTags('executions')
  @ApiOperation({ operationId: 'executions_getReport', summary: 'How an execution spent its time: each state, each attempt' })
  @ApiOkResponse({ type: ExecutionReportView })
  execution(@Param('executionId') executionId: string, @CurrentPrincipal() principal: Principal): Promise<ExecutionReportView> {
    return this.reports.ofExecution(executionId, principal);
  }

  @Get('batches/:batchId/report')
  @RequirePermission('tasks:read')
  @ApiTags('batches')
  @ApiOperation({ operationId: 'batches_getReport', summary: 'How a batch spent its time, and which executions failed' })
  @ApiOkResponse({ type: BatchReportView })
  batch(@Param('batchId') batchId: string, @CurrentPrincipal() principal: Principal): Promise<BatchReportView> {
    return this.reports.ofBatch(batchId, principal);
  }
}
