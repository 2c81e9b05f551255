import { type ContentCheck, checkContent } from '../core/text/check-content.ts';
import type { SensitiveWordMatcher } from '../core/text/sensitive-words.ts';
import type { CreationRequest, CreationResult } from './creator.ts';

type Checked = Pick<CreationResult, 'kind' | 'title' | 'summary' | 'bodyMarkdown' | 'boilerplate' | 'findings'>;

/** Checks a creation against the request. A writing kit has no length rule, and contains the keywords by construction. */
export function checkCreation(
  { account: { voice }, keywords, language }: CreationRequest,
  creation: Checked,
  sensitiveWords?: SensitiveWordMatcher,
): ContentCheck {
  const { minWords, maxWords, requiredPhrases, forbiddenPhrases, allowedWords } = voice;
  const { kind, title, summary, bodyMarkdown, boilerplate, findings } = creation;
  const asked = kind === 'brief' ? { forbiddenPhrases } : { keywords, minWords, maxWords, requiredPhrases, forbiddenPhrases };
  const words = { sensitiveWords, allowedWords };
  return checkContent({ ...asked, ...words, title, summary, bodyMarkdown, boilerplate, language, reported: findings });
}
