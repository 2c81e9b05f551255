import AhoCorasick from 'modern-ahocorasick';
import { GAP, type Gap, type LettersOnly, lettersOnly } from './evasion-text.ts';

/** A word of the list in a text. `start` and `end` are UTF-16 offsets in the text. */
export interface SensitiveMatch {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

interface Pattern {
  readonly word: string;
  readonly length: number;
  /** Positions in its letters before which the word itself has a separator, as in "6.4". */
  readonly separated: ReadonlySet<number>;
}

/** Chinese and Japanese are written without spaces, so their words have no borders. */
const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u;
const DIGIT = /\p{N}/u;
/** Shortest word that may be spaced. Two separated letters are rarely one word: "Part A b", "方法。轮子". */
const SHORTEST_SPACED = 3;

/**
 * Finds the words of a list in texts that may hide them: 敏-感 词, ｓｅｘ, s.e.x, or with zero-width characters. Latin words
 * match at word borders only ("Scunthorpe" is no match), Chinese ones anywhere. Built once; a search costs one pass over the text.
 */
export class SensitiveWordMatcher {
  private readonly patterns = new Map<string, Pattern>();
  private readonly automaton: AhoCorasick | null;

  constructor(words: Iterable<string>) {
    for (const word of words) {
      const { letters, gaps } = lettersOnly(word);
      if (letters === '' || this.patterns.has(letters)) continue;
      const separated = new Set(gaps.flatMap((gap, i) => (gap === GAP.none ? [] : [i])));
      this.patterns.set(letters, { word, length: Array.from(letters).length, separated });
    }
    this.automaton = this.patterns.size === 0 ? null : new AhoCorasick([...this.patterns.keys()]);
  }

  get isEmpty(): boolean {
    return this.automaton === null;
  }

  /** The number of different words. */
  get size(): number {
    return this.patterns.size;
  }

  /** All matches in the order of the text, except those inside of an allowed phrase. */
  find(text: string, allowed: readonly string[] = []): SensitiveMatch[] {
    if (this.automaton === null) return [];
    const read = lettersOnly(text);
    const permitted = occurrencesOf(allowed, read.letters);
    return this.automaton
      .search(read.letters)
      .filter(({ pattern, start, end }) => isWord(read, start, end, this.patternOf(pattern)))
      .filter(({ start, end }) => !permitted.some((range) => range.start <= start && end <= range.end))
      .map(({ pattern, start, end }) => ({
        word: this.patternOf(pattern).word,
        start: read.starts[start] ?? 0,
        end: read.ends[end - 1] ?? text.length,
      }))
      .toSorted((a, b) => a.start - b.start); // the search gives them in the order of their ends
  }

  private patternOf(letters: string): Pattern {
    return this.patterns.get(letters) as Pattern;
  }
}

/** True when the letters from `start` to `end` are the word, as a reader sees it. */
function isWord(read: LettersOnly, start: number, end: number, { length, separated }: Pattern): boolean {
  const { letters, gaps } = read;
  if (touches(read, start) || touches(read, end)) return false;
  const own: Gap[] = [];
  for (let at = start + 1; at < end; at += 1) {
    const gap = gaps[at] ?? GAP.none;
    if (gap === GAP.wide) return false;
    if (separated.has(at - start)) {
      if (gap === GAP.none && DIGIT.test(letters.charAt(at - 1)) && DIGIT.test(letters.charAt(at))) return false; // 64 is not 6.4
    } else if (!isLowSurrogate(letters, at)) own.push(gap);
  }
  if (own.every((gap) => gap === GAP.none)) return true;
  const evenly = own.every((gap) => gap !== GAP.none) && length >= SHORTEST_SPACED;
  const worst = Math.max(...own);
  if (isUnspaced(letters.slice(start, end))) return worst === GAP.weak || evenly;
  return worst === GAP.weak && evenly;
}

/** True when a Latin letter or digit touches the one after it: the border at `at` is inside of a word. */
function touches({ letters, gaps }: LettersOnly, at: number): boolean {
  if (at === 0 || gaps[at] !== GAP.none) return false;
  return !UNSPACED.test(characterBefore(letters, at)) && !UNSPACED.test(characterAt(letters, at));
}

function isUnspaced(letters: string): boolean {
  return Array.from(letters).every((character) => UNSPACED.test(character));
}

function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

function characterBefore(text: string, at: number): string {
  return characterAt(text, isLowSurrogate(text, at - 1) ? at - 2 : at - 1);
}

function isLowSurrogate(text: string, at: number): boolean {
  return /[\uDC00-\uDFFF]/.test(text.charAt(at));
}

/** Occurrences of the phrases. Separators between their letters are ignored. */
function occurrencesOf(phrases: readonly string[], letters: string): { start: number; end: number }[] {
  const found = [];
  for (const phrase of phrases) {
    const wanted = lettersOnly(phrase).letters;
    if (wanted === '') continue;
    for (let at = letters.indexOf(wanted); at !== -1; at = letters.indexOf(wanted, at + 1))
      found.push({ start: at, end: at + wanted.length });
  }
  return found;
}
