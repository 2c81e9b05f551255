import type { CreationAccount, CreationLanguage, CreationRequest } from '../creator.ts';

/** In words: three to four minutes of reading. */
const USUAL: Readonly<Record<CreationLanguage, number>> = { en: 600, zh: 1000 };

/** The section that the request names by code or name. */
export function sectionOf({ category, account }: CreationRequest): CreationAccount['sections'][number] | undefined {
  return account.sections.find(({ code, name }) => code === category || name === category);
}

/** The planned length in words: the section's length within the voice's limits. */
export function plannedWords(request: CreationRequest): number {
  const { minWords = 0, maxWords = Number.POSITIVE_INFINITY } = request.account.voice;
  const wanted = sectionOf(request)?.wordCount ?? USUAL[request.language];
  return Math.min(maxWords, Math.max(wanted, Math.ceil(minWords * 1.1)));
}
