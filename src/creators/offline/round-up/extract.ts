import { readMarkdown } from '../../../core/text/markdown-text.ts';
import { fold } from '../../../core/text/phrase-match.ts';
import { splitSentences } from '../../../core/text/sentences.ts';
import type { CreationLanguage, OwnContent } from '../../creator.ts';
import { isQuestion, refersBack } from '../digest/discourse-links.ts';
import { isWhole } from '../digest/sentence-features.ts';

/** In characters. A longer sentence is no extract. */
const LONGEST = 300;
const SHORTEST: Readonly<Record<CreationLanguage, number>> = { en: 25, zh: 10 };

/** The first sentence of a content that is understood alone; null when there is none. Sentences of its creator do not count. */
export function extractOf({ bodyMarkdown, boilerplate }: OwnContent, language: CreationLanguage): string | null {
  const own = new Set(boilerplate.map(fold));
  for (const { paragraphs } of readMarkdown(bodyMarkdown).sections) {
    for (const paragraph of paragraphs) {
      if (own.has(fold(paragraph))) continue;
      const found = splitSentences(paragraph).find((sentence) => isExtract(sentence, language));
      if (found !== undefined) return found;
    }
  }
  return null;
}

function isExtract(sentence: string, language: CreationLanguage): boolean {
  const isLong = sentence.length >= SHORTEST[language] && sentence.length <= LONGEST;
  return isLong && isWhole(sentence) && !/[:：]$/.test(sentence) && !isQuestion(sentence) && !refersBack(sentence, language);
}
