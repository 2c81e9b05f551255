import type { CreationLanguage } from '../creator.ts';
import type { Candidate, Material } from './candidates.ts';
import type { Ranking } from './rank-sentences.ts';
import { standingAlone } from './sentence-features.ts';

/** Quoting stays quoting: no more of a source than this. */
const MAX_SHARE = 0.2;
/** Longer lists are not read. */
export const MAX_POINTS = 40;
/** Two sentences closer than this say the same. */
const SAME = 0.65;
const REDUNDANCY = 0.6;

/** How many sentences of a document may be quoted. */
export function quota(sentenceCount: number): number {
  return Math.floor(sentenceCount * MAX_SHARE);
}

/** What the editor asked for, in indexes of candidates. */
export interface Steering {
  /** The only sentences quoted, but for those that bring a keyword; null: all. */
  onTopic: ReadonlySet<number> | null;
  /** So many of them come before anything else. */
  leastOnTopic: number;
  /** Per keyword the sentences that mention it. Each keyword gets one of them if the quotas leave room. */
  keywords: readonly ReadonlySet<number>[];
  /** The same per word of the topic, within the sentences on the topic. */
  topicWords: readonly ReadonlySet<number>[];
}

const NO_STEERING: Steering = { onTopic: null, leastOnTopic: 0, keywords: [], topicWords: [] };
/** A sentence with a keyword is preferred, more so while no quoted sentence mentions that keyword. */
const KEYWORD_BONUS = 0.1;
const NEW_KEYWORD_BONUS = 0.25;

/**
 * Picks indexes of candidates, best first: each time the sentence worth most after what it repeats of those already
 * picked (maximal marginal relevance), until `budget` words are quoted. Quotas hold per document and per heading.
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
  /** Similarity to the closest of those picked. */
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

  /** Picks the best open sentence that `allows` accepts; false when none fits. `mayRepeat`: also one that says what another says. */
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
 * A heading gets at most one and a half times its share of the document's quota, so that none speaks for all, and at most
 * half of its sentences. The share is among the sentences that may be quoted: a topic leaves few headings.
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
