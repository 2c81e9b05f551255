import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { TaskAccessService } from '../service/task-access.service.ts';
import { LogPage, LogsQuery, TransitionList } from './logs.dto.ts';
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
  @ApiOkResponse({ type: LogPage })
  async listLogs(
    @Param('executionId') executionId: string,
    @Query() query: LogsQuery,
    @CurrentPrincipal() principal: Principal,
  ): Promise<LogPage> {
    const task = await this.tasks.get(executionId, principal);
    return this.logs.after(task.id, query.after, query.limit);
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
