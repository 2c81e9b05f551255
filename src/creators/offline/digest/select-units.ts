import type { CreationLanguage } from '../../creator.ts';
import { sentenceKeys } from './passages.ts';
import type { Material, QuotableUnit } from './quotable-units.ts';
import type { Ranking } from './rank-units.ts';
import { factWorth } from './sentence-features.ts';

/** The largest share of a source that may be quoted. */
const MAX_SHARE = 0.2;
/** The largest number of sentences in a digest. */
export const MAX_SENTENCES_QUOTED = 40;
/** Two units with a higher similarity are repetitions. */
const SAME = 0.65;
/** Two answers to one question share its words, so they repeat each other less than their similarity says. */
const REDUNDANCY = { question: 0.2, other: 0.6 };
/** Each further sentence of a unit must be worth its place. */
const LENGTH_COST = 0.08;
/** A unit below this share of the best one is left out, unless it is needed for a keyword or a word of the topic. */
const WORTH_QUOTING = 0.37;

/** How many sentences of a document may be quoted. */
export function quota(sentenceCount: number): number {
  return Math.floor(sentenceCount * MAX_SHARE);
}

/** The editor's preferences, as indexes of units. */
export interface Steering {
  /** The only units to quote, except those with a keyword; null means all. */
  onTopic: ReadonlySet<number> | null;
  /** So many of them are picked before any other. */
  leastOnTopic: number;
  /** Units that are picked first, both or neither: they contradict each other. */
  pairs: readonly (readonly [number, number])[];
  /** The units that answer a question, for each thing asked for and for each source. One of each set is picked before keywords. */
  answers: { perFacet: readonly ReadonlySet<number>[]; perSource: readonly ReadonlySet<number>[] };
  /** Keywords that the topic has too. One is picked when there is no quotation with any keyword: answers need not repeat it. */
  topicKeywords: readonly ReadonlySet<number>[];
  /** For each keyword, the units that mention it. Each keyword gets one of them if the quotas allow it. */
  keywords: readonly ReadonlySet<number>[];
  /** The same for each word of the topic, within the units on the topic. */
  topicWords: readonly ReadonlySet<number>[];
  /** Below this number of quoted words, weaker units are quoted too. */
  leastWords: number;
  /** The topic is a question: answers go before words of the topic. */
  isQuestion: boolean;
}

export const NO_STEERING: Steering = {
  onTopic: null,
  leastOnTopic: 0,
  pairs: [],
  answers: { perFacet: [], perSource: [] },
  topicKeywords: [],
  keywords: [],
  topicWords: [],
  leastWords: 0,
  isQuestion: false,
};
/** Bonus for a unit with a keyword; it is larger while no quoted unit mentions the keyword. */
const KEYWORD_BONUS = 0.1;
const NEW_KEYWORD_BONUS = 0.25;

/**
 * Picks indexes of units, best first, until `budget` words are quoted. Each pick is the unit with the highest score after
 * subtracting its similarity to those already picked (maximal marginal relevance). Quotas count sentences, per document;
 * without a topic also per heading.
 */
export function selectUnits(
  material: Material,
  ranking: Ranking,
  language: CreationLanguage,
  budget: number,
  steering: Steering = NO_STEERING,
): number[] {
  const { onTopic, leastOnTopic, pairs, answers, keywords, topicKeywords, topicWords, leastWords, isQuestion } = steering;
  const selection = new Selection(material, ranking, language, budget, steering);
  const isOnTopic = (index: number): boolean => onTopic === null || onTopic.has(index);
  for (const pair of pairs) selection.pickPair(pair);
  const pickAnswers = (sets: readonly ReadonlySet<number>[]): void => {
    for (const units of sets) if (!selection.has(units)) selection.pickBest((index) => units.has(index) && isOnTopic(index));
  };
  pickAnswers(answers.perFacet);
  const mentioning = new Set([...keywords, ...topicKeywords].flatMap((units) => [...units]));
  if (topicKeywords.length > 0 && !selection.has(mentioning)) selection.pickBest((index) => mentioning.has(index));
  pickAnswers(answers.perSource);
  while (selection.picked.length < leastOnTopic && selection.pickBest(isOnTopic));
  for (const units of keywords) if (!selection.has(units)) selection.pickBest((index) => units.has(index), true);
  const pickTopicWords = (): void => {
    for (const units of topicWords) if (!selection.has(units)) selection.pickBest((index) => units.has(index) && isOnTopic(index));
  };
  if (!isQuestion) pickTopicWords();
  while (selection.pickBest(isOnTopic, false, WORTH_QUOTING));
  if (isQuestion) pickTopicWords();
  while (selection.words < leastWords && selection.pickBest(isOnTopic));
  return selection.picked;
}

interface OpenUnit {
  index: number;
  /** Position in the ranking. */
  at: number;
  worth: number;
  /** Similarity to the closest picked unit. */
  repeats: number;
  unit: QuotableUnit;
  keys: string[];
}

class Selection {
  readonly picked: number[] = [];
  words = 0;
  private readonly taken = new Set<string>();
  private readonly open: OpenUnit[];
  private readonly documentsLeft: Map<number, number>;
  private readonly headingsLeft: Map<string, number>;
  private readonly best: number;
  private readonly keywords: Steering['keywords'];
  private readonly redundancy: number;

  constructor(
    material: Material,
    private readonly ranking: Ranking,
    language: CreationLanguage,
    private readonly budget: number,
    { keywords, onTopic, isQuestion }: Steering,
  ) {
    this.redundancy = isQuestion ? REDUNDANCY.question : REDUNDANCY.other;
    this.keywords = keywords;
    this.documentsLeft = new Map(material.sentenceCounts.map((count, document) => [document, quota(count)]));
    this.headingsLeft = onTopic === null ? headingQuotas(material, ranking.indexes) : new Map();
    this.open = ranking.indexes.flatMap((index, at) => {
      const unit = material.units[index];
      if (unit === undefined) return [];
      const worth =
        (ranking.scores[at] ?? 0) +
        factWorth(unit.sentence, language) +
        (unit.leads && !isQuestion ? 0.06 : 0) +
        (keywords.some((units) => units.has(index)) ? KEYWORD_BONUS : 0);
      return [{ index, at, worth, repeats: 0, unit, keys: sentenceKeys(unit) }];
    });
    this.best = this.open.reduce((most, { worth }) => Math.max(most, worth), 0);
  }

  has(units: ReadonlySet<number>): boolean {
    return this.picked.some((index) => units.has(index));
  }

  /** Picks two units, or none when one does not fit. */
  pickPair(pair: readonly [number, number]): void {
    const [first, second] = pair.map((index) => this.open.find((each) => each.index === index));
    if (first === undefined || second === undefined || !this.fits(first) || !this.fits(second)) return;
    this.take(first);
    this.take(second);
  }

  /**
   * Picks the best remaining unit that `allows` accepts and that is worth `least` of the best of all; false when none
   * fits. `mayRepeat` accepts repetitions.
   */
  pickBest(allows: (index: number) => boolean, mayRepeat = false, least = 0): boolean {
    if (this.taken.size >= MAX_SENTENCES_QUOTED || this.words >= this.budget) return false;
    const missing = this.keywords.filter((units) => !this.has(units));
    let best: OpenUnit | undefined;
    let bestGain = Number.NEGATIVE_INFINITY;
    for (const each of this.open) {
      if (!allows(each.index) || (each.repeats >= SAME && !mayRepeat) || each.worth < least * this.best || !this.fits(each)) continue;
      const brings = missing.filter((units) => units.has(each.index)).length;
      const further = this.newKeys(each).length - 1;
      const gain = each.worth - this.redundancy * each.repeats + NEW_KEYWORD_BONUS * brings - LENGTH_COST * further;
      if (gain > bestGain) [best, bestGain] = [each, gain];
    }
    if (best === undefined) return false;
    this.take(best);
    return true;
  }

  private newKeys({ keys }: OpenUnit): string[] {
    return keys.filter((key) => !this.taken.has(key));
  }

  private fits(open: OpenUnit): boolean {
    const { document, section, words } = open.unit;
    const further = this.newKeys(open).length;
    return (
      further > 0 &&
      further <= (this.documentsLeft.get(document) ?? 0) &&
      further <= (this.headingsLeft.get(`${document}/${section}`) ?? Number.POSITIVE_INFINITY) &&
      this.taken.size + further <= MAX_SENTENCES_QUOTED &&
      this.words + words <= this.budget
    );
  }

  private take(taken: OpenUnit): void {
    const { index, at, unit } = taken;
    const heading = `${unit.document}/${unit.section}`;
    const further = this.newKeys(taken);
    this.picked.push(index);
    this.words += unit.words;
    this.open.splice(this.open.indexOf(taken), 1);
    this.documentsLeft.set(unit.document, (this.documentsLeft.get(unit.document) ?? 0) - further.length);
    const left = this.headingsLeft.get(heading);
    if (left !== undefined) this.headingsLeft.set(heading, left - further.length);
    for (const key of further) this.taken.add(key);
    for (const each of this.open) {
      // The rest of a unit whose first sentence is quoted is not a repetition of it.
      const overlaps = each.keys.some((key) => this.taken.has(key));
      if (!overlaps) each.repeats = Math.max(each.repeats, this.ranking.similarity(at, each.at));
    }
  }
}

/**
 * A heading gets at most one and a half times its share of the document's quota, so that no heading dominates, and at
 * most half of its sentences.
 */
function headingQuotas({ units, sentenceCounts }: Material, quotable: readonly number[]): Map<string, number> {
  const perHeading = new Map<string, number>();
  const perDocument = new Map<number, number>();
  for (const { document, section } of quotable.flatMap((index) => units[index] ?? [])) {
    perHeading.set(`${document}/${section}`, (perHeading.get(`${document}/${section}`) ?? 0) + 1);
    perDocument.set(document, (perDocument.get(document) ?? 0) + 1);
  }
  for (const [heading, count] of perHeading) {
    const document = Number.parseInt(heading, 10);
    const share = count / (perDocument.get(document) ?? 1);
    const fair = Math.round(quota(sentenceCounts[document] ?? 0) * share * 1.5);
    perHeading.set(heading, Math.max(1, Math.min(fair, Math.ceil(count / 2))));
  }
  return perHeading;
}
