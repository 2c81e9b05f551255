import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { formatActor } from '../../core/actor/actor.ts';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { SystemScheduleService } from './system-schedule.service.ts';
import { SystemRunList, SystemRunsQuery, SystemScheduleView, toSystemRunView, toSystemScheduleView } from './system-schedule.view.ts';

@ApiTags('schedules')
@Controller('schedules/system/:name')
export class SystemSchedulesController {
  constructor(private readonly schedules: SystemScheduleService) {}

  @Get()
  @RequirePermission('schedules:read')
  @ApiOperation({
    operationId: 'systemSchedules_get',
    summary: 'Periodic work of the product: what it does, its last rounds, its next one',
  })
  @ApiOkResponse({ type: SystemScheduleView })
  async get(@Param('name') name: string): Promise<SystemScheduleView> {
    return toSystemScheduleView(await this.schedules.get(name));
  }

  @Get('history')
  @RequirePermission('schedules:read')
  @ApiOperation({ operationId: 'systemSchedules_history', summary: 'Its rounds by process and hour, newest first' })
  @ApiOkResponse({ type: SystemRunList })
  async history(@Param('name') name: string, @Query() { limit }: SystemRunsQuery): Promise<SystemRunList> {
    return { items: (await this.schedules.history(name, limit)).map(toSystemRunView) };
  }

  @Post('pause')
  @HttpCode(200)
  @RequirePermission('schedules:operate')
  @ApiOperation({
    operationId: 'systemSchedules_pause',
    summary: 'Begin no further round in any process; whilePaused says what then does not happen',
  })
  @ApiConflictResponse({ description: 'It cannot be paused.' })
  @ApiOkResponse({ type: SystemScheduleView })
  async pause(@Param('name') name: string, @CurrentPrincipal() principal: Principal): Promise<SystemScheduleView> {
    await this.schedules.pause(name, formatActor(principal));
    return this.get(name);
  }

  @Post('resume')
  @HttpCode(200)
  @RequirePermission('schedules:operate')
  @ApiOperation({ operationId: 'systemSchedules_resume', summary: 'Run again' })
  @ApiOkResponse({ type: SystemScheduleView })
  async resume(@Param('name') name: string): Promise<SystemScheduleView> {
    await this.schedules.resume(name);
    return this.get(name);
  }
}
