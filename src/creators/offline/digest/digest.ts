import { escapeMarkdown, markdownToText } from '../../../core/text/markdown-text.ts';
import { countWords } from '../../../core/text/word-count.ts';
import type { CreationLanguage, QuotedSource } from '../../creator.ts';
import type { SourceDocument } from '../source-document.ts';
import { dateOf, describeSource, Footnotes } from './digest-footnotes.ts';
import { bySource, groupPassages, paragraphsOf } from './digest-groups.ts';
import { DIGEST_WORDING, type DigestFacts } from './digest-wording.ts';
import type { Facet } from './facets.ts';
import { holds, type Passage, textOf } from './passages.ts';

export interface DigestInput {
  language: CreationLanguage;
  topic: string | null;
  documents: readonly SourceDocument[];
  /** Best first. */
  passages: readonly Passage[];
  /** Passages that contradict each other; each is within one of `passages`. */
  disagreements: readonly (readonly [Passage, Passage])[];
  asked: readonly Facet[];
  phrases: readonly string[];
  /** Per document. */
  sentenceCounts: readonly number[];
  /** Words of the topic that no passage mentions. */
  unmentioned: readonly string[];
}

export interface Digest {
  title: string;
  summary: string;
  bodyMarkdown: string;
  /** The paragraphs that are not quotations. */
  boilerplate: string[];
  sources: QuotedSource[];
  newest: string | null;
}

/**
 * Formats passages as a Markdown article: a lead with the passage closest to the topic and what is left open, a heading per
 * question, contradictions side by side, the sources with their dates, and a footnote for each passage.
 */
export function composeDigest(input: DigestInput): Digest {
  const { language, documents } = input;
  const wording = DIGEST_WORDING[language];
  const notes = new Footnotes(documents, wording);
  const text = (passages: readonly Passage[]): string =>
    passages.map((passage) => `${escapeMarkdown(textOf(passage, documents))}[^${notes.idOf(passage)}]`).join(wording.gap);

  const disagreements = input.disagreements.map((pair) => pair.map((part) => input.passages.find((whole) => holds(whole, part)) ?? part));
  const disagreeing = new Set(disagreements.flat());
  const others = input.passages.filter((passage) => !disagreeing.has(passage));
  const closest = closestOf(input, others);
  const facts = factsOf(input);
  const own: string[] = [];
  const say = (line: string): string => {
    own.push(markdownToText(line));
    return line;
  };

  const parts = [say(wording.lead(facts))];
  if (closest !== undefined) parts.push(`> ${text([closest])}`);
  const open = wording.leftOpen(facts);
  if (open !== null) parts.push(say(open));
  for (const group of groupPassages(
    others.filter((passage) => passage !== closest),
    input.asked,
    documents,
  )) {
    const heading = group.heading ?? (group.facet === null ? wording.rest : wording.facets[group.facet]);
    parts.push(`## ${escapeMarkdown(heading)}`, ...paragraphsOf(group.passages).map(text));
  }
  if (disagreements.length > 0) {
    parts.push(`## ${wording.disagree}`, say(wording.disagreeing(disagreements.length)));
    parts.push(
      ...disagreements.map((pair) =>
        pair
          .toSorted(bySource)
          .map((passage) => `- ${text([passage])}`)
          .join('\n'),
      ),
    );
  }
  parts.push(
    `## ${wording.sources}`,
    sourceList(input)
      .map((line) => `- ${say(line)}`)
      .join('\n'),
  );
  parts.push('---', `*${escapeMarkdown(say(wording.closing))}*`, notes.definitions());
  return {
    title: wording.title(facts),
    summary: wording.summary(facts),
    bodyMarkdown: `${parts.join('\n\n')}\n`,
    boilerplate: own,
    sources: notes.sources,
    newest: facts.to,
  };
}

/** In words. "Output fell by 12 percent." is an answer, and as a lead leaves the reader to ask whose. */
const SHORT_LEAD: Readonly<Record<CreationLanguage, number>> = { en: 8, zh: 15 };
const SHORT_LEAD_COST = 0.2;

/** The passage that gives most clearly what the topic asks for, the best of equals; without one the best of all. */
function closestOf({ language, documents }: DigestInput, passages: readonly Passage[]): Passage | undefined {
  const worth = (passage: Passage): number =>
    (passage.answer?.clarity ?? 0) - (countWords(textOf(passage, documents)) < SHORT_LEAD[language] ? SHORT_LEAD_COST : 0);
  return passages.toSorted((a, b) => worth(b) - worth(a)).at(0);
}

function factsOf({
  language,
  topic,
  documents,
  passages,
  asked,
  phrases,
  sentenceCounts,
  unmentioned,
  disagreements,
}: DigestInput): DigestFacts {
  const quoted = quotedDocuments(passages);
  const dates = passages
    .flatMap(({ document, section }) => dateOf(documents[document], documents[document]?.sections[section]) ?? [])
    .sort();
  const onlySource = quoted.length === 1 ? documents[quoted[0] ?? 0]?.title || null : null;
  const themes = onlySource !== null || phrases.length === 0 ? null : DIGEST_WORDING[language].join(phrases.slice(0, 2));
  const answering = asked.map((facet) => ({
    facet,
    sources: quotedDocuments(passages.filter(({ facets }) => facets.includes(facet))).length,
  }));
  return {
    subject: topic ?? themes,
    isTopic: topic !== null,
    sentences: passages.reduce((sum, { from, to }) => sum + to - from + 1, 0),
    sources: quoted.length,
    onlySource,
    sentencesRead: quoted.reduce((sum, document) => sum + (sentenceCounts[document] ?? 0), 0),
    from: dates.at(0) ?? null,
    to: dates.at(-1) ?? null,
    phrases: [...phrases],
    answering,
    silent: documents.flatMap(({ title }, document) => (quoted.includes(document) || title === '' ? [] : [title])),
    unmentioned: [...unmentioned],
    open: passages.filter(({ facets }) => facets.includes('open')).length,
    disagreements: disagreements.length,
  };
}

/** One line per quoted source: title, place, date, and how many of its sentences are quoted. */
function sourceList({ language, documents, passages, sentenceCounts }: DigestInput): string[] {
  const wording = DIGEST_WORDING[language];
  return quotedDocuments(passages).map((index) => {
    const document = documents[index];
    const quoted = passages.filter((passage) => passage.document === index).reduce((sum, { from, to }) => sum + to - from + 1, 0);
    const described = describeSource(document, document?.location ?? null, null, document?.publishedAt ?? null, wording);
    return `${described}${wording.separator}${wording.share(quoted, sentenceCounts[index] ?? 0)}`;
  });
}

function quotedDocuments(passages: readonly Passage[]): number[] {
  return [...new Set(passages.map(({ document }) => document))].sort((a, b) => a - b);
}
