import type { EntityManager } from 'typeorm';
import { isRewritable } from '../../core/review/review.ts';
import { versionChanged } from '../../platform/http/etag.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { Content } from '../contents/content.entity.ts';
import type { ContentGenerationParams } from './content-generation.params.ts';
import { SELECT_OPEN_REWRITE } from './rewrite.sql.ts';

/**
 * Locks the content, so that of two simultaneous requests to rewrite it one is stored. @throws {ProblemError} when the content is
 * not one of the account, was changed since it was read, is approved or in review, or has an open rewrite.
 */
export async function checkRewrite(
  manager: EntityManager,
  contentId: string,
  { accountId, rewriteVersion }: ContentGenerationParams,
): Promise<void> {
  const content = await manager.findOne(Content, {
    where: { id: contentId, accountId },
    select: { id: true, version: true, reviewStatus: true },
    lock: { mode: 'pessimistic_write' },
  });
  if (!content) {
    const errors = [{ pointer: '/rewriteOf', code: 'content_not_found', detail: 'is not a content of the account' }];
    throw ProblemError.unprocessable('content_not_found', `The account has no content ${contentId}.`, { errors });
  }
  const { version, reviewStatus } = content;
  if (rewriteVersion !== undefined && rewriteVersion !== version) throw versionChanged(version);
  if (!isRewritable(reviewStatus)) {
    throw ProblemError.conflict('review_state', `The content is ${reviewStatus}, so it cannot be rewritten.`, {
      detail: 'Return or reject it first, with the reasons for the next attempt.',
    });
  }
  const [open] = await manager.query<{ taskId: string }[]>(SELECT_OPEN_REWRITE, [contentId]);
  if (open) {
    throw ProblemError.conflict('rewrite_open', `The content task ${open.taskId} is rewriting this content.`, {
      detail: `Wait for it, or cancel it: DELETE /content-tasks/${open.taskId}.`,
    });
  }
}
