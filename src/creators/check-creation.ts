import { type ContentCheck, checkContent } from '../core/text/check-content.ts';
import type { CreationRequest, CreationResult } from './creator.ts';

type Checked = Pick<CreationResult, 'kind' | 'title' | 'summary' | 'bodyMarkdown' | 'boilerplate' | 'findings'>;

/** Checks a creation against the request. A writing kit has no length rule, and contains the keywords by construction. */
export function checkCreation({ account: { voice }, keywords, language }: CreationRequest, creation: Checked): ContentCheck {
  const { minWords, maxWords, requiredPhrases, forbiddenPhrases } = voice;
  const { kind, title, summary, bodyMarkdown, boilerplate, findings } = creation;
  const asked = kind === 'brief' ? { forbiddenPhrases } : { keywords, minWords, maxWords, requiredPhrases, forbiddenPhrases };
  return checkContent({ ...asked, title, summary, bodyMarkdown, boilerplate, language, reported: findings });
}
