import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { formatActor } from '../../core/actor/actor.ts';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { QueueService } from '../queues/queue.service.ts';
import { DispatchService } from './dispatch.service.ts';
import { PausedDefinitionList, PausedDefinitionView, StrategyBody, StrategyView, toPausedView } from './dispatch.dto.ts';

/** Paused definitions, and the dispatch strategies of queues. */
@Controller()
export class DispatchController {
  constructor(
    private readonly dispatch: DispatchService,
    private readonly queues: QueueService,
  ) {}

  @Get('tasks/paused')
  @ApiTags('tasks')
  @RequirePermission('tasks:read')
  @ApiOperation({ operationId: 'tasks_listPaused', summary: 'The named tasks that are paused' })
  @ApiOkResponse({ type: PausedDefinitionList })
  async listPaused(): Promise<PausedDefinitionList> {
    return { items: (await this.dispatch.paused()).map(toPausedView) };
  }

  @Post('tasks/:taskName/pause')
  @ApiTags('tasks')
  @RequirePermission('tasks:pause')
  @HttpCode(200)
  @ApiOperation({ operationId: 'tasks_pause', summary: 'Start no more tasks of this name, in any process; running tasks finish' })
  @ApiOkResponse({ type: PausedDefinitionView })
  async pause(@Param('taskName') name: string, @CurrentPrincipal() principal: Principal): Promise<PausedDefinitionView> {
    return toPausedView(await this.dispatch.pause(name, formatActor(principal)));
  }

  @Post('tasks/:taskName/resume')
  @ApiTags('tasks')
  @RequirePermission('tasks:pause')
  @HttpCode(200)
  @ApiOperation({ operationId: 'tasks_resume', summary: 'Start tasks of this name again' })
  @ApiOkResponse({ type: PausedDefinitionView })
  async resume(@Param('taskName') name: string, @CurrentPrincipal() principal: Principal): Promise<PausedDefinitionView> {
    await this.dispatch.resume(name, formatActor(principal));
    return { name, paused: false, pausedAt: null, pausedBy: null };
  }

  @Put('queues/:name/strategy')
  @ApiTags('queues')
  @RequirePermission('queues:operate')
  @ApiOperation({ operationId: 'queues_setStrategy', summary: 'Set the dispatch strategies of a queue, from the next claim on' })
  @ApiOkResponse({ type: StrategyView })
  async setStrategy(@Param('name') name: string, @Body() strategies: StrategyBody): Promise<StrategyView> {
    await this.queues.get(name);
    return { name, ...(await this.dispatch.choose(name, strategies)) };
  }
}
