import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { TaskService } from '../service/task.service.ts';
import { LogPage, LogsQuery, TransitionList } from './logs.dto.ts';
import { TaskLogService } from './task-log.service.ts';
import { toTransitionView } from './transition.view.ts';

/** The log and the audit of one execution. */
@ApiTags('executions')
@Controller('executions')
export class LogsController {
  constructor(
    private readonly tasks: TaskService,
    private readonly logs: TaskLogService,
  ) {}

  @Get(':executionId/logs')
  @RequirePermission('tasks:read')
  @ApiOperation({ operationId: 'executions_listLogs', summary: 'Log lines of one execution, in order' })
  @ApiOkResponse({ type: LogPage })
  async listLogs(@Param('executionId') executionId: string, @Query() query: LogsQuery): Promise<LogPage> {
    const task = await this.tasks.get(executionId);
    return this.logs.after(task.id, query.after, query.limit);
  }

  @Get(':executionId/audit')
  @RequirePermission('tasks:read')
  @ApiOperation({ operationId: 'executions_listTransitions', summary: 'Every transition of one execution: what, when, by whom' })
  @ApiOkResponse({ type: TransitionList })
  async listTransitions(@Param('executionId') executionId: string): Promise<TransitionList> {
    const task = await this.tasks.get(executionId);
    const rows = await this.logs.transitions(task.id);
    return { items: rows.map((row) => toTransitionView(row, task.timeoutMs)) };
  }
}
