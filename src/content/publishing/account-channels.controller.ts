import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post, Res } from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { ChannelProbe, ProbeProblem } from '../../channels/channel.ts';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { withHeaders } from '../../platform/http/answer-headers.ts';
import { etagOf, requireIfMatch } from '../../platform/http/etag.ts';
import { AccountService } from '../accounts/account.service.ts';
import { type AccountChannel, AccountChannelService } from './account-channel.service.ts';
import { AccountChannelList, AccountChannelView, CreateChannelBody, UpdateChannelBody } from './account-channel.dto.ts';

class ProbeProblemView implements ProbeProblem {
  @ApiProperty({ type: 'string', nullable: true, description: 'JSON pointer into the configuration.' })
  pointer: string | null;
  @ApiProperty()
  code: string;
  @ApiProperty()
  detail: string;
}

class ChannelProbeView implements ChannelProbe {
  @ApiProperty({ description: 'The channel can publish with this configuration now.' })
  usable: boolean;
  @ApiProperty({ type: 'string', nullable: true, description: 'The account at the channel that the credentials belong to.' })
  identity: string | null;
  @ApiProperty({ type: [ProbeProblemView] })
  problems: ProbeProblem[];
}

@ApiTags('publishing')
@Controller('accounts/:id/channels')
export class AccountChannelsController {
  constructor(
    private readonly accounts: AccountService,
    private readonly channels: AccountChannelService,
  ) {}

  @Get()
  @RequirePermission('accounts:read')
  @ApiOperation({ operationId: 'accountChannels_list', summary: 'The channels of an account' })
  @ApiOkResponse({ type: AccountChannelList })
  async list(@Param('id') id: string, @CurrentPrincipal() { accountIds }: Principal): Promise<AccountChannelList> {
    return { items: await this.channels.list((await this.accounts.get(id, accountIds)).id) };
  }

  @Post()
  @HttpCode(201)
  @RequirePermission('accounts:edit')
  @ApiOperation({ operationId: 'accountChannels_create', summary: 'Add a channel to an account' })
  @ApiCreatedResponse({ type: AccountChannelView, ...withHeaders('ETag') })
  @ApiConflictResponse({ description: 'The name is taken.' })
  async create(
    @Param('id') id: string,
    @Body() body: CreateChannelBody,
    @CurrentPrincipal() { accountIds }: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AccountChannelView> {
    return show(await this.channels.create((await this.accounts.get(id, accountIds)).id, body), reply);
  }

  @Patch(':channelId')
  @RequirePermission('accounts:edit')
  @ApiOperation({ operationId: 'accountChannels_update', summary: 'Change the name or the configuration of a channel, or disable it' })
  @ApiHeader({ name: 'If-Match', required: true, description: 'The ETag of the version you read.' })
  @ApiOkResponse({ type: AccountChannelView, ...withHeaders('ETag') })
  @ApiConflictResponse({ description: 'The name is taken.' })
  async update(
    @Param('id') id: string,
    @Param('channelId') channelId: string,
    @Body() body: UpdateChannelBody,
    @Headers('if-match') ifMatch: string | undefined,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AccountChannelView> {
    const channel = await this.find(id, channelId, principal);
    requireIfMatch(ifMatch, channel.version);
    return show(await this.channels.update(channel, body), reply);
  }

  @Delete(':channelId')
  @HttpCode(204)
  @RequirePermission('accounts:edit')
  @ApiOperation({ operationId: 'accountChannels_delete', summary: 'Remove a channel that has no entries in the pool' })
  @ApiNoContentResponse()
  @ApiConflictResponse({ description: 'The pool has entries of the channel.' })
  async remove(@Param('id') id: string, @Param('channelId') channelId: string, @CurrentPrincipal() principal: Principal): Promise<void> {
    await this.channels.remove(await this.find(id, channelId, principal));
  }

  @Post(':channelId/probe')
  @HttpCode(200)
  @RequirePermission('accounts:edit')
  @ApiOperation({
    operationId: 'accountChannels_probe',
    summary: 'Ask the channel whether its configuration works now; nothing is published',
  })
  @ApiOkResponse({ type: ChannelProbeView })
  async probe(
    @Param('id') id: string,
    @Param('channelId') channelId: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<ChannelProbeView> {
    const { usable, identity, problems } = await this.channels.probe(await this.find(id, channelId, principal));
    return { usable, identity, problems: [...problems] };
  }

  private async find(id: string, channelId: string, { accountIds }: Principal): Promise<AccountChannel> {
    return this.channels.get((await this.accounts.get(id, accountIds)).id, channelId);
  }
}

function show(channel: AccountChannel, reply: FastifyReply): AccountChannelView {
  void reply.header('etag', etagOf(channel.version));
  return channel;
}
