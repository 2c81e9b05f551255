import { Body, Controller, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiConflictResponse, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { formatActor } from '../../core/actor/actor.ts';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { withHeaders } from '../../platform/http/answer-headers.ts';
import { requireIfMatch } from '../../platform/http/etag.ts';
import { ApiTraceparent, TraceContext } from '../../platform/http/trace-context.decorator.ts';
import { ContentService } from '../contents/content.service.ts';
import { AsyncContentGenerationService } from './async-content-generation.service.ts';
import { ContentTaskView } from './content-task.dto.ts';
import { RewriteBody } from './rewrite.dto.ts';
import { RewriteService } from './rewrite.service.ts';

/** Another attempt at a content that a reviewer has sent back or rejected. */
@ApiTags('content tasks')
@Controller()
export class RewritesController {
  constructor(
    private readonly contents: ContentService,
    private readonly rewrites: RewriteService,
    private readonly generation: AsyncContentGenerationService,
  ) {}

  @Post('contents/:id/rewrite')
  @RequirePermission('content:submit')
  @HttpCode(202)
  @ApiOperation({
    operationId: 'contents_rewrite',
    summary: 'Request another attempt at a content that was returned or rejected',
    description:
      'The new content answers the same request. The creator gets the reasons and the note of the review and the findings of the checks. When it is stored, a returned content that was not edited meanwhile is rejected with the reason `rewritten`.',
  })
  @ApiHeader({ name: 'If-Match', required: true, description: 'The ETag of the version you read.' })
  @ApiTraceparent()
  @ApiAcceptedResponse({ type: ContentTaskView, ...withHeaders('Location', 'Retry-After') })
  @ApiConflictResponse({ description: 'The content is approved or in review, or a rewrite is open.' })
  async rewrite(
    @Param('id') id: string,
    @Body() body: RewriteBody,
    @Headers('if-match') ifMatch: string | undefined,
    @TraceContext() traceContext: string | null,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ContentTaskView> {
    const content = await this.contents.get(id, principal.accountIds);
    requireIfMatch(ifMatch, content.version);
    const stored = await this.rewrites.submit(content, body, { createdBy: formatActor(principal), traceContext });
    const task = await this.generation.getTask(stored.id, principal.accountIds);
    void reply.header('location', task.statusUrl).header('retry-after', '1');
    return task;
  }
}
