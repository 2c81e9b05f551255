import type { SourceDocument } from '../source-document.ts';
import type { Facet } from './facets.ts';
import type { Passage } from './passages.ts';

/** Passages under one heading: a facet with a fixed label, a heading of a source, or null for the rest. */
export interface PassageGroup {
  facet: Facet | null;
  heading: string | null;
  /** In the order of the sources. */
  passages: Passage[];
}

/** The order in which a passage that gives several things is placed, when the topic does not decide. */
const PRECEDENCE: readonly Facet[] = ['cost', 'reason', 'effect', 'way', 'time', 'amount', 'people', 'place'];
/** Most sentences have a year, a name or a place. Beside the answers to a question these are no heading. */
const SELDOM_ASKED: ReadonlySet<Facet> = new Set(['time', 'people', 'place']);
/** A single passage has no heading of its own, unless it answers the question or names an open one. */
const LEAST = 2;

/**
 * Groups passages by question: what the topic asks for first, then by what they give. Of one source without a question,
 * its own headings are the groups. Passages alone in their group come last.
 */
export function groupPassages(passages: readonly Passage[], asked: readonly Facet[], documents: readonly SourceDocument[]): PassageGroup[] {
  const rest = [...passages];
  const take = (belongs: (passage: Passage) => boolean): Passage[] => {
    const taken = rest.filter(belongs);
    for (const each of taken) rest.splice(rest.indexOf(each), 1);
    return taken.sort(bySource);
  };
  const open = take(({ facets, answer }) => facets.includes('open') && answer === null);
  const placed = placeAnswers(rest, asked);
  const groups: PassageGroup[] = asked.map((facet) => ({
    facet,
    heading: null,
    passages: take((passage) => placed.get(passage) === facet),
  }));

  if (rest.length > 0 && isOneDocument(passages)) {
    const headings = [...new Set(rest.map(headingOf(documents)))].filter((heading) => heading !== null);
    for (const heading of headings) {
      groups.push({ facet: null, heading, passages: take((passage) => headingOf(documents)(passage) === heading) });
    }
  } else {
    const firstFacet = ({ facets }: Passage): Facet | undefined => PRECEDENCE.find((facet) => facets.includes(facet));
    for (const facet of PRECEDENCE) {
      if (asked.length > 0 && SELDOM_ASKED.has(facet)) continue;
      if (rest.filter((passage) => firstFacet(passage) === facet).length < LEAST) continue;
      groups.push({ facet, heading: null, passages: take((passage) => firstFacet(passage) === facet) });
    }
  }
  groups.push({ facet: null, heading: null, passages: take(() => true) }, { facet: 'open', heading: null, passages: open });
  return groups.filter((group) => group.passages.length > 0);
}

/** A passage that gives several things is placed where the fewest are, so that each thing asked for has its passages. */
function placeAnswers(passages: readonly Passage[], asked: readonly Facet[]): Map<Passage, Facet> {
  const placed = new Map<Passage, Facet>();
  const count = (facet: Facet): number => [...placed.values()].filter((each) => each === facet).length;
  const givenBy = ({ facets }: Passage): Facet[] => asked.filter((facet) => facets.includes(facet));
  for (const passage of passages.toSorted((a, b) => givenBy(a).length - givenBy(b).length)) {
    const facet = givenBy(passage)
      .sort((a, b) => count(a) - count(b))
      .at(0);
    if (facet !== undefined) placed.set(passage, facet);
  }
  return placed;
}

/** Passages of the same section form a paragraph. */
export function paragraphsOf(passages: readonly Passage[]): Passage[][] {
  const paragraphs: Passage[][] = [];
  for (const passage of passages) {
    const last = paragraphs.at(-1)?.at(-1);
    if (last?.document === passage.document && last.section === passage.section) paragraphs.at(-1)?.push(passage);
    else paragraphs.push([passage]);
  }
  return paragraphs;
}

export function bySource(a: Passage, b: Passage): number {
  return a.document - b.document || a.position - b.position;
}

function isOneDocument(passages: readonly Passage[]): boolean {
  return new Set(passages.map(({ document }) => document)).size === 1;
}

function headingOf(documents: readonly SourceDocument[]): (passage: Passage) => string | null {
  return ({ document, section }) => documents[document]?.sections[section]?.heading ?? null;
}
