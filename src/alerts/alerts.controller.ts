import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { formatActor } from '../core/actor/actor.ts';
import type { AlertAct } from '../core/alert/alert-states.ts';
import { RequirePermission } from '../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../platform/auth/principal.ts';
import { decodeIdCursor, idPage } from '../platform/http/paging.ts';
import { AlertDetailView, AlertNoteBody, AlertPage, AlertsQuery, AlertView, SilenceBody, toAlertDetail, toAlertView } from './alert.dto.ts';
import { AlertService } from './alert.service.ts';

const LIST = 'alerts';
const CONFLICT = { description: 'The status of the alert does not allow it.' };

@ApiTags('alerts')
@Controller('alerts')
export class AlertsController {
  constructor(private readonly alerts: AlertService) {}

  @Get()
  @RequirePermission('alerts:read')
  @ApiOperation({ operationId: 'alerts_list', summary: 'Alerts, newest first' })
  @ApiOkResponse({ type: AlertPage })
  async list(@Query() { limit, cursor, status, severity, rule }: AlertsQuery): Promise<AlertPage> {
    const beforeId = decodeIdCursor(LIST, cursor);
    const rows = await this.alerts.list({ limit: limit + 1, beforeId, statuses: status, severities: severity, rule });
    return idPage(LIST, rows, limit, toAlertView);
  }

  @Get(':id')
  @RequirePermission('alerts:read')
  @ApiOperation({ operationId: 'alerts_get', summary: 'One alert with its history and its notifications' })
  @ApiOkResponse({ type: AlertDetailView })
  async get(@Param('id') id: string): Promise<AlertDetailView> {
    const alert = await this.alerts.get(id);
    const [history, deliveries] = await Promise.all([this.alerts.history(alert), this.alerts.deliveries(alert)]);
    return toAlertDetail(alert, history, deliveries);
  }

  @Post(':id/acknowledge')
  @HttpCode(200)
  @RequirePermission('alerts:operate')
  @ApiOperation({ operationId: 'alerts_acknowledge', summary: 'Take over an alert that fires: no more reminders' })
  @ApiConflictResponse(CONFLICT)
  @ApiOkResponse({ type: AlertView })
  acknowledge(@Param('id') id: string, @Body() { note }: AlertNoteBody, @CurrentPrincipal() principal: Principal): Promise<AlertView> {
    return this.act(id, 'acknowledge', principal, note);
  }

  @Post(':id/silence')
  @HttpCode(200)
  @RequirePermission('alerts:operate')
  @ApiOperation({ operationId: 'alerts_silence', summary: 'Send no notifications for some time, also not that it ended' })
  @ApiConflictResponse(CONFLICT)
  @ApiOkResponse({ type: AlertView })
  silence(@Param('id') id: string, @Body() { note, seconds }: SilenceBody, @CurrentPrincipal() principal: Principal): Promise<AlertView> {
    return this.act(id, 'silence', principal, note, seconds);
  }

  @Post(':id/unsilence')
  @HttpCode(200)
  @RequirePermission('alerts:operate')
  @ApiOperation({ operationId: 'alerts_unsilence', summary: 'End a silence: the alert fires again' })
  @ApiConflictResponse(CONFLICT)
  @ApiOkResponse({ type: AlertView })
  unsilence(@Param('id') id: string, @Body() { note }: AlertNoteBody, @CurrentPrincipal() principal: Principal): Promise<AlertView> {
    return this.act(id, 'unsilence', principal, note);
  }

  private async act(id: string, act: AlertAct, principal: Principal, note?: string, seconds?: number): Promise<AlertView> {
    const options = { actor: formatActor(principal), note: note ?? null, seconds: seconds ?? null };
    return toAlertView(await this.alerts.act(id, act, options));
  }
}
