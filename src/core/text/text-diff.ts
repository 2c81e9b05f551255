import { diffArrays, diffLines } from 'diff';
import type { ContentLanguage } from './word-count.ts';

/** A run of text that both versions have, or only one of them. */
export interface DiffPart {
  readonly change: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** A comparison by words that takes longer is made by lines, and one by lines that takes longer is not made. */
const WORDS_MS = 300;
const LINES_MS = 1_000;

/** The difference of two texts by words (in Chinese too), by lines where that takes too long, or as a whole. The parts hold both texts in full. */
export function diffText(before: string, after: string, language: ContentLanguage): DiffPart[] {
  const segmenter = new Intl.Segmenter(language, { granularity: 'word' });
  const words = (text: string): string[] => Array.from(segmenter.segment(text), ({ segment }) => segment);
  const byWords = diffArrays(words(before), words(after), { timeout: WORDS_MS });
  const changes =
    byWords?.map(({ value, ...change }) => ({ ...change, value: value.join('') })) ?? diffLines(before, after, { timeout: LINES_MS });
  if (!changes) return [part('removed', before), part('added', after)];
  return changes.map(({ value, added, removed }) => part(added ? 'added' : removed ? 'removed' : 'same', value));
}

function part(change: DiffPart['change'], text: string): DiffPart {
  return { change, text };
}
