import { Controller, Headers, HttpCode, Param, Post, Put, Req, Res } from '@nestjs/common';
import { ApiConflictResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { formatActor } from '../../core/actor/actor.ts';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { withHeaders } from '../../platform/http/answer-headers.ts';
import { requireIfMatch } from '../../platform/http/etag.ts';
import { ContentView } from '../contents/content.dto.ts';
import { ContentPresenter } from '../contents/content-presenter.ts';
import { ContentService } from '../contents/content.service.ts';
import { ContentReaders, PresenceService } from './presence.service.ts';
import { UndoService } from './undo.service.ts';

@ApiTags('reviews')
@Controller('contents')
export class UndoController {
  constructor(
    private readonly contents: ContentService,
    private readonly undos: UndoService,
    private readonly presence: PresenceService,
    private readonly presenter: ContentPresenter,
  ) {}

  @Post(':id/undo')
  @HttpCode(200)
  @RequirePermission('content:approve')
  @ApiOperation({
    operationId: 'contents_undo',
    summary: 'Take back your approval or return of the last 10 seconds: the content waits for a review again',
  })
  @ApiHeader({ name: 'If-Match', required: true, description: 'The ETag of the version you decided about.' })
  @ApiOkResponse({ type: ContentView, ...withHeaders('ETag') })
  @ApiConflictResponse({ description: 'It is too late, the last decision is not yours, or the publication has begun.' })
  async undo(
    @Param('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ContentView> {
    const content = await this.contents.get(id, principal.accountIds);
    requireIfMatch(ifMatch, content.version);
    return this.presenter.show(await this.undos.undo(content, formatActor(principal)), request, reply);
  }

  @Put(':id/presence')
  @RequirePermission('content:comment')
  @ApiOperation({ operationId: 'contents_setPresence', summary: 'Show the others that you read a content. Repeat it within 30 seconds.' })
  @ApiOkResponse({ type: ContentReaders })
  async setPresence(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<ContentReaders> {
    const content = await this.contents.get(id, principal.accountIds);
    const actor = formatActor(principal);
    await this.presence.seen(content.id, actor);
    return { items: await this.presence.others(content.id, actor) };
  }
}
