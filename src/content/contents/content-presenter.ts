import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { reviewAids } from '../../core/text/review-aids.ts';
import type { AuthenticatedRequest } from '../../platform/auth/principal.ts';
import { Settings } from '../../platform/config/settings.ts';
import { etagOf } from '../../platform/http/etag.ts';
import { publicOrigin } from '../../platform/http/public-origin.ts';
import { type ContentSummary, type ContentView, toContentView } from './content.dto.ts';
import type { Content } from './content.entity.ts';
import { PreviewLinks } from './preview-link.ts';

/** Contents as the API shows them, with a link for browsers. */
@Injectable()
export class ContentPresenter {
  constructor(
    private readonly previews: PreviewLinks,
    private readonly settings: Settings,
  ) {}

  /** Sets the ETag of the answer. */
  show(content: Content, request: FastifyRequest, reply: FastifyReply): ContentView {
    void reply.header('etag', etagOf(content.version));
    const { bodyMarkdown, sources, provenance, kind } = content;
    const { boilerplate = [] } = provenance as { boilerplate?: string[] };
    return {
      ...this.view(content, request),
      reviewAids: reviewAids(bodyMarkdown, sources.length > 0, { boilerplate, quotesPassages: kind === 'digest' || kind === 'data' }),
    };
  }

  summary(content: Content, request: FastifyRequest): ContentSummary {
    const {
      bodyMarkdown: _body,
      bodyHtml: _html,
      checks: _checks,
      sources: _sources,
      images: _images,
      attachments: _attachments,
      provenance: _from,
      ...shown
    } = this.view(content, request);
    return shown;
  }

  private view(content: Content, request: FastifyRequest): Omit<ContentView, 'reviewAids'> {
    const { principal } = request as AuthenticatedRequest;
    const within = principal === null ? [] : principal.accountIds;
    return toContentView(content, { previewPath: this.previews.create(content.id), origin: publicOrigin(this.settings, request), within });
  }
}
