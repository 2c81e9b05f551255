import type { CreationLanguage } from '../creator.ts';
import type { Material } from './candidates.ts';
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

/**
 * Picks indexes of candidates, best first: each time the sentence worth most after what it repeats of those already
 * picked (maximal marginal relevance), until `budget` words are quoted. Quotas hold per document and per heading.
 */
export function selectSentences(material: Material, ranking: Ranking, language: CreationLanguage, budget: number): number[] {
  const left = new Map(material.sentenceCounts.map((count, document) => [document, quota(count)]));
  const headings = headingQuotas(material);
  const open = ranking.indexes.flatMap((index, at) => {
    const candidate = material.candidates[index];
    if (candidate === undefined) return [];
    const worth = (ranking.scores[at] ?? 0) + standingAlone(candidate.text, language) + (candidate.leads ? 0.06 : 0);
    return [{ index, at, worth, repeats: 0, candidate }];
  });
  const picked: number[] = [];
  let words = 0;

  while (picked.length < MAX_POINTS && words < budget) {
    let best: (typeof open)[number] | undefined;
    for (const each of open) {
      const { document, section, words: length } = each.candidate;
      const allowed = (left.get(document) ?? 0) > 0 && (headings.get(`${document}/${section}`) ?? 0) > 0 && each.repeats < SAME;
      if (!allowed || words + length > budget) continue;
      if (best === undefined || each.worth - REDUNDANCY * each.repeats > best.worth - REDUNDANCY * best.repeats) best = each;
    }
    if (best === undefined) break;
    const { index, at, candidate } = best;
    picked.push(index);
    words += candidate.words;
    open.splice(open.indexOf(best), 1);
    left.set(candidate.document, (left.get(candidate.document) ?? 0) - 1);
    const heading = `${candidate.document}/${candidate.section}`;
    headings.set(heading, (headings.get(heading) ?? 0) - 1);
    for (const each of open) each.repeats = Math.max(each.repeats, ranking.similarity(at, each.at));
  }
  return picked;
}

/** A heading gets at most one and a half times its share of the document's quota, so that none speaks for all. */
function headingQuotas({ candidates, sentenceCounts }: Material): Map<string, number> {
  const perHeading = new Map<string, number>();
  const perDocument = new Map<number, number>();
  for (const { document, section } of candidates) {
    perHeading.set(`${document}/${section}`, (perHeading.get(`${document}/${section}`) ?? 0) + 1);
    perDocument.set(document, (perDocument.get(document) ?? 0) + 1);
  }
  for (const [heading, count] of perHeading) {
    const document = Number.parseInt(heading, 10);
    const share = count / (perDocument.get(document) ?? 1);
    perHeading.set(heading, Math.max(1, Math.round(quota(sentenceCounts[document] ?? 0) * share * 1.5)));
  }
  return perHeading;
}
