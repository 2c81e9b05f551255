/** The two languages of contents. Texts in an `other` language can only be counted. */
export type ContentLanguage = 'zh' | 'en';

const UNIT =
  /([\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}])|(?:(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}])[\p{L}\p{M}\p{N}]|(?<=[\p{L}\p{N}])['’.,-](?=[\p{L}\p{N}]))+/gu;

/**
 * The length of plain text as an editor counts it: each Chinese character (字) is one, and each run of other letters or
 * digits is one word. `3.5`, `don't` and `well-known` are one word each. Punctuation and spaces do not count.
 */
export function countWords(text: string): number {
  let count = 0;
  for (const _ of text.matchAll(UNIT)) count += 1;
  return count;
}

/** What countWords counts, in the order of the text. */
export function unitsOf(text: string): string[] {
  return Array.from(text.matchAll(UNIT), ([unit]) => unit);
}

/**
 * The main language of a text. Chinese prose is full of Latin product names, so 30 % Chinese characters among the
 * counted units mean `zh`. Kana (Japanese), Cyrillic, Arabic and other scripts mean `other`.
 */
export function detectLanguage(text: string): ContentLanguage | 'other' {
  let han = 0;
  let kana = 0;
  let latin = 0;
  let rest = 0;
  for (const [unit, character] of text.matchAll(UNIT)) {
    if (character !== undefined) {
      if (/\p{sc=Han}/u.test(character)) han += 1;
      else kana += 1;
    } else if (/\p{sc=Latin}/u.test(unit)) latin += 1;
    else if (/\p{L}/u.test(unit)) rest += 1;
  }
  const total = han + kana + latin + rest;
  if (total === 0 || kana > han * 0.2) return 'other';
  if (han >= total * 0.3) return 'zh';
  return latin >= total * 0.5 ? 'en' : 'other';
}
