import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiExtraModels,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { formatActor } from '../core/actor/actor.ts';
import { nextDues } from '../core/schedule/trigger.ts';
import { RequirePermission } from '../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../platform/auth/principal.ts';
import { withHeaders } from '../platform/http/answer-headers.ts';
import { etagOf, requireIfMatch } from '../platform/http/etag.ts';
import { decodeIdCursor, idPage, PageQuery } from '../platform/http/paging.ts';
import { DueTimeList, FiringPage, NextQuery, toDueTimes, toFiringView } from './firing.dto.ts';
import { firingPage, decodeFiringCursor } from './firing-paging.ts';
import { CreateScheduleBody, UpdateScheduleBody } from './schedule.dto.ts';
import { toChanges, toFields } from './schedule-fields.ts';
import type { Schedule } from './schedule.ts';
import { ScheduleService } from './schedule.service.ts';
import { SystemScheduleService } from './system/system-schedule.service.ts';
import { SystemScheduleList, toSystemScheduleView } from './system/system-schedule.view.ts';
import { SchedulePage, SchedulesQuery, ScheduleView, toScheduleView } from './schedule.view.ts';

const LIST = 'schedules';
const IF_MATCH = { name: 'If-Match', required: true, description: 'The ETag of the version you read.' };

@ApiTags('schedules')
@Controller('schedules')
export class SchedulesController {
  constructor(
    private readonly schedules: ScheduleService,
    private readonly system: SystemScheduleService,
  ) {}

  @Post()
  @RequirePermission('schedules:edit')
  @HttpCode(201)
  @ApiOperation({ operationId: 'schedules_create', summary: 'Create a schedule, which submits a task when it is due' })
  @ApiCreatedResponse({ type: ScheduleView, ...withHeaders('Location', 'ETag') })
  @ApiConflictResponse({ description: 'The name is taken.' })
  async create(
    @Body() body: CreateScheduleBody,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ScheduleView> {
    const fields = toFields(body, await this.schedules.now());
    const schedule = await this.schedules.create(fields, formatActor(principal));
    void reply.header('location', `/schedules/${schedule.id}`);
    return this.show(schedule, reply);
  }

  @Get()
  @RequirePermission('schedules:read')
  @ApiOperation({
    operationId: 'schedules_list',
    summary: 'Schedules, newest first, with their next five due times; or the periodic work of the product',
  })
  @ApiExtraModels(SchedulePage, SystemScheduleList)
  @ApiOkResponse({ schema: { anyOf: [{ $ref: getSchemaPath(SchedulePage) }, { $ref: getSchemaPath(SystemScheduleList) }] } })
  async list(@Query() { kind, limit, cursor, name, taskName, status }: SchedulesQuery): Promise<SchedulePage | SystemScheduleList> {
    if (kind === 'system') return { items: (await this.system.list()).map(toSystemScheduleView), nextCursor: null };
    const rows = await this.schedules.list({ limit: limit + 1, beforeId: decodeIdCursor(LIST, cursor), name, taskName, status });
    const now = await this.schedules.now();
    return idPage(LIST, rows, limit, (schedule) => toScheduleView(schedule, now));
  }

  @Get(':id')
  @RequirePermission('schedules:read')
  @ApiOperation({ operationId: 'schedules_get', summary: 'One schedule' })
  @ApiOkResponse({ type: ScheduleView, ...withHeaders('ETag') })
  async get(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<ScheduleView> {
    return this.show(await this.schedules.get(id), reply);
  }

  @Patch(':id')
  @RequirePermission('schedules:edit')
  @ApiOperation({ operationId: 'schedules_update', summary: 'Change a schedule: replaces the given members' })
  @ApiHeader(IF_MATCH)
  @ApiConflictResponse({ description: 'The name is taken, or the schedule is declared in the tasks file.' })
  @ApiOkResponse({ type: ScheduleView, ...withHeaders('ETag') })
  async update(
    @Param('id') id: string,
    @Body() body: UpdateScheduleBody,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ScheduleView> {
    const schedule = await this.schedules.get(id);
    requireIfMatch(ifMatch, schedule.version);
    return this.show(await this.schedules.update(schedule, toChanges(body, schedule, await this.schedules.now())), reply);
  }

  @Delete(':id')
  @RequirePermission('schedules:edit')
  @HttpCode(204)
  @ApiOperation({ operationId: 'schedules_delete', summary: 'Delete a schedule and its history; its executions stay' })
  @ApiConflictResponse({ description: 'The schedule is declared in the tasks file.' })
  @ApiNoContentResponse()
  async delete(@Param('id') id: string): Promise<void> {
    await this.schedules.delete(await this.schedules.get(id));
  }

  @Get(':id/next')
  @RequirePermission('schedules:read')
  @ApiOperation({ operationId: 'schedules_next', summary: 'The next due times, also in local time' })
  @ApiOkResponse({ type: DueTimeList })
  async next(@Param('id') id: string, @Query() { count }: NextQuery): Promise<DueTimeList> {
    const schedule = await this.schedules.get(id);
    return toDueTimes(nextDues(schedule, await this.schedules.now(), count), schedule.timeZone);
  }

  @Get(':id/history')
  @RequirePermission('schedules:read')
  @ApiOperation({ operationId: 'schedules_history', summary: 'What happened to the due times of a schedule, newest first' })
  @ApiOkResponse({ type: FiringPage })
  async history(@Param('id') id: string, @Query() { limit, cursor }: PageQuery): Promise<FiringPage> {
    const { id: known } = await this.schedules.get(id);
    const rows = await this.schedules.history(known, limit + 1, decodeFiringCursor(known, cursor));
    return firingPage(known, rows, limit, toFiringView);
  }

  private async show(schedule: Schedule, reply: FastifyReply): Promise<ScheduleView> {
    void reply.header('etag', etagOf(schedule.version));
    return toScheduleView(schedule, await this.schedules.now());
  }
}
