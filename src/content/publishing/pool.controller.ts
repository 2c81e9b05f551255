import { Body, Controller, Get, Headers, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiConflictResponse, ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { formatActor } from '../../core/actor/actor.ts';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { withHeaders } from '../../platform/http/answer-headers.ts';
import { etagOf, requireIfMatch } from '../../platform/http/etag.ts';
import { decodeIdCursor, idPage } from '../../platform/http/paging.ts';
import { ContentService } from '../contents/content.service.ts';
import { AccountChannelService } from './account-channel.service.ts';
import type { PoolEntry } from './pool-entry.ts';
import { PoolEnqueueService } from './pool-enqueue.service.ts';
import { PublishPoolService } from './publish-pool.service.ts';
import { PoolEntryList, PoolEntryPage, PoolEntryView, PoolHistory, PoolStatusView, toPoolHistoryView } from './pool-entry.dto.ts';
import { EntryNoteBody, MoveEntryBody, PoolQuery, PoolStatusQuery, PublishBody, SettleBody } from './pool-request.dto.ts';

const LIST = 'pool';
const IF_MATCH = { name: 'If-Match', required: true, description: 'The ETag of the entry you read.' };
const STATE = { description: 'The state of the entry does not allow it, or the time breaks a rule of the account.' };

@ApiTags('publishing')
@Controller()
export class PoolController {
  constructor(
    private readonly pool: PublishPoolService,
    private readonly enqueues: PoolEnqueueService,
    private readonly contents: ContentService,
    private readonly channels: AccountChannelService,
  ) {}

  @Post('contents/:id/publish')
  @HttpCode(201)
  @RequirePermission('content:publish')
  @ApiOperation({
    operationId: 'contents_publish',
    summary: 'Add a content to the publish pool: it is published once it is approved and due',
  })
  @ApiCreatedResponse({ type: PoolEntryList })
  @ApiConflictResponse({ description: 'It is in the pool already, no channel is enabled, or the time breaks a rule of the account.' })
  async publish(
    @Param('id') id: string,
    @Body() { channels, ...wish }: PublishBody,
    @CurrentPrincipal() principal: Principal,
  ): Promise<PoolEntryList> {
    const content = await this.contents.get(id, principal.accountIds);
    const chosen = await this.channels.choose(content.accountId, channels);
    return { items: await this.enqueues.enqueue(content, chosen, wish, formatActor(principal)) };
  }

  @Get('pool')
  @RequirePermission('content:read')
  @ApiOperation({ operationId: 'pool_list', summary: 'Entries of the publish pool, newest first' })
  @ApiOkResponse({ type: PoolEntryPage })
  async list(@Query() query: PoolQuery, @CurrentPrincipal() { accountIds: within }: Principal): Promise<PoolEntryPage> {
    const { accountId, contentId, status: statuses, from, before, limit, cursor } = query;
    const times = { from: from === undefined ? undefined : new Date(from), before: before === undefined ? undefined : new Date(before) };
    const rows = await this.pool.list({
      accountId,
      contentId,
      statuses,
      within,
      ...times,
      beforeId: decodeIdCursor(LIST, cursor),
      limit: limit + 1,
    });
    return idPage(LIST, rows, limit, (entry) => entry);
  }

  @Get('pool/status')
  @RequirePermission('content:read')
  @ApiOperation({ operationId: 'pool_getStatus', summary: 'How many entries are not published, by state, and how many are overdue' })
  @ApiOkResponse({ type: PoolStatusView })
  status(@Query() { accountId }: PoolStatusQuery, @CurrentPrincipal() { accountIds }: Principal): Promise<PoolStatusView> {
    return this.pool.counts(accountId, accountIds);
  }

  @Get('pool/:id')
  @RequirePermission('content:read')
  @ApiOperation({ operationId: 'pool_get', summary: 'One entry: its state, its next attempt, and why it is not published' })
  @ApiOkResponse({ type: PoolEntryView, ...withHeaders('ETag') })
  async get(
    @Param('id') id: string,
    @CurrentPrincipal() { accountIds }: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PoolEntryView> {
    return show(await this.pool.get(id, accountIds), reply);
  }

  @Get('pool/:id/history')
  @RequirePermission('content:read')
  @ApiOperation({ operationId: 'pool_listHistory', summary: 'Every transition of an entry with its actor' })
  @ApiOkResponse({ type: PoolHistory })
  async history(@Param('id') id: string, @CurrentPrincipal() { accountIds }: Principal): Promise<PoolHistory> {
    return { items: (await this.pool.history(await this.pool.get(id, accountIds))).map(toPoolHistoryView) };
  }

  @Patch('pool/:id')
  @RequirePermission('content:publish')
  @ApiOperation({ operationId: 'pool_move', summary: 'Move a pending entry to another time or priority' })
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ type: PoolEntryView, ...withHeaders('ETag') })
  @ApiConflictResponse(STATE)
  async move(
    @Param('id') id: string,
    @Body() body: MoveEntryBody,
    @Headers('if-match') ifMatch: string | undefined,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PoolEntryView> {
    const entry = await this.read(id, ifMatch, principal);
    return show(await this.pool.move(entry, body, formatActor(principal), body.dryRun === true ? 'ROLLBACK' : 'COMMIT'), reply);
  }

  @Post('pool/:id/publish-now')
  @HttpCode(200)
  @RequirePermission('content:publish')
  @ApiOperation({
    operationId: 'pool_publishNow',
    summary: 'Make a pending entry due now; the gap and the quota of the account still hold',
  })
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ type: PoolEntryView, ...withHeaders('ETag') })
  @ApiConflictResponse(STATE)
  async publishNow(
    @Param('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PoolEntryView> {
    return show(await this.pool.publishNow(await this.read(id, ifMatch, principal), formatActor(principal)), reply);
  }

  @Post('pool/:id/pull')
  @HttpCode(200)
  @RequirePermission('content:publish')
  @ApiOperation({ operationId: 'pool_pull', summary: 'Take an entry out of the pool; it can be restored' })
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ type: PoolEntryView, ...withHeaders('ETag') })
  @ApiConflictResponse(STATE)
  async pull(
    @Param('id') id: string,
    @Body() { note }: EntryNoteBody,
    @Headers('if-match') ifMatch: string | undefined,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PoolEntryView> {
    return show(await this.pool.pull(await this.read(id, ifMatch, principal), formatActor(principal), note ?? null), reply);
  }

  @Post('pool/:id/restore')
  @HttpCode(200)
  @RequirePermission('content:publish')
  @ApiOperation({ operationId: 'pool_restore', summary: 'Put a pulled entry back into the pool' })
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ type: PoolEntryView, ...withHeaders('ETag') })
  @ApiConflictResponse(STATE)
  async restore(
    @Param('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PoolEntryView> {
    return show(await this.pool.restore(await this.read(id, ifMatch, principal), formatActor(principal)), reply);
  }

  @Post('pool/:id/retry')
  @HttpCode(200)
  @RequirePermission('content:publish')
  @ApiOperation({ operationId: 'pool_retry', summary: 'Send an entry again that failed. It was not sent, so nothing is published twice.' })
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ type: PoolEntryView, ...withHeaders('ETag') })
  @ApiConflictResponse(STATE)
  async retry(
    @Param('id') id: string,
    @Body() { note }: EntryNoteBody,
    @Headers('if-match') ifMatch: string | undefined,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PoolEntryView> {
    return show(await this.pool.retry(await this.read(id, ifMatch, principal), formatActor(principal), note ?? null), reply);
  }

  @Post('pool/:id/settle')
  @HttpCode(200)
  @RequirePermission('content:publish')
  @ApiOperation({
    operationId: 'pool_settle',
    summary: 'Settle an unknown outcome after a check at the channel: the entry becomes published, or it is sent again',
  })
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ type: PoolEntryView, ...withHeaders('ETag') })
  @ApiConflictResponse(STATE)
  async settle(
    @Param('id') id: string,
    @Body() body: SettleBody,
    @Headers('if-match') ifMatch: string | undefined,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PoolEntryView> {
    return show(await this.pool.settle(await this.read(id, ifMatch, principal), body, formatActor(principal)), reply);
  }

  private async read(id: string, ifMatch: string | undefined, { accountIds }: Principal): Promise<PoolEntry> {
    const entry = await this.pool.get(id, accountIds);
    requireIfMatch(ifMatch, entry.version);
    return entry;
  }
}

function show(entry: PoolEntry, reply: FastifyReply): PoolEntryView {
  void reply.header('etag', etagOf(entry.version));
  return entry;
}
