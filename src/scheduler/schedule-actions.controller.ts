import { Body, Controller, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiConflictResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { formatActor } from '../core/actor/actor.ts';
import { RequirePermission } from '../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../platform/auth/principal.ts';
import { withHeaders } from '../platform/http/answer-headers.ts';
import { etagOf, requireIfMatch } from '../platform/http/etag.ts';
import { parseIdempotencyKey } from '../platform/http/idempotency.ts';
import { ApiSubmission, setSubmissionHeaders } from '../tasks/service/accepted-execution.view.ts';
import { BackfillBody, BackfillReply, RequestedRunView } from './firing.dto.ts';
import { ScheduleActionsService } from './schedule-actions.service.ts';
import { ScheduleService } from './schedule.service.ts';
import { ScheduleView, toScheduleView } from './schedule.view.ts';

@ApiTags('schedules')
@Controller('schedules/:id')
@RequirePermission('schedules:operate')
export class ScheduleActionsController {
  constructor(
    private readonly schedules: ScheduleService,
    private readonly actions: ScheduleActionsService,
  ) {}

  @Post('pause')
  @HttpCode(200)
  @ApiOperation({ operationId: 'schedules_pause', summary: 'Fire no more until it is resumed; its executions run on' })
  @ApiOkResponse({ type: ScheduleView, ...withHeaders('ETag') })
  async pause(
    @Param('id') id: string,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ScheduleView> {
    await this.actions.pause((await this.schedules.get(id)).id, formatActor(principal));
    return this.show(id, reply);
  }

  @Post('resume')
  @HttpCode(200)
  @ApiOperation({ operationId: 'schedules_resume', summary: 'Fire again; the due times of the pause are recorded as skipped' })
  @ApiOkResponse({ type: ScheduleView, ...withHeaders('ETag') })
  async resume(
    @Param('id') id: string,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ScheduleView> {
    await this.actions.resume((await this.schedules.get(id)).id, formatActor(principal));
    return this.show(id, reply);
  }

  @Post('skip-next')
  @HttpCode(200)
  @ApiOperation({ operationId: 'schedules_skipNext', summary: 'Skip the next due time' })
  @ApiHeader({ name: 'If-Match', required: true, description: 'The ETag of the version you read: a repeated request skips nothing more.' })
  @ApiConflictResponse({ description: 'No due time is left.' })
  @ApiOkResponse({ type: ScheduleView, ...withHeaders('ETag') })
  async skipNext(
    @Param('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ScheduleView> {
    const schedule = await this.schedules.get(id);
    requireIfMatch(ifMatch, schedule.version);
    await this.actions.skipNext(schedule.id, schedule.version, formatActor(principal));
    return this.show(id, reply);
  }

  @Post('run')
  @HttpCode(202)
  @ApiOperation({ operationId: 'schedules_run', summary: 'Fire now, paused or not, under its overlap policy' })
  @ApiConflictResponse({ description: 'An execution of the schedule must end first.' })
  @ApiSubmission(RequestedRunView)
  async run(
    @Param('id') id: string,
    @Headers('idempotency-key') key: string | undefined,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RequestedRunView> {
    const schedule = await this.schedules.get(id);
    const { taskId, dueAt, replayed } = await this.actions.runNow(schedule.id, formatActor(principal), parseIdempotencyKey(key));
    const statusUrl = `/executions/${taskId}`;
    setSubmissionHeaders(reply, statusUrl, { replayed, ended: false });
    return { executionId: taskId, dueAt, statusUrl };
  }

  @Post('backfill')
  @HttpCode(200)
  @ApiOperation({ operationId: 'schedules_backfill', summary: 'Fire the due times of a past range that have not fired, at most 1,000' })
  @ApiOkResponse({ type: BackfillReply })
  async backfill(@Param('id') id: string, @Body() body: BackfillBody, @CurrentPrincipal() principal: Principal): Promise<BackfillReply> {
    const { id: known } = await this.schedules.get(id);
    const [from, to, preview] = [new Date(body.from), new Date(body.to), body.preview ?? false];
    const items = preview
      ? (await this.actions.backfillPreview(known, from, to)).map((dueAt) => ({ dueAt, executionId: null }))
      : (await this.actions.backfill(known, from, to, formatActor(principal))).map(({ dueAt, taskId }) => ({ dueAt, executionId: taskId }));
    return { preview, count: items.length, items };
  }

  private async show(id: string, reply: FastifyReply): Promise<ScheduleView> {
    const schedule = await this.schedules.get(id);
    void reply.header('etag', etagOf(schedule.version));
    return toScheduleView(schedule, await this.schedules.now());
  }
}
