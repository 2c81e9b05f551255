import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { formatActor } from '../../core/actor/actor.ts';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { withHeaders } from '../../platform/http/answer-headers.ts';
import { etagOf, requireIfMatch } from '../../platform/http/etag.ts';
import { setSubmissionHeaders } from '../../tasks/service/accepted-execution.view.ts';
import type { AlertChannel } from './alert-channel.ts';
import {
  AlertChannelList,
  AlertChannelView,
  ChannelTestView,
  CreateAlertChannelBody,
  toChannelChanges,
  toChannelFields,
  toChannelView,
  UpdateAlertChannelBody,
} from './alert-channel.dto.ts';
import { AlertChannelService } from './alert-channel.service.ts';

@ApiTags('alerts')
@Controller('alert-channels')
export class AlertChannelsController {
  constructor(private readonly channels: AlertChannelService) {}

  @Get()
  @RequirePermission('alerts:read')
  @ApiOperation({ operationId: 'alertChannels_list', summary: 'The channels that get notifications of alerts, by name' })
  @ApiOkResponse({ type: AlertChannelList })
  async list(): Promise<AlertChannelList> {
    return { items: (await this.channels.list()).map(toChannelView) };
  }

  @Post()
  @RequirePermission('alerts:edit')
  @HttpCode(201)
  @ApiOperation({ operationId: 'alertChannels_create', summary: 'Add a channel: a webhook, a bot of Feishu, Slack, or e-mail' })
  @ApiCreatedResponse({ type: AlertChannelView, ...withHeaders('Location', 'ETag') })
  @ApiConflictResponse({ description: 'The name is taken, or there are 50 channels.' })
  async create(
    @Body() body: CreateAlertChannelBody,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AlertChannelView> {
    const channel = await this.channels.create(toChannelFields(body), formatActor(principal));
    void reply.header('location', `/alert-channels/${channel.id}`);
    return show(channel, reply);
  }

  @Get(':id')
  @RequirePermission('alerts:read')
  @ApiOperation({ operationId: 'alertChannels_get', summary: 'One channel' })
  @ApiOkResponse({ type: AlertChannelView, ...withHeaders('ETag') })
  async get(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<AlertChannelView> {
    return show(await this.channels.get(id), reply);
  }

  @Patch(':id')
  @RequirePermission('alerts:edit')
  @ApiOperation({
    operationId: 'alertChannels_update',
    summary: 'Change, enable or disable a channel: replaces the given members; a secret that is not given stays',
  })
  @ApiHeader({ name: 'If-Match', required: true, description: 'The ETag of the version you read.' })
  @ApiConflictResponse({ description: 'The name is taken.' })
  @ApiOkResponse({ type: AlertChannelView, ...withHeaders('ETag') })
  async update(
    @Param('id') id: string,
    @Body() body: UpdateAlertChannelBody,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AlertChannelView> {
    const channel = await this.channels.get(id);
    requireIfMatch(ifMatch, channel.version);
    return show(await this.channels.update(channel, toChannelChanges(body)), reply);
  }

  @Delete(':id')
  @RequirePermission('alerts:edit')
  @HttpCode(204)
  @ApiOperation({ operationId: 'alertChannels_remove', summary: 'Delete a channel with its notifications' })
  @ApiNoContentResponse()
  async remove(@Param('id') id: string): Promise<void> {
    await this.channels.remove(await this.channels.get(id));
  }

  @Post(':id/test')
  @RequirePermission('alerts:operate')
  @HttpCode(202)
  @ApiOperation({ operationId: 'alertChannels_test', summary: 'Send a sample, also to a disabled channel; the execution says how it went' })
  @ApiAcceptedResponse({ type: ChannelTestView, ...withHeaders('Location', 'Retry-After') })
  async test(
    @Param('id') id: string,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ChannelTestView> {
    const executionId = await this.channels.test(await this.channels.get(id), formatActor(principal));
    const statusUrl = `/executions/${executionId}`;
    setSubmissionHeaders(reply, statusUrl, { replayed: false, ended: false });
    return { executionId, statusUrl };
  }
}

function show(channel: AlertChannel, reply: FastifyReply): AlertChannelView {
  void reply.header('etag', etagOf(channel.version));
  return toChannelView(channel);
}
