import { splitSentences } from '../../../core/text/sentences.ts';
import type { SourceDocument } from '../source-document.ts';
import type { Facet } from './facets.ts';
import { cutPassage, type Place, startsOf } from './quotable-units.ts';

/** A quoted place of a source. */
export interface Passage extends Place {
  /** Index of its first sentence among all sentences of the document. */
  position: number;
  facets: Facet[];
  /** What the topic asks for and the passage gives most clearly (0–1); null when it gives none of it. */
  answer: { facet: Facet; clarity: number } | null;
}

/** One key per sentence of a place. */
export function sentenceKeys({ document, section, paragraph, from, to }: Place): string[] {
  return Array.from({ length: to - from + 1 }, (_, at) => `${document}/${section}/${paragraph}/${from + at}`);
}

/** The text of a passage, as it stands in its source. */
export function textOf({ document, section, paragraph, from, to }: Place, documents: readonly SourceDocument[]): string {
  const paragraphs = documents[document]?.sections[section]?.paragraphs ?? [];
  const text = paragraphs[paragraph] ?? '';
  const known = starts.get(paragraphs) ?? new Map<number, number[]>();
  starts.set(paragraphs, known);
  const of = known.get(paragraph) ?? startsOf(text, splitSentences(text));
  known.set(paragraph, of);
  return cutPassage(text, of, from, to);
}

/** The starts of the sentences per paragraph of a section. Splitting a paragraph of 2 MB takes 0.3 s. */
const starts = new WeakMap<string[], Map<number, number[]>>();

/** Joins passages of a paragraph that overlap or follow each other. A joined passage keeps the rank of its best part. */
export function joinPassages(passages: readonly Passage[]): Passage[] {
  let joined: Passage[] = [];
  for (const passage of passages) {
    const touching = joined.filter((each) => touches(each, passage));
    const [first] = touching;
    if (first === undefined) {
      joined.push(passage);
      continue;
    }
    const all = [...touching, passage];
    const earliest = all.reduce((least, each) => (each.from < least.from ? each : least));
    const union: Passage = {
      ...first,
      from: earliest.from,
      position: earliest.position,
      to: Math.max(...all.map(({ to }) => to)),
      facets: [...new Set(all.flatMap(({ facets }) => facets))],
      answer: all.reduce<Passage['answer']>((best, { answer }) => ((answer?.clarity ?? 0) > (best?.clarity ?? 0) ? answer : best), null),
    };
    joined = joined.flatMap((each) => (each === first ? [union] : touching.includes(each) ? [] : [each]));
  }
  return joined;
}

export function holds(outer: Place, inner: Place): boolean {
  return isSameParagraph(outer, inner) && outer.from <= inner.from && inner.to <= outer.to;
}

function touches(a: Place, b: Place): boolean {
  return isSameParagraph(a, b) && a.from <= b.to + 1 && b.from <= a.to + 1;
}

function isSameParagraph(a: Place, b: Place): boolean {
  return a.document === b.document && a.section === b.section && a.paragraph === b.paragraph;
}
