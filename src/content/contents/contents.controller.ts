import { Body, Controller, Get, Header, Headers, Param, Patch, Query, Req, Res } from '@nestjs/common';
import { ApiForbiddenResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiProduces, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { REVIEW_STATUSES } from '../../core/review/review.ts';
import { totalOf } from '../../engine/inspection/status-counts.ts';
import { formatActor } from '../../core/actor/actor.ts';
import { Public, RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { withHeaders } from '../../platform/http/answer-headers.ts';
import { ContentPolicy } from '../../platform/http/content-policy.ts';
import { requireIfMatch } from '../../platform/http/etag.ts';
import { decodeIdCursor, idPage, WHOLE_NUMBER } from '../../platform/http/paging.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { ContentReader, PresenceService } from '../review/presence.service.ts';
import { ContentCounts } from './content-counts.ts';
import {
  ContentCountList,
  ContentPage,
  ContentsFilter,
  ContentsQuery,
  ContentView,
  PreviewQuery,
  UpdateContentBody,
} from './content.dto.ts';
import { ContentPresenter } from './content-presenter.ts';
import { ContentService } from './content.service.ts';
import { PreviewLinks } from './preview-link.ts';

const LIST = 'contents';

export class ContentWithReaders extends ContentView {
  @ApiProperty({ type: [ContentReader], description: 'The others that have it open (PUT /contents/{id}/presence).' })
  readers: ContentReader[];
}

@ApiTags('contents')
@Controller('contents')
export class ContentsController {
  constructor(
    private readonly contents: ContentService,
    private readonly previews: PreviewLinks,
    private readonly presenter: ContentPresenter,
    private readonly counts: ContentCounts,
    private readonly presence: PresenceService,
  ) {}

  @Get()
  @RequirePermission('content:read')
  @ApiOperation({ operationId: 'contents_list', summary: 'Contents, newest first, without their texts' })
  @ApiOkResponse({ type: ContentPage })
  async list(
    @Query() query: ContentsQuery,
    @CurrentPrincipal() { accountIds: within }: Principal,
    @Req() request: FastifyRequest,
  ): Promise<ContentPage> {
    const { accountId, reviewStatus: reviewStatuses, kind: kinds, limit } = query;
    const beforeId = decodeIdCursor(LIST, query.cursor);
    const rows = await this.contents.list({ accountId, within, reviewStatuses, kinds, beforeId, limit: limit + 1 });
    return idPage(LIST, rows, limit, (content) => this.presenter.summary(content, request));
  }

  @Get('counts')
  @RequirePermission('content:read')
  @ApiOperation({
    operationId: 'contents_count',
    summary: 'How many contents have each status of the review, with the filters of the list',
  })
  @ApiOkResponse({ type: ContentCountList })
  async count(@Query() query: ContentsFilter, @CurrentPrincipal() { accountIds: within }: Principal): Promise<ContentCountList> {
    const { accountId, reviewStatus, kind: kinds } = query;
    const wanted = REVIEW_STATUSES.filter((status) => reviewStatus?.includes(status) ?? true);
    return totalOf(await this.counts.count(wanted, { accountId, within, kinds }));
  }

  @Get(':id')
  @RequirePermission('content:read')
  @ApiOperation({ operationId: 'contents_get', summary: 'One content with its texts, checks, sources and provenance' })
  @ApiOkResponse({ type: ContentWithReaders, ...withHeaders('ETag') })
  async get(
    @Param('id') id: string,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ContentWithReaders> {
    const content = await this.contents.get(id, principal.accountIds);
    const readers = await this.presence.others(content.id, formatActor(principal));
    return { ...this.presenter.show(content, request, reply), readers };
  }

  @Patch(':id')
  @RequirePermission('content:edit')
  @ApiOperation({ operationId: 'contents_update', summary: 'Edit a content: the previous version is stored, review starts again' })
  @ApiHeader({ name: 'If-Match', required: true, description: 'The ETag of the version you read.' })
  @ApiOkResponse({ type: ContentView, ...withHeaders('ETag') })
  async update(
    @Param('id') id: string,
    @Body() body: UpdateContentBody,
    @Headers('if-match') ifMatch: string | undefined,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ContentView> {
    const content = await this.contents.get(id, principal.accountIds);
    requireIfMatch(ifMatch, content.version);
    return this.presenter.show(await this.contents.edit(content, body, formatActor(principal)), request, reply);
  }

  @Get(':id/cover.svg')
  @RequirePermission('content:read')
  @ApiOperation({ operationId: 'contents_getCover', summary: 'The cover image' })
  @ApiProduces('image/svg+xml')
  @ApiOkResponse({ description: 'The cover image.', schema: { type: 'string' } })
  @Header('content-type', 'image/svg+xml; charset=utf-8')
  @ContentPolicy('page')
  async cover(@Param('id') id: string, @CurrentPrincipal() { accountIds }: Principal): Promise<string> {
    const { coverSvg } = await this.contents.get(id, accountIds);
    if (coverSvg === null) throw ProblemError.notFound('no_cover', 'This content has no cover.');
    return coverSvg;
  }

  @Get(':id/preview')
  @Public()
  @ApiOperation({ operationId: 'contents_preview', summary: 'The content as a page, for a signed previewUrl' })
  @ApiProduces('text/html')
  @ApiOkResponse({ description: 'The page.', schema: { type: 'string' } })
  @ApiForbiddenResponse({ description: 'The link is invalid or has expired.' })
  @Header('content-type', 'text/html; charset=utf-8')
  @ContentPolicy('page')
  async preview(@Param('id') id: string, @Query() query: PreviewQuery): Promise<string> {
    this.previews.check(id, WHOLE_NUMBER.test(query.expires) ? Number(query.expires) : Number.NaN, query.signature);
    return this.contents.page(await this.contents.get(id));
  }
}
