import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { decodeIdCursor, idPage } from '../../platform/http/paging.ts';
import { AsyncContentGenerationService } from './async-content-generation.service.ts';
import {
  CreatorWorkList,
  CreatorWorkPage,
  CreatorWorkQuery,
  PollsDueView,
  WorkStatisticsQuery,
  WorkStatisticsView,
} from './creator-work.dto.ts';
import { TaskStatusPoller } from './task-status-poller.ts';

const LIST = 'creator-work';
const HOUR_MS = 3_600_000;
const MAX_WORKS_OF_TASK = 100;

/** Work that was handed over to other systems, and its polls. */
@ApiTags('content tasks')
@Controller()
export class CreatorWorkController {
  constructor(
    private readonly poller: TaskStatusPoller,
    private readonly generation: AsyncContentGenerationService,
  ) {}

  @Get('creator-work')
  @RequirePermission('content:read')
  @ApiOperation({ operationId: 'creatorWork_list', summary: 'Work that was handed over to other systems, newest first' })
  @ApiOkResponse({ type: CreatorWorkPage })
  async list(@Query() query: CreatorWorkQuery, @CurrentPrincipal() { accountIds: within }: Principal): Promise<CreatorWorkPage> {
    const { state: states, creator, late, limit } = query;
    const beforeId = decodeIdCursor(LIST, query.cursor);
    const rows = await this.poller.listWorks({ states, creator, late: late === 'true', within, beforeId, limit: limit + 1 });
    return idPage(LIST, rows, limit, (work) => work);
  }

  @Get('creator-work/stats')
  @RequirePermission('content:read')
  @ApiOperation({ operationId: 'creatorWork_stats', summary: 'Polls, errors, callbacks and ends of handed-over work, by creator' })
  @ApiOkResponse({ type: WorkStatisticsView })
  stats(@Query() { hours }: WorkStatisticsQuery, @CurrentPrincipal() { accountIds }: Principal): Promise<WorkStatisticsView> {
    return this.poller.statistics(new Date(Date.now() - hours * HOUR_MS), accountIds);
  }

  @Post('creator-work/poll')
  @RequirePermission('content:submit')
  @HttpCode(202)
  @ApiOperation({ operationId: 'creatorWork_poll', summary: 'Poll all handed-over work now instead of at its next time' })
  @ApiAcceptedResponse({ type: PollsDueView })
  async poll(@CurrentPrincipal() { accountIds }: Principal): Promise<PollsDueView> {
    return { due: await this.poller.pollRunningTasks(accountIds) };
  }

  @Get('content-tasks/:taskId/work')
  @RequirePermission('content:read')
  @ApiOperation({ operationId: 'contentTasks_work', summary: 'The hand-overs of one content task to other systems' })
  @ApiOkResponse({ type: CreatorWorkList })
  async workOf(@Param('taskId') taskId: string, @CurrentPrincipal() { accountIds: within }: Principal): Promise<CreatorWorkList> {
    const { id } = await this.generation.getTask(taskId, within);
    return { items: await this.poller.listWorks({ taskId: id, within, limit: MAX_WORKS_OF_TASK }) };
  }

  @Post('content-tasks/:taskId/poll')
  @RequirePermission('content:submit')
  @HttpCode(202)
  @ApiOperation({ operationId: 'contentTasks_poll', summary: 'Poll the work of one content task now' })
  @ApiAcceptedResponse({ type: PollsDueView })
  async pollOf(@Param('taskId') taskId: string, @CurrentPrincipal() { accountIds }: Principal): Promise<PollsDueView> {
    const { id } = await this.generation.getTask(taskId, accountIds);
    return { due: await this.poller.pollSingleTask(id) };
  }
}
