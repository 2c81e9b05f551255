import type { CreationLanguage } from '../creator.ts';
import type { Candidate, Material } from './candidates.ts';
import type { Ranking } from './rank-sentences.ts';
import { standingAlone } from './sentence-features.ts';

/** The largest share of a source that may be quoted. */
const MAX_SHARE = 0.2;
/** The largest number of points in a digest. */
export const MAX_POINTS = 40;
/** Two sentences with a higher similarity are repetitions. */
const SAME = 0.65;
const REDUNDANCY = 0.6;

/** How many sentences of a document may be quoted. */
export function quota(sentenceCount: number): number {
  return Math.floor(sentenceCount * MAX_SHARE);
}

/** The editor's preferences, as indexes of candidates. */
export interface Steering {
  /** The only sentences to quote, except those with a keyword; null means all. */
  onTopic: ReadonlySet<number> | null;
  /** So many of them are picked before any other. */
  leastOnTopic: number;
  /** For each keyword, the sentences that mention it. Each keyword gets one of them if the quotas allow it. */
  keywords: readonly ReadonlySet<number>[];
  /** The same for each word of the topic, within the sentences on the topic. */
  topicWords: readonly ReadonlySet<number>[];
}

const NO_STEERING: Steering = { onTopic: null, leastOnTopic: 0, keywords: [], topicWords: [] };
/** Bonus for a sentence with a keyword; it is larger while no quoted sentence mentions the keyword. */
const KEYWORD_BONUS = 0.1;
const NEW_KEYWORD_BONUS = 0.25;

/**
 * Picks indexes of candidates, best first, until `budget` words are quoted. Each pick is the sentence with the highest
 * score after subtracting its similarity to those already picked (maximal marginal relevance). Quotas apply per
 * document and per heading.
 */
export function selectSentences(
  material: Material,
  ranking: Ranking,
  language: CreationLanguage,
  budget: number,
  steering: Steering = NO_STEERING,
): number[] {
  const { onTopic, leastOnTopic, keywords, topicWords } = steering;
  const selection = new Selection(material, ranking, language, budget, keywords);
  const isOnTopic = (index: number): boolean => onTopic === null || onTopic.has(index);
  while (selection.picked.length < leastOnTopic && selection.pickBest(isOnTopic));
  for (const sentences of keywords) if (!selection.has(sentences)) selection.pickBest((index) => sentences.has(index), true);
  for (const sentences of topicWords) {
    if (!selection.has(sentences)) selection.pickBest((index) => sentences.has(index) && isOnTopic(index));
  }
  while (selection.pickBest(isOnTopic));
  return selection.picked;
}

interface OpenSentence {
  index: number;
  /** Position in the ranking. */
  at: number;
  worth: number;
  /** Similarity to the closest picked sentence. */
  repeats: number;
  candidate: Candidate;
}

class Selection {
  readonly picked: number[] = [];
  private words = 0;
  private readonly open: OpenSentence[];
  private readonly documentsLeft: Map<number, number>;
  private readonly headingsLeft: Map<string, number>;

  constructor(
    material: Material,
    private readonly ranking: Ranking,
    language: CreationLanguage,
    private readonly budget: number,
    private readonly keywords: Steering['keywords'],
  ) {
    this.documentsLeft = new Map(material.sentenceCounts.map((count, document) => [document, quota(count)]));
    this.headingsLeft = headingQuotas(material, ranking.indexes);
    this.open = ranking.indexes.flatMap((index, at) => {
      const candidate = material.candidates[index];
      if (candidate === undefined) return [];
      const worth =
        (ranking.scores[at] ?? 0) +
        standingAlone(candidate.text, language) +
        (candidate.leads ? 0.06 : 0) +
        (keywords.some((sentences) => sentences.has(index)) ? KEYWORD_BONUS : 0);
      return [{ index, at, worth, repeats: 0, candidate }];
    });
  }

  has(sentences: ReadonlySet<number>): boolean {
    return this.picked.some((index) => sentences.has(index));
  }

  /** Picks the best remaining sentence that `allows` accepts; false when none fits. `mayRepeat` accepts repetitions. */
  pickBest(allows: (index: number) => boolean, mayRepeat = false): boolean {
    if (this.picked.length >= MAX_POINTS || this.words >= this.budget) return false;
    const missing = this.keywords.filter((sentences) => !this.has(sentences));
    let best: OpenSentence | undefined;
    let bestGain = Number.NEGATIVE_INFINITY;
    for (const each of this.open) {
      if (!allows(each.index) || !this.fits(each.candidate) || (each.repeats >= SAME && !mayRepeat)) continue;
      const brings = missing.filter((sentences) => sentences.has(each.index)).length;
      const gain = each.worth - REDUNDANCY * each.repeats + NEW_KEYWORD_BONUS * brings;
      if (gain > bestGain) [best, bestGain] = [each, gain];
    }
    if (best === undefined) return false;
    this.take(best);
    return true;
  }

  private fits({ document, section, words }: Candidate): boolean {
    const isWithinQuotas = (this.documentsLeft.get(document) ?? 0) > 0 && (this.headingsLeft.get(`${document}/${section}`) ?? 0) > 0;
    return isWithinQuotas && this.words + words <= this.budget;
  }

  private take(taken: OpenSentence): void {
    const { index, at, candidate } = taken;
    const heading = `${candidate.document}/${candidate.section}`;
    this.picked.push(index);
    this.words += candidate.words;
    this.open.splice(this.open.indexOf(taken), 1);
    this.documentsLeft.set(candidate.document, (this.documentsLeft.get(candidate.document) ?? 0) - 1);
    this.headingsLeft.set(heading, (this.headingsLeft.get(heading) ?? 0) - 1);
    for (const each of this.open) each.repeats = Math.max(each.repeats, this.ranking.similarity(at, each.at));
  }
}

/**
 * A heading gets at most one and a half times its share of the document's quota, so that no heading dominates, and at
 * most half of its sentences. The share is computed among the quotable sentences, because a topic leaves few headings.
 */
function headingQuotas({ candidates, sentenceCounts }: Material, quotable: readonly number[]): Map<string, number> {
  const perHeading = new Map<string, number>();
  const perDocument = new Map<number, number>();
  for (const { document, section } of quotable.flatMap((index) => candidates[index] ?? [])) {
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
