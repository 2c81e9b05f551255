import type { CreationLanguage } from '../../creator.ts';

/** A sentence of a source, prepared for comparison. */
export interface Claim {
  text: string;
  document: number;
  /** Its content words, folded. */
  words: readonly string[];
}

const QUANTITY =
  /(\d[\d,]*(?:\.\d+)?)\s*(%|％|percent|per cent|°C|℃|个百分点|万元|亿元|元|万|亿|倍|度|公里|千米|厘米|毫米|米|吨|公斤|千克|克|升|平方米|立方米|亩|小时|分钟|天|个月|人|户|栋|处|座|km|cm|mm|m|kg|tonnes?|litres?|liters?|metres?|meters?|euros?|dollars?|pounds?|hours?|minutes?|days?|weeks?|months?|years?|people|million|billion)(?![A-Za-z])/gu;
const YEAR = /\b(?:1\d{3}|20\d{2})(?=\b|年)/g;
const NAME = /(?<=[\p{L},] )\p{Lu}[\p{L}]+|[A-Z][A-Za-z]+(?=\p{sc=Han})/gu;
const NEGATION: Readonly<Record<CreationLanguage, RegExp>> = {
  en: /\b(?:not|never|no longer|cannot|isn't|aren't|doesn't|don't|didn't|wasn't|won't|can't)\b/i,
  zh: /不(?:能|会|是|可以|需要|应|存在|含|支持)|没有|并未|从未|无法|无需/u,
};
/** The share of common words from which two sentences have the same subject. */
const SAME_SUBJECT = 0.6;
const SAME_STATEMENT = 0.8;
const LEAST_COMMON = 3;
/** Only the first claims with a word are compared: a word of every sentence would make the time quadratic. */
const MOST_CLAIMS = 200;

/**
 * Pairs of claims from two documents that cannot both be right: the same subject and unit with another number, or the
 * same words with and without a negation. Prefers to miss a contradiction over reporting a false one. At most `most`.
 */
export function findContradictions(claims: readonly Claim[], language: CreationLanguage, most: number): [number, number][] {
  const postings = new Map<string, number[]>();
  const found: { pair: [number, number]; likeness: number }[] = [];
  const facts = claims.map((claim) => ({ ...claim, ...factsOf(claim, language) }));
  for (const [index, { subject }] of facts.entries()) {
    const shared = new Map<number, number>();
    for (const word of subject) {
      const earlier = postings.get(word) ?? [];
      for (const other of earlier) {
        if (facts[other]?.document !== facts[index]?.document) shared.set(other, (shared.get(other) ?? 0) + 1);
      }
      if (earlier.length < MOST_CLAIMS) earlier.push(index);
      postings.set(word, earlier);
    }
    for (const [other, common] of shared) {
      const [a, b] = [facts[other], facts[index]];
      if (!a || !b || common < LEAST_COMMON) continue;
      const likeness = common / (a.subject.size + b.subject.size - common);
      if (contradict(a, b, likeness)) found.push({ pair: [other, index], likeness });
    }
  }
  const used = new Set<number>();
  return found
    .sort((a, b) => b.likeness - a.likeness || a.pair[0] - b.pair[0] || a.pair[1] - b.pair[1])
    .map(({ pair }) => pair)
    .filter(([a, b]) => {
      if (used.has(a) || used.has(b)) return false;
      used.add(a).add(b);
      return true;
    })
    .slice(0, most);
}

interface Facts {
  subject: ReadonlySet<string>;
  /** The unit and number of the only quantity; null when there is none, or more than one. */
  quantity: { unit: string; value: number } | null;
  years: string;
  names: ReadonlySet<string>;
  negated: boolean;
}

function factsOf({ text, words }: Claim, language: CreationLanguage): Facts {
  const quantities = [...text.matchAll(QUANTITY)].map(([, number = '', unit = '']) => ({
    unit: unit
      .toLowerCase()
      .replace(/^(?:per cent|percent|％)$/, '%')
      .replace(/(?<=[a-z]{2})s$/, ''),
    value: Number(number.replaceAll(',', '')),
  }));
  return {
    subject: new Set(words.filter((word) => !/\d/.test(word))),
    quantity: quantities.length === 1 ? (quantities[0] ?? null) : null,
    years: [...new Set(text.match(YEAR))].sort().join(' '),
    names: new Set(text.match(NAME)),
    negated: NEGATION[language].test(text),
  };
}

function contradict(a: Facts, b: Facts, likeness: number): boolean {
  // Another year or another name is another case.
  if (a.years !== b.years || !isSame(a.names, b.names)) return false;
  if (a.quantity && b.quantity)
    return (
      likeness >= SAME_SUBJECT && a.negated === b.negated && a.quantity.unit === b.quantity.unit && a.quantity.value !== b.quantity.value
    );
  return !a.quantity && !b.quantity && likeness >= SAME_STATEMENT && a.negated !== b.negated;
}

function isSame(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((each) => b.has(each));
}
