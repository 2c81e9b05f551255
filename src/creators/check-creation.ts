import { type ContentCheck, checkContent } from '../core/text/check-content.ts';
import type { SensitiveWordMatcher } from '../core/text/sensitive-words.ts';
import type { CreationRequest, CreationResult } from './creator.ts';
import { isForReaders } from '../core/review/for-readers.ts';

type Checked = Pick<CreationResult, 'kind' | 'title' | 'summary' | 'bodyMarkdown' | 'boilerplate' | 'findings'>;

/** Checks a creation against the request. A writing kit and a sample have no rules of length and keywords: they are not texts for readers. */
export function checkCreation(
  { account: { voice }, keywords, language }: CreationRequest,
  creation: Checked,
  sensitiveWords?: SensitiveWordMatcher,
): ContentCheck {
  const { minWords, maxWords, requiredPhrases, forbiddenPhrases, allowedWords } = voice;
  const { kind, title, summary, bodyMarkdown, boilerplate, findings } = creation;
  const asked = !isForReaders(kind) ? { forbiddenPhrases } : { keywords, minWords, maxWords, requiredPhrases, forbiddenPhrases };
  const words = { sensitiveWords, allowedWords };
  return checkContent({ ...asked, ...words, title, summary, bodyMarkdown, boilerplate, language, reported: findings });
}
