import type { Language } from '../accounts/account.entity.ts';
import type { ContentCheck } from '../../core/text/check-content.ts';
import type { CreationResult } from '../../creators/creator.ts';

/** What the handler hands to the result handler: everything that makes the content, nothing yet stored. */
export interface GeneratedContent {
  contentId: string;
  accountId: string;
  language: Language;
  autoApprove: boolean;
  /** Those the editor asked for; an edit is checked against them again. */
  keywords: readonly string[];
  creation: CreationResult;
  bodyHtml: string;
  wordCount: number;
  check: ContentCheck;
}
