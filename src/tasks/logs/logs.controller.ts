import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { Controller, Get, Param, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Readable } from 'node:stream';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { TaskAccessService } from '../service/task-access.service.ts';
import { FoundLogPage, LogFilter, LogsQuery, TransitionList } from './logs.dto.ts';
import { TaskLogService } from './task-log.service.ts';
import { toTransitionView } from './transition.view.ts';

/** The log and the audit of one execution. */
@ApiTags('executions')
@Controller('executions')
export class LogsController {
  constructor(
    private readonly tasks: TaskAccessService,
    private readonly logs: TaskLogService,
  ) {}

  @Get(':executionId/logs')
  @RequirePermission('tasks:read')
  @ApiOperation({ operationId: 'executions_listLogs', summary: 'Log lines of one execution, in order' })
  @ApiOkResponse({ type: FoundLogPage })
  async listLogs(
    @Param('executionId') executionId: string,
    @Query() query: LogsQuery,
    @CurrentPrincipal() principal: Principal,
  ): Promise<FoundLogPage> {
    const task = await this.tasks.get(executionId, principal);
    return this.logs.page(task.id, query);
  }

  @Get(':executionId/logs.txt')
  @RequirePermission('tasks:read')
  @ApiOperation({ operationId: 'executions_downloadLogs', summary: 'All log lines of one execution as a text file' })
  @ApiProduces('text/plain')
  @ApiOkResponse({ description: 'The file.', schema: { type: 'string' } })
  async download(
    @Param('executionId') executionId: string,
    @Query() query: LogFilter,
    @CurrentPrincipal() principal: Principal,
  ): Promise<StreamableFile> {
    const { id } = await this.tasks.get(executionId, principal);
    const file = Readable.from(this.logs.text(id, query), { objectMode: false });
    return new StreamableFile(file, { type: 'text/plain; charset=utf-8', disposition: `attachment; filename="${id}.log.txt"` });
  }

  @Get(':executionId/audit')
  @RequirePermission('tasks:read')
  @ApiOperation({ operationId: 'executions_listTransitions', summary: 'Every transition of one execution: what, when, by whom' })
  @ApiOkResponse({ type: TransitionList })
  async listTransitions(@Param('executionId') executionId: string, @CurrentPrincipal() principal: Principal): Promise<TransitionList> {
    const task = await this.tasks.get(executionId, principal);
    const rows = await this.logs.transitions(task.id);
    return { items: rows.map((row) => toTransitionView(row, task.timeoutMs)) };
  }
}
