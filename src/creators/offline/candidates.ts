import { findPlaceholders } from '../../core/text/stock-text.ts';
import { splitSentences } from '../../core/text/sentences.ts';
import { findGarbled } from '../../core/text/garbled.ts';
import { countWords, detectLanguage } from '../../core/text/word-count.ts';
import type { CreationLanguage } from '../creator.ts';
import { isQuotable } from './sentence-features.ts';
import type { SourceDocument } from './source-document.ts';

/** A sentence that may be quoted, and its position. The numbers are indexes. */
export interface Candidate {
  text: string;
  words: number;
  document: number;
  section: number;
  /** Index among all sentences of the document. */
  position: number;
  /** First sentence of its section. */
  leads: boolean;
}

export interface Material {
  candidates: Candidate[];
  /** The number of all sentences per document. The quotable share refers to it. */
  sentenceCounts: number[];
  otherLanguage: number;
  /** Sentences damaged by a wrong character encoding. */
  garbled: number;
  /** Sentences beyond MAX_SENTENCES were ignored. */
  cut: boolean;
}

/** About a book. More would not change the best points. */
export const MAX_SENTENCES = 5000;
/** In words. A shorter sentence says too little alone; a longer one is hard to read out of context. */
const LENGTHS: Readonly<Record<CreationLanguage, readonly [number, number]>> = { en: [6, 60], zh: [10, 150] };

/** Collects all sentences that may be quoted under the account's rules, each text once. */
export function collectMaterial(documents: readonly SourceDocument[], language: CreationLanguage, forbidden: readonly string[]): Material {
  const material: Material = { candidates: [], sentenceCounts: documents.map(() => 0), otherLanguage: 0, garbled: 0, cut: false };
  const [shortest, longest] = LENGTHS[language];
  const banned = forbidden.map((phrase) => phrase.normalize('NFKC').trim().toLowerCase()).filter((phrase) => phrase !== '');
  const seen = new Set<string>();
  let total = 0;

  for (const [document, { sections }] of documents.entries()) {
    let position = 0;
    for (const [section, { paragraphs }] of sections.entries()) {
      let leads = true;
      for (const text of paragraphs.flatMap(splitSentences)) {
        if (total >= MAX_SENTENCES) return { ...material, cut: true };
        total += 1;
        position += 1;
        material.sentenceCounts[document] = position;
        const words = countWords(text);
        const folded = text.normalize('NFKC').toLowerCase();
        if (words < shortest || words > longest || seen.has(folded) || !isQuotable(text)) continue;
        seen.add(folded);
        if (findGarbled(text, language) !== null) material.garbled += 1;
        else if (detectLanguage(text) !== language) material.otherLanguage += 1;
        else if (!banned.some((phrase) => folded.includes(phrase)) && findPlaceholders(text).length === 0) {
          material.candidates.push({ text, words, document, section, position, leads });
          leads = false;
        }
      }
    }
  }
  return material;
}
