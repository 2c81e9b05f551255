import { stemEnglish } from './stem.ts';

const HAN = /\p{sc=Han}/u;
const WORD = /(?:(?!\p{sc=Han})[\p{L}\p{N}'’])+/gu;
const WORD_CHARACTER = /(?!\p{sc=Han})[\p{L}\p{N}]/u;

/** A text prepared for many phrase look-ups. Case, width and spacing are ignored. */
export class SearchableText {
  private readonly folded: string;
  private stems: string | undefined;

  constructor(text: string) {
    this.folded = fold(text);
  }

  /** True when the phrase occurs as whole words: "art" does not occur in "part". */
  includes(phrase: string): boolean {
    const wanted = fold(phrase);
    const opens = WORD_CHARACTER.test(wanted.charAt(0));
    const closes = WORD_CHARACTER.test(wanted.charAt(wanted.length - 1));
    for (let at = this.folded.indexOf(wanted); at !== -1; at = this.folded.indexOf(wanted, at + 1)) {
      const before = this.folded.charAt(at - 1);
      const after = this.folded.charAt(at + wanted.length);
      if (!(opens && WORD_CHARACTER.test(before)) && !(closes && WORD_CHARACTER.test(after))) return true;
    }
    return false;
  }

  /**
   * True when the keyword occurs in any English inflection ("lease" in "leases", not in "release"). A Chinese keyword
   * must occur literally.
   */
  mentions(keyword: string): boolean {
    const wanted = HAN.test(keyword) ? '' : stemsOf(fold(keyword));
    if (wanted.trim() === '') return this.includes(keyword);
    this.stems ??= stemsOf(this.folded);
    return this.stems.includes(wanted);
  }
}

/** Normalizes case, width and spacing for comparison. */
export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
}

/** The stems, each with a space before and after it. */
function stemsOf(folded: string): string {
  const stems = Array.from(folded.matchAll(WORD), ([word]) => stemEnglish(word));
  return ` ${stems.join(' ')} `;
}
