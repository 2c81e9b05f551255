import type { ContentCheck } from '../../core/text/check-content.ts';
import type { CreationKind } from '../../creators/creator.ts';
import type { ReviewStatus } from './content.entity.ts';

export interface ReviewDecision {
  status: ReviewStatus;
  /** Codes; empty when it was approved. */
  reasons: string[];
}

/**
 * Approves automatically only when this was requested and every check passes. A brief is never approved, because it is
 * not an article.
 */
export function decideReview(kind: CreationKind, check: ContentCheck, autoApprove: boolean): ReviewDecision {
  const blocking = check.findings.filter((finding) => finding.severity === 'block').map((finding) => finding.code);
  const reasons = [...(kind === 'brief' ? ['brief_needs_a_writer'] : []), ...(autoApprove ? [] : ['review_wanted']), ...new Set(blocking)];
  return { status: reasons.length === 0 ? 'approved' : 'pending_review', reasons };
}
