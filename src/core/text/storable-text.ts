/** NUL, which PostgreSQL cannot store in text, and lone surrogates, which are not characters. */
const UNSTORABLE = /\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** The text with U+FFFD in place of each character that PostgreSQL rejects. */
export function storableText(text: string): string {
  return text.includes('\0') || !text.isWellFormed() ? text.toWellFormed().replaceAll('\0', '\uFFFD') : text;
}

/** How many characters storableText replaces. */
export function countUnstorable(text: string): number {
  return text.includes('\0') || !text.isWellFormed() ? (text.match(UNSTORABLE)?.length ?? 0) : 0;
}

/** The first `length` UTF-16 units; one less when the cut would split a character. */
export function cutText(text: string, length: number): string {
  return text.slice(0, splits(text, length) ? length - 1 : length);
}

/** Splits the text into pieces of at most `length` UTF-16 units (at least 2), without splitting a character. */
export function piecesOf(text: string, length: number): string[] {
  const pieces: string[] = [];
  for (let rest = text; rest !== ''; rest = rest.slice(pieces.at(-1)?.length)) pieces.push(cutText(rest, length));
  return pieces;
}

function splits(text: string, at: number): boolean {
  return isHigh(text.charCodeAt(at - 1)) && isLow(text.charCodeAt(at));
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
