import { findGarbled } from '../../../core/text/garbled.ts';
import { splitSentences } from '../../../core/text/sentences.ts';
import { findPlaceholders } from '../../../core/text/stock-text.ts';
import { countWords, detectLanguage } from '../../../core/text/word-count.ts';
import type { CreationLanguage } from '../../creator.ts';
import type { SourceDocument } from '../source-document.ts';
import { discourseLinks, isMember, unitAround } from './discourse-links.ts';
import { isWhole } from './sentence-features.ts';

/** Sentences `from` to `to` of a paragraph. All numbers are indexes. */
export interface Place {
  document: number;
  section: number;
  paragraph: number;
  from: number;
  to: number;
}

/** A sentence, and the sentences that complete it: quoted together or not at all. */
export interface QuotableUnit extends Place {
  /** The sentence that the unit was built around, and its index in the paragraph. */
  sentence: string;
  core: number;
  /** The sentences of the unit, as they stand in the source. */
  text: string;
  /** The part that says what the unit gives: `sentence`, or all of a unit that completes it or an announcement: lists and results. */
  evidence: string;
  /** The two sentences before `sentence` in its paragraph. */
  before: string;
  words: number;
  /** Index of the first sentence among all sentences of the document. */
  position: number;
  /** First quotable sentence of its section. */
  leads: boolean;
}

export interface Material {
  units: QuotableUnit[];
  /** The other whole sentences. They say what a heading is about, and are not quoted. */
  others: { sentence: string; document: number; section: number }[];
  /** The number of all sentences per document. The quotable share refers to it. */
  sentenceCounts: number[];
  otherLanguage: number;
  /** Sentences damaged by a wrong character encoding. */
  garbled: number;
  /** Sentences beyond MAX_SENTENCES were ignored. */
  cut: boolean;
}

/** About a book. More would not change the best passages. */
export const MAX_SENTENCES = 5000;
/**
 * In words. A shorter unit says too little, unless it answers a question by a figure ("Output fell by 12 percent."); a longer
 * sentence is hard to read out of context.
 */
const LENGTHS: Readonly<Record<CreationLanguage, { least: number; leastFigure: number; most: number }>> = {
  en: { least: 6, leastFigure: 5, most: 60 },
  zh: { least: 10, leastFigure: 8, most: 150 },
};

/** Collects all units that may be quoted under the account's rules, each sentence once as a core. */
export function collectMaterial(
  documents: readonly SourceDocument[],
  language: CreationLanguage,
  forbidden: readonly string[],
  isQuestion = false,
): Material {
  const material: Material = {
    units: [],
    others: [],
    sentenceCounts: documents.map(() => 0),
    otherLanguage: 0,
    garbled: 0,
    cut: false,
  };
  const banned = forbidden.map(fold).filter((phrase) => phrase !== '');
  const { least, leastFigure } = LENGTHS[language];
  const shortest = (passage: string): number => (isQuestion && /\d/.test(passage) ? leastFigure : least);
  const seen = new Set<string>();
  let total = 0;
  for (const [document, { sections }] of documents.entries()) {
    for (const [section, { paragraphs }] of sections.entries()) {
      let leads = true;
      for (const [paragraph, text] of paragraphs.entries()) {
        const all = splitSentences(text);
        const starts = startsOf(text, all);
        const sentences = all.slice(0, MAX_SENTENCES - total);
        const position = material.sentenceCounts[document] ?? 0;
        total += sentences.length;
        material.sentenceCounts[document] = position + sentences.length;
        for (const { sentence, core, unit } of unitsOf(sentences, language, banned, seen, material)) {
          const passage = unit === null ? sentence : cutPassage(text, starts, unit.from, unit.to);
          const words = countWords(passage);
          if (unit === null || words < shortest(passage)) {
            material.others.push({ sentence, document, section });
            continue;
          }
          const { from, to } = unit;
          material.units.push({
            document,
            section,
            paragraph,
            from,
            to,
            core,
            sentence,
            text: passage,
            evidence: to > core || isMember(sentence, language) ? passage : sentence,
            before: sentences.slice(Math.max(0, core - 2), core).join(' '),
            words,
            position: position + from,
            leads,
          });
          leads = false;
        }
        if (sentences.length < all.length) return { ...material, cut: true };
      }
    }
  }
  return material;
}

/** The quotable sentences of one paragraph with their units. Null is a sentence that the paragraph does not complete. */
function unitsOf(
  sentences: readonly string[],
  language: CreationLanguage,
  banned: readonly string[],
  seen: Set<string>,
  material: Material,
): { sentence: string; core: number; unit: { from: number; to: number } | null }[] {
  const quotable = sentences.map((sentence) => isQuotable(sentence, language, banned, material));
  const links = sentences.map((_, at) => discourseLinks(sentences, at, language));
  return sentences.flatMap((sentence, core) => {
    const key = fold(sentence);
    if (!quotable[core] || seen.has(key)) return [];
    seen.add(key);
    const unit = unitAround(links, core);
    const isComplete = unit !== null && quotable.slice(unit.from, unit.to + 1).every(Boolean);
    return [{ sentence, core, unit: isComplete ? unit : null }];
  });
}

function isQuotable(sentence: string, language: CreationLanguage, banned: readonly string[], material: Material): boolean {
  if (!isWhole(sentence) || countWords(sentence) > LENGTHS[language].most) return false;
  if (findGarbled(sentence, language) !== null) {
    material.garbled += 1;
    return false;
  }
  if (detectLanguage(sentence) !== language) {
    material.otherLanguage += 1;
    return false;
  }
  const folded = fold(sentence);
  return !banned.some((phrase) => folded.includes(phrase)) && findPlaceholders(sentence).length === 0;
}

/** The index of each sentence in its paragraph, and of the end. */
export function startsOf(paragraph: string, sentences: readonly string[]): number[] {
  const starts: number[] = [];
  let at = 0;
  for (const sentence of sentences) {
    const start = paragraph.indexOf(sentence, at);
    starts.push(start);
    at = start + sentence.length;
  }
  return [...starts, at];
}

/** The sentences `from` to `to` of a paragraph, as they stand in it. */
export function cutPassage(paragraph: string, starts: readonly number[], from: number, to: number): string {
  return paragraph.slice(starts[from], starts[to + 1]).trimEnd();
}

function fold(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}
