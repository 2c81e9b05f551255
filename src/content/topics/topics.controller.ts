import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import {
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
import { decodeIdCursor, idPage } from '../../platform/http/paging.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { seriesError, toProposal } from './read-topic-list.ts';
import { CreateTopicBody, type TopicFields, RejectTopicBody, TopicsQuery, UpdateTopicBody } from './topic-request.dto.ts';
import { TopicPage, toTopicView, TopicView } from './topic.dto.ts';
import { TopicService } from './topic.service.ts';
import type { Topic } from './topic.ts';

const LIST = 'topics';
const IF_MATCH = { name: 'If-Match', required: true, description: 'The ETag of the topic you read.' };
const STATE = { description: 'The state of the topic does not allow it, or it is about the same as another one.' };

@ApiTags('topics')
@Controller('topics')
export class TopicsController {
  constructor(private readonly topics: TopicService) {}

  @Post()
  @RequirePermission('topics:edit')
  @HttpCode(201)
  @ApiOperation({ operationId: 'topics_create', summary: 'Add a topic to the backlog of an account' })
  @ApiCreatedResponse({ type: TopicView, ...withHeaders('Location', 'ETag') })
  @ApiConflictResponse({ description: 'It waits in the backlog already, or a recent content is about the same.' })
  async create(
    @Body() { accountId, account: name, ...fields }: CreateTopicBody,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TopicView> {
    const account = await this.topics.accountOf({ accountId, account: name }, principal.accountIds);
    requireSeries(fields);
    const topic = await this.topics.create(account, toProposal(fields), formatActor(principal));
    void reply.header('location', `/topics/${topic.id}`);
    return show(topic, reply);
  }

  @Get()
  @RequirePermission('content:read')
  @ApiOperation({ operationId: 'topics_list', summary: 'Topics of the backlogs, newest first' })
  @ApiOkResponse({ type: TopicPage })
  async list(@Query() query: TopicsQuery, @CurrentPrincipal() { accountIds: within }: Principal): Promise<TopicPage> {
    const { accountId, status: statuses, series, limit, cursor } = query;
    const rows = await this.topics.list({ accountId, within, statuses, series, beforeId: decodeIdCursor(LIST, cursor), limit: limit + 1 });
    return idPage(LIST, rows, limit, toTopicView);
  }

  @Get(':id')
  @RequirePermission('content:read')
  @ApiOperation({ operationId: 'topics_get', summary: 'One topic' })
  @ApiOkResponse({ type: TopicView, ...withHeaders('ETag') })
  async get(
    @Param('id') id: string,
    @CurrentPrincipal() { accountIds }: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TopicView> {
    return show(await this.topics.get(id, accountIds), reply);
  }

  @Patch(':id')
  @RequirePermission('topics:edit')
  @ApiOperation({ operationId: 'topics_update', summary: 'Change an open topic: replaces the given members' })
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ type: TopicView, ...withHeaders('ETag') })
  @ApiConflictResponse(STATE)
  async update(
    @Param('id') id: string,
    @Body() { expiresAt, ...fields }: UpdateTopicBody,
    @Headers('if-match') ifMatch: string | undefined,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TopicView> {
    const topic = await this.read(id, ifMatch, principal);
    const { series = topic.series, number = topic.number } = fields;
    requireSeries({ series, number });
    const changes = { ...fields, ...(expiresAt !== undefined && { expiresAt: expiresAt === null ? null : new Date(expiresAt) }) };
    const account = await this.topics.accountOf({ accountId: topic.accountId }, principal.accountIds);
    return show(await this.topics.edit(topic, changes, account), reply);
  }

  @Post(':id/reject')
  @HttpCode(200)
  @RequirePermission('topics:edit')
  @ApiOperation({ operationId: 'topics_reject', summary: 'Reject a topic: it is neither picked nor suggested again' })
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ type: TopicView, ...withHeaders('ETag') })
  @ApiConflictResponse(STATE)
  async reject(
    @Param('id') id: string,
    @Body() { reason }: RejectTopicBody,
    @Headers('if-match') ifMatch: string | undefined,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TopicView> {
    return show(await this.topics.reject(await this.read(id, ifMatch, principal), reason ?? null), reply);
  }

  @Post(':id/restore')
  @HttpCode(200)
  @RequirePermission('topics:edit')
  @ApiOperation({ operationId: 'topics_restore', summary: 'Put a rejected or expired topic back into the backlog' })
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ type: TopicView, ...withHeaders('ETag') })
  @ApiConflictResponse(STATE)
  async restore(
    @Param('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TopicView> {
    return show(await this.topics.restore(await this.read(id, ifMatch, principal)), reply);
  }

  @Delete(':id')
  @HttpCode(204)
  @RequirePermission('topics:edit')
  @ApiOperation({ operationId: 'topics_delete', summary: 'Delete a topic that no content task has worked on: it may be suggested again' })
  @ApiHeader(IF_MATCH)
  @ApiNoContentResponse()
  @ApiConflictResponse(STATE)
  async delete(
    @Param('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.topics.delete(await this.read(id, ifMatch, principal));
  }

  private async read(id: string, ifMatch: string | undefined, { accountIds }: Principal): Promise<Topic> {
    const topic = await this.topics.get(id, accountIds);
    requireIfMatch(ifMatch, topic.version);
    return topic;
  }
}

function requireSeries(fields: Pick<TopicFields, 'series' | 'number'>): void {
  const error = seriesError(fields);
  if (error !== null)
    throw ProblemError.unprocessable('validation_failed', 'The topic is not valid.', {
      detail: `${error.pointer} ${error.detail}`,
      errors: [error],
    });
}

function show(topic: Topic, reply: FastifyReply): TopicView {
  void reply.header('etag', etagOf(topic.version));
  return toTopicView(topic);
}
