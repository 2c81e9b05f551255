import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiForbiddenResponse,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { formatActor } from '../../core/actor/actor.ts';
import { containing } from '../../core/task/search.ts';
import { toPointInTime } from '../../platform/http/point-in-time.ts';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { withHeaders } from '../../platform/http/answer-headers.ts';
import { requireIfMatch } from '../../platform/http/etag.ts';
import { decodeRankCursor, rankPage } from '../../platform/http/paging.ts';
import { ContentView } from '../contents/content.dto.ts';
import { ContentPresenter } from '../contents/content-presenter.ts';
import { ContentService } from '../contents/content.service.ts';
import {
  ApproveBody,
  NoteBody,
  NoteList,
  NoteView,
  ReturnBody,
  ReviewHistory,
  ReviewQueuePage,
  ReviewQueueQuery,
  toNoteView,
  toReviewView,
} from './review.dto.ts';
import { type ReviewAction, ReviewService } from './review.service.ts';

const QUEUE = 'reviews';
const IF_MATCH = { name: 'If-Match', required: true, description: 'The ETag of the version you read.' };
const STATE = { description: 'The state of the content does not allow it.' };

/** One decision: who sends it, the version that was read, and the answer that gets the ETag. */
interface Decision {
  readonly principal: Principal;
  readonly ifMatch: string | undefined;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

@ApiTags('reviews')
@Controller()
export class ReviewsController {
  constructor(
    private readonly reviews: ReviewService,
    private readonly contents: ContentService,
    private readonly presenter: ContentPresenter,
  ) {}

  @Get('reviews')
  @RequirePermission('content:read')
  @ApiOperation({ operationId: 'reviews_list', summary: 'Contents that wait for a review: the highest risk first, then the oldest' })
  @ApiOkResponse({ type: ReviewQueuePage })
  async list(
    @Query() { accountId, cursor, limit, q, language, since }: ReviewQueueQuery,
    @CurrentPrincipal() { accountIds: within }: Principal,
  ): Promise<ReviewQueuePage> {
    const search = {
      language,
      since: since === undefined ? undefined : toPointInTime(since, new Date()),
      patterns: q === undefined ? undefined : containing(q.split(/\s+/).filter((word) => word !== '')),
    };
    const rows = await this.reviews.queue({ accountId, within, ...search, after: decodeRankCursor(QUEUE, cursor), limit: limit + 1 });
    return rankPage(
      QUEUE,
      rows,
      limit,
      ({ risk }) => risk,
      (row) => row,
    );
  }

  @Get('contents/:id/reviews')
  @RequirePermission('content:read')
  @ApiOperation({ operationId: 'contents_listReviews', summary: 'The history of a review: every transition with its actor' })
  @ApiOkResponse({ type: ReviewHistory })
  async history(@Param('id') id: string, @CurrentPrincipal() { accountIds }: Principal): Promise<ReviewHistory> {
    return { items: (await this.reviews.history(await this.contents.get(id, accountIds))).map(toReviewView) };
  }

  @Post('contents/:id/submit')
  @HttpCode(200)
  @RequirePermission('content:edit')
  @ApiOperation({ operationId: 'contents_submit', summary: 'Send a draft to review' })
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ type: ContentView, ...withHeaders('ETag') })
  @ApiConflictResponse(STATE)
  submit(
    @Param('id') id: string,
    @Body() body: ApproveBody,
    @Headers('if-match') ifMatch: string | undefined,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ContentView> {
    return this.decide('submit', id, body, { principal, ifMatch, request, reply });
  }

  @Post('contents/:id/approve')
  @HttpCode(200)
  @RequirePermission('content:approve')
  @ApiOperation({ operationId: 'contents_approve', summary: 'Approve the version that was read' })
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ type: ContentView, ...withHeaders('ETag') })
  @ApiConflictResponse(STATE)
  @ApiForbiddenResponse({ description: 'Four-eyes: the requester and the editors of a content cannot approve it.' })
  approve(
    @Param('id') id: string,
    @Body() body: ApproveBody,
    @Headers('if-match') ifMatch: string | undefined,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ContentView> {
    return this.decide('approve', id, body, { principal, ifMatch, request, reply });
  }

  @Post('contents/:id/return')
  @HttpCode(200)
  @RequirePermission('content:approve')
  @ApiOperation({ operationId: 'contents_return', summary: 'Send a content back to its writer, as a draft' })
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ type: ContentView, ...withHeaders('ETag') })
  @ApiConflictResponse(STATE)
  return(
    @Param('id') id: string,
    @Body() body: ReturnBody,
    @Headers('if-match') ifMatch: string | undefined,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ContentView> {
    return this.decide('return', id, body, { principal, ifMatch, request, reply });
  }

  @Post('contents/:id/reject')
  @HttpCode(200)
  @RequirePermission('content:approve')
  @ApiOperation({ operationId: 'contents_reject', summary: 'Reject a content. It can be reopened.' })
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ type: ContentView, ...withHeaders('ETag') })
  @ApiConflictResponse(STATE)
  reject(
    @Param('id') id: string,
    @Body() body: ReturnBody,
    @Headers('if-match') ifMatch: string | undefined,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ContentView> {
    return this.decide('reject', id, body, { principal, ifMatch, request, reply });
  }

  @Post('contents/:id/reopen')
  @HttpCode(200)
  @RequirePermission('content:approve')
  @ApiOperation({ operationId: 'contents_reopen', summary: 'Send a rejected content to review again' })
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ type: ContentView, ...withHeaders('ETag') })
  @ApiConflictResponse(STATE)
  reopen(
    @Param('id') id: string,
    @Body() body: ApproveBody,
    @Headers('if-match') ifMatch: string | undefined,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ContentView> {
    return this.decide('reopen', id, body, { principal, ifMatch, request, reply });
  }

  @Get('contents/:id/notes')
  @RequirePermission('content:read')
  @ApiOperation({ operationId: 'contents_listNotes', summary: 'The notes of editors and reviewers. They are never published.' })
  @ApiOkResponse({ type: NoteList })
  async notes(@Param('id') id: string, @CurrentPrincipal() { accountIds }: Principal): Promise<NoteList> {
    return { items: (await this.reviews.notes(await this.contents.get(id, accountIds))).map(toNoteView) };
  }

  @Post('contents/:id/notes')
  @HttpCode(201)
  @RequirePermission('content:comment')
  @ApiOperation({ operationId: 'contents_addNote', summary: 'Add a note. It changes neither the version nor the approval.' })
  @ApiCreatedResponse({ type: NoteView })
  async addNote(@Param('id') id: string, @Body() { text }: NoteBody, @CurrentPrincipal() principal: Principal): Promise<NoteView> {
    const content = await this.contents.get(id, principal.accountIds);
    return toNoteView(await this.reviews.addNote(content, text, formatActor(principal)));
  }

  private async decide(
    action: ReviewAction,
    id: string,
    { note = null, reasons = [] }: { note?: string | null; reasons?: readonly string[] },
    { principal, ifMatch, request, reply }: Decision,
  ): Promise<ContentView> {
    const content = await this.contents.get(id, principal.accountIds);
    requireIfMatch(ifMatch, content.version);
    const decided = await this.reviews.decide(content, action, { reasons, note, actor: formatActor(principal) });
    return this.presenter.show(decided, request, reply);
  }
}
