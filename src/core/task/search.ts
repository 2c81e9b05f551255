/** What a search text selects: the ids with a prefix, or the tasks whose name and subject contain every word. */
export type TaskSearch = { readonly idRange: readonly [first: string, last: string] } | { readonly words: readonly string[] };

/** 8 hex digits are the first 32 bits of the time in a UUIDv7. Fewer digits are too many ids, and may be a word or a year. */
const MIN_ID_DIGITS = 8;
const ID_DIGITS = 32;
const HYPHENS_AFTER = [8, 12, 16, 20];

/** Undefined for a text without a word. */
export function parseSearch(text: string): TaskSearch | undefined {
  const words = text.split(/\s/).filter((word) => word !== '');
  const [only] = words;
  if (only === undefined) return undefined;
  const digits = words.length === 1 ? idDigits(only) : undefined;
  if (digits === undefined) return { words };
  return { idRange: [toId(digits.padEnd(ID_DIGITS, '0')), toId(digits.padEnd(ID_DIGITS, 'f'))] };
}

/** The words as patterns of LIKE with the escape character `\`: each matches a text that contains the word. */
export function containing(words: readonly string[]): string[] {
  return words.map((word) => `%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`);
}

/** The digits of the beginning of an id, with its hyphens or without any. */
function idDigits(word: string): string | undefined {
  const digits = word.replaceAll('-', '').toLowerCase();
  if (!/^[0-9a-f]+$/.test(digits) || digits.length < MIN_ID_DIGITS || digits.length > ID_DIGITS) return undefined;
  const hasHyphens = word.includes('-');
  return !hasHyphens || hyphenated(digits) === word.toLowerCase() || `${hyphenated(digits)}-` === word.toLowerCase() ? digits : undefined;
}

function hyphenated(digits: string): string {
  return [...digits].map((digit, i) => (HYPHENS_AFTER.includes(i) ? `-${digit}` : digit)).join('');
}

const toId = hyphenated;
