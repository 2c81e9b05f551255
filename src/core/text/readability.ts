import { splitSentences } from './sentences.ts';
import { countWords, type ContentLanguage } from './word-count.ts';

/** Lengths are in words (字 for Chinese), as countWords counts them. `longShare` is 0–1. */
export interface Readability {
  sentences: number;
  averageSentence: number;
  longestSentence: number;
  longestParagraph: number;
  /** Share of sentences longer than 35 words in English or 80 字 in Chinese. */
  longShare: number;
  /** Sentences that occur more than once, in the order of their first repetition. */
  repeated: string[];
}

const LONG_SENTENCE: Readonly<Record<ContentLanguage, number>> = { en: 35, zh: 80 };
/** Shorter sentences ("Yes." / 是的。) may occur twice. */
const REPEATABLE = 6;

export function measureReadability(paragraphs: readonly string[], language: ContentLanguage): Readability {
  const sentences = paragraphs.flatMap(splitSentences);
  const lengths = sentences.map(countWords);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  return {
    sentences: sentences.length,
    averageSentence: sentences.length === 0 ? 0 : Math.round((total / sentences.length) * 10) / 10,
    longestSentence: greatest(lengths),
    longestParagraph: greatest(paragraphs.map(countWords)),
    longShare: sentences.length === 0 ? 0 : lengths.filter((length) => length > LONG_SENTENCE[language]).length / sentences.length,
    repeated: repetitions(sentences.filter((_, index) => (lengths[index] ?? 0) > REPEATABLE)),
  };
}

function greatest(numbers: readonly number[]): number {
  return numbers.reduce((most, each) => Math.max(most, each), 0);
}

function repetitions(sentences: readonly string[]): string[] {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const sentence of sentences) {
    if (seen.has(sentence)) repeated.add(sentence);
    seen.add(sentence);
  }
  return [...repeated];
}
