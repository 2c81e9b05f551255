import { type ContentCheck, checkContent } from '../core/text/check-content.ts';
import type { SensitiveWordMatcher } from '../core/text/sensitive-words.ts';
import type { CreationRequest, CreationResult } from './creator.ts';
import { isForReaders } from '../core/review/for-readers.ts';

type Checked = Pick<CreationResult, 'kind' | 'title' | 'summary' | 'bodyMarkdown' | 'boilerplate' | 'findings'> & {
  /** Absent while the creator still works on the text. */
  provenance?: CreationResult['provenance'];
};

/** Checks a creation against the request. A writing kit and a sample have no rules of length and keywords: they are not texts for readers. */
export function checkCreation(
  { account: { voice }, keywords, language }: CreationRequest,
  creation: Checked,
  sensitiveWords?: SensitiveWordMatcher,
): ContentCheck {
  const { minWords, maxWords, requiredPhrases, forbiddenPhrases, allowedWords } = voice;
  const { kind, title, summary, bodyMarkdown, boilerplate, findings, provenance } = creation;
  const asked = !isForReaders(kind) ? { forbiddenPhrases } : { keywords, minWords, maxWords, requiredPhrases, forbiddenPhrases };
  const words = { sensitiveWords, allowedWords };
  const text = { title, summary, bodyMarkdown, boilerplate, language };
  return checkContent({ ...asked, ...words, ...text, reported: findings, comparedSources: comparedSourcesOf(provenance) });
}

/** A creator that compares its sources with each other says so in the provenance. */
export function comparedSourcesOf({ comparedSources }: Readonly<Record<string, unknown>> = {}): number {
  return typeof comparedSources === 'number' ? comparedSources : 0;
}
