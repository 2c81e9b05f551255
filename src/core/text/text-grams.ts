import { stemEnglish } from './stem.ts';
import { unitsOf } from './word-count.ts';

/** The beginning of a text that is compared, in words (字 for Chinese). */
const LONGEST = 20_000;
const { imul } = Math;
const BODY_GRAM = 3;
const TITLE_GRAM = 2;
/** Dice coefficient from which two titles are about the same. */
export const SAME_TITLE = 0.65;

/**
 * Hashes of all runs of three words (字 for Chinese) of a text. Runs of three letters do not distinguish English texts: unrelated
 * texts share 45 % of them.
 */
export function bodyGrams(text: string): Set<number> {
  return gramsOf(fold(text).slice(0, LONGEST), BODY_GRAM);
}

/** Hashes of all pairs of neighbouring words (字 for Chinese), in their English stems. A title of one word gives that word. */
export function titleGrams(title: string): Set<number> {
  const units = fold(title).map(stemEnglish);
  return gramsOf(units, Math.min(TITLE_GRAM, units.length));
}

/** Size of the intersection divided by the size of the union; 0 for two empty sets. */
export function jaccard(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  const common = intersection(a, b);
  return common === 0 ? 0 : common / (a.size + b.size - common);
}

/** Twice the size of the intersection divided by the sum of the sizes; 0 for two empty sets. */
export function dice(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  const common = intersection(a, b);
  return common === 0 ? 0 : (2 * common) / (a.size + b.size);
}

/** True when each title has a number that the other does not have: two parts of a series, or two versions of a product. */
export function numbersDiffer(a: string, b: string): boolean {
  const [first, second] = [numbersOf(a), numbersOf(b)];
  return [...first].some((each) => !second.has(each)) && [...second].some((each) => !first.has(each));
}

/** True when the title has a number that the other does not have. */
export function hasNumberNotIn(title: string, other: string): boolean {
  const known = numbersOf(other);
  return [...numbersOf(title)].some((each) => !known.has(each));
}

function numbersOf(title: string): Set<string> {
  return new Set(fold(title).filter((unit) => /\p{N}/u.test(unit)));
}

function fold(text: string): string[] {
  return unitsOf(text.normalize('NFKC').toLowerCase());
}

function gramsOf(units: readonly string[], length: number): Set<number> {
  const grams = new Set<number>();
  if (length === 0) return grams;
  for (let i = 0; i + length <= units.length; i += 1) grams.add(hash(units.slice(i, i + length)));
  return grams;
}

/** FNV-1a over the words with a mark between them, as a signed 32-bit integer: a PostgreSQL `integer`. */
function hash(units: readonly string[]): number {
  let h = 0x811c9dc5;
  for (const unit of units) {
    for (let i = 0; i < unit.length; i += 1) h = imul(h ^ unit.charCodeAt(i), 0x01000193);
    h = imul(h ^ 0x1f, 0x01000193);
  }
  return h | 0;
}

function intersection(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  const [few, many] = a.size < b.size ? [a, b] : [b, a];
  let common = 0;
  for (const each of few) if (many.has(each)) common += 1;
  return common;
}
