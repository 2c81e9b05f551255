import type { Language } from '../accounts/account.entity.ts';
import type { Fingerprint } from '../duplicates/fingerprint.ts';
import type { ReviewPolicy } from '../../core/review/review-policy.ts';
import type { ContentCheck } from '../../core/text/check-content.ts';
import type { CreationResult } from '../../creators/creator.ts';

/** The content that a text replaces, in the version that was read. */
export interface RewrittenContent {
  readonly contentId: string;
  readonly version: number;
}

/** What the handler passes to the result handler: the whole content, not stored yet. */
export interface GeneratedContent {
  contentId: string;
  accountId: string;
  language: Language;
  autoApprove: boolean;
  /** Of the account. */
  review: ReviewPolicy;
  /** The content and the version that this text replaces. */
  rewrite: RewrittenContent | null;
  /** The keywords of the request. An edit is checked against them again. */
  keywords: readonly string[];
  creation: CreationResult;
  bodyHtml: string;
  wordCount: number;
  check: ContentCheck;
  fingerprint: Fingerprint;
  /** The work of another system that this is the text of; null when the creator wrote it itself. */
  externalId: string | null;
}
