/** Class of the separator between two letters: nothing visible, a weak separator such as `-`, a sentence mark, or too long for one word. */
export const GAP = { none: 0, weak: 1, strong: 2, wide: 3 } as const;
export type Gap = (typeof GAP)[keyof typeof GAP];

/**
 * The letters and digits of a text after NFKC and lower-casing, without separators. `starts` and `ends` are
 * their UTF-16 offsets in the original text, and `gaps` what precedes each of them there. One entry for each UTF-16 unit of `letters`.
 */
export interface LettersOnly {
  readonly letters: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly gaps: readonly Gap[];
}

const CLUSTER = /\P{M}\p{M}*|\p{M}+/gu;
const KEPT = /[\p{L}\p{N}]/u;
/** Format characters (zero width, soft hyphen, direction), variation selectors, fillers and lone combining marks. */
const INVISIBLE = /^[\p{Cf}\p{M}\u115F\u1160\u3164\uFFA0]+$/u;
const STRONG = /[。！？；：，、,!?;:|…—()（）《》〈〉「」『』“”"'‘’【】[\]{}<>]/u;
const LONGEST_GAP = 8;

/** Removes everything that hides a word from a search: case, width, separators and invisible characters. */
export function lettersOnly(text: string): LettersOnly {
  let letters = '';
  const starts: number[] = [];
  const ends: number[] = [];
  const gaps: Gap[] = [];
  let between = '';
  for (const { 0: cluster, index } of text.matchAll(CLUSTER)) {
    const kept = isAsciiLetterOrDigit(cluster) ? cluster.toLowerCase() : normalize(cluster);
    if (kept === '') {
      if (!INVISIBLE.test(cluster)) between += cluster;
      continue;
    }
    for (let unit = 0; unit < kept.length; unit += 1) {
      starts.push(index);
      ends.push(index + cluster.length);
      gaps.push(unit === 0 ? gapOf(between) : GAP.none);
    }
    letters += kept;
    between = '';
  }
  return { letters, starts, ends, gaps };
}

function isAsciiLetterOrDigit(cluster: string): boolean {
  return cluster.length === 1 && /[a-z0-9]/i.test(cluster);
}

/** The letters and digits of one character: "Ａ" gives "a", "㎏" gives "kg", "-" gives nothing. */
function normalize(cluster: string): string {
  const normal = cluster.normalize('NFKC').toLowerCase();
  return KEPT.test(normal)
    ? Array.from(normal)
        .filter((character) => KEPT.test(character))
        .join('')
    : '';
}

/** A line break is rendered as a space or nothing, so it is weak; one before a list mark or a blank line separates texts. */
function gapOf(between: string): Gap {
  if (between === '') return GAP.none;
  if (between.length > LONGEST_GAP) return GAP.wide;
  if (STRONG.test(between)) return GAP.strong;
  const lines = between.split('\n');
  if (lines.length > 2 || (lines.length === 2 && /\S/u.test(between))) return GAP.strong;
  return GAP.weak;
}
