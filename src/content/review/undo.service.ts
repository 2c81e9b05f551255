import { Injectable } from '@nestjs/common';
import { UNDO_SECONDS } from '../../core/review/review.ts';
import { inTransaction, Pools } from '../../platform/database/pools.ts';
import { versionChanged } from '../../platform/http/etag.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import type { Content } from '../contents/content.entity.ts';
import { ContentService } from '../contents/content.service.ts';
import { scoreAfter } from './review.service.ts';
import { LOCK_CONTENT, UNDO_REVIEW } from './undo.sql.ts';

interface UndoFacts {
  readonly version: number;
  readonly transition: string;
  readonly undoable: boolean;
  readonly own: boolean;
  readonly recent: boolean;
  readonly published: boolean;
  readonly changed: boolean;
}

/** Takes back an approval or a return right after it was made. */
@Injectable()
export class UndoService {
  constructor(
    private readonly pools: Pools,
    private readonly contents: ContentService,
  ) {}

  /** @throws {ProblemError} 409 when it is too late, the decision is not the caller's, or its publication has begun */
  async undo(content: Content, actor: string): Promise<Content> {
    const { score, checks } = scoreAfter(content, false);
    await inTransaction(this.pools.api, async (tx) => {
      // A statement of its own: what a publication wrote while this one waited for the lock is then visible.
      await tx.query(LOCK_CONTENT, [content.id]);
      const [facts] = await tx.query<UndoFacts>(UNDO_REVIEW, [content.id, content.version, actor, UNDO_SECONDS, score, checks]);
      if (facts && !facts.changed) throw rejection(facts, content.version);
    });
    return this.contents.get(content.id);
  }
}

function rejection({ version, transition, undoable, own, recent }: UndoFacts, read: number): ProblemError {
  if (version !== read) return versionChanged(version);
  if (!undoable || !own) {
    return ProblemError.conflict(
      'nothing_to_undo',
      `The last change of the review is "${transition}"${own ? '' : ', by another person'}.`,
      {
        detail: 'Only your own approval or return can be undone. Use approve, return or reopen instead.',
      },
    );
  }
  if (!recent) {
    return ProblemError.conflict('undo_expired', `The decision is older than ${UNDO_SECONDS} seconds.`, {
      detail: 'Return the content, or submit it to review again.',
    });
  }
  return ProblemError.conflict('publication_begun', 'The publication of the content has begun.', {
    detail: 'Pull what is still in the publish pool, and return the content.',
  });
}
