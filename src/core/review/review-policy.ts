import type { ContentCheck } from '../text/check-content.ts';
import { isForReaders, NOT_FOR_READERS } from './for-readers.ts';

export const REVIEW_MODES = ['auto', 'threshold', 'manual', 'four_eyes'] as const;
export type ReviewMode = (typeof REVIEW_MODES)[number];

/** How the contents of an account are approved. */
export interface ReviewPolicy {
  /**
   * `auto`: the rules approve what passes every check. `threshold`: they also require the score. `manual`: a person approves.
   * `four_eyes`: a person approves who neither requested nor edited the content.
   */
  readonly mode: ReviewMode;
  /** 0–100, for `threshold`. */
  readonly threshold?: number;
  /** Share in percent of the contents that the rules could approve and that a person reviews instead. */
  readonly share?: number;
}

export const DEFAULT_REVIEW_POLICY: ReviewPolicy = { mode: 'auto' };
const DEFAULT_THRESHOLD = 80;

export interface ReviewSubject {
  readonly contentId: string;
  readonly kind: string;
  readonly check: ContentCheck;
  /** The request allows the approval by the rules. */
  readonly autoApprove: boolean;
}

export interface ReviewDecision {
  readonly status: 'approved' | 'pending_review';
  /** Reason codes: why the rules approved, or what a person has to decide. */
  readonly reasons: readonly string[];
}

/** The rules approve only when the request and the policy allow it and every check passes. A brief or a sample always waits. */
export function decideReview({ mode, threshold = DEFAULT_THRESHOLD, share = 0 }: ReviewPolicy, subject: ReviewSubject): ReviewDecision {
  const { contentId, kind, check, autoApprove } = subject;
  const blocking = check.findings.filter(({ severity }) => severity === 'block').map(({ code }) => code);
  const open = [
    ...[NOT_FOR_READERS[kind] ?? []].flat(),
    ...(autoApprove ? [] : ['review_wanted']),
    ...(mode === 'manual' || mode === 'four_eyes' ? [`policy_${mode}`] : []),
    ...(mode === 'threshold' && check.score < threshold ? ['score_below_threshold'] : []),
    ...new Set(blocking),
  ];
  if (open.length > 0) return { status: 'pending_review', reasons: open };
  if (isSampled(contentId, share)) return { status: 'pending_review', reasons: ['sampled'] };
  return { status: 'approved', reasons: ['checks_passed', ...(mode === 'threshold' ? ['score_reached'] : [])] };
}

/** Selects `share` percent of the ids by their last 32 bits, which are random in a UUIDv7: the decision for an id is always the same. */
function isSampled(contentId: string, share: number): boolean {
  return Number.parseInt(contentId.slice(-8), 16) < (share / 100) * 2 ** 32;
}

const RISK_OF_BLOCK = 20;
const RISK_OF_WARNING = 4;
const RISK_WITHOUT_SCORE = 30;

/** 0–100, for the order of the review queue. Blocking findings weigh most, then the points that the score is below 100. */
export function reviewRisk(kind: string, check: ContentCheck): number {
  const found = check.findings.reduce((sum, { severity }) => sum + (severity === 'block' ? RISK_OF_BLOCK : RISK_OF_WARNING), 0);
  const unscored = isForReaders(kind) ? Math.round((100 - check.score) / 2) : RISK_WITHOUT_SCORE;
  return Math.min(100, found + unscored);
}
