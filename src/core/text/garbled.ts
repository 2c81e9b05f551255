import type { ContentLanguage } from './word-count.ts';

/** A character that windows-1252 has for a UTF-8 continuation byte (80–BF). */
const CONTINUED = '[\\u0080-\\u00BF€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]';
const QUOTE_LIKE = '[’”“‘»«…—–]';

/** One occurrence is enough: no text contains these on purpose. */
const CERTAIN: readonly RegExp[] = [
  /\uFFFD/u, // the replacement character of a decoder
  /[\u0080-\u009F]/u, // C1 controls: windows-1252 read as ISO 8859-1
  /ï»¿|ðŸ|â€|â‚¬|â„¢|ï¼Œ|ã€[\u0080-\u009F‚Œ]/u, // UTF-8 read as windows-1252: a BOM, emoji, quotation marks, €, ™, ，, 。
  new RegExp(`[ÂÃ](?!${QUOTE_LIKE})${CONTINUED}`, 'u'), // é as Ã©, £ as Â£
  new RegExp(`(?<!\\p{Lu})[ÂÃ]${QUOTE_LIKE}`, 'u'), // û as Ã»; but „AMANHÔ is Portuguese
  /锟斤拷|烫烫烫|屯屯屯|鈥[檚淇斺溾滄渚橾]|锛[屻屽岋堬]/u, // UTF-8 (and U+FFFD itself) read as GBK
];
/** With the count from which it is damage: an accented letter before two quotation marks may be correct. */
const LIKELY: readonly [RegExp, number][] = [
  [new RegExp(`[\\u00C2-\\u00DF](?!${QUOTE_LIKE})${CONTINUED}|[\\u00E0-\\u00EF]${CONTINUED}{2}|[\\u00F0-\\u00F4]${CONTINUED}{3}`, 'gu'), 3],
  [/[锛銆鈥]/gu, 2], // what GBK makes of the first bytes of ，。“; rare in real text
];
/** In English text one Han character in a word is windows-1252 read as GBK: Beyonc茅抯, caf茅. */
const HAN_IN_WORD = /\p{Ll}\p{sc=Han}{1,2}(?=[\p{Ll}\s.,;:!?)]|$)/u;

/** Returns the first place that a wrong character encoding damaged, or null. */
export function findGarbled(text: string, language: ContentLanguage): string | null {
  for (const pattern of CERTAIN) {
    const found = pattern.exec(text);
    if (found) return around(text, found.index, found[0].length);
  }
  for (const [pattern, least] of LIKELY) {
    const found = [...text.matchAll(pattern)];
    if (found.length >= least) return around(text, found[0]?.index ?? 0, 1);
  }
  const han = language === 'en' ? HAN_IN_WORD.exec(text) : null;
  return han ? around(text, han.index, han[0].length) : null;
}

/** The damage with some characters before and after it. */
function around(text: string, at: number, length: number): string {
  return text
    .slice(Math.max(0, at - 12), at + length + 12)
    .replace(/\s+/gu, ' ')
    .trim()
    .toWellFormed();
}
