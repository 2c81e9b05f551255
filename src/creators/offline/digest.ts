import { escapeMarkdown, markdownToText } from '../../core/text/markdown-text.ts';
import type { CreationLanguage, QuotedSource } from '../creator.ts';
import { DIGEST_WORDING, type DigestFacts } from './digest-wording.ts';
import type { SourceDocument, SourceSection } from './source-document.ts';

/** A quoted sentence. The numbers are the indexes of its document and section. */
export interface DigestPoint {
  text: string;
  document: number;
  section: number;
}

export interface DigestInput {
  language: CreationLanguage;
  topic: string | null;
  documents: readonly SourceDocument[];
  /** In the order of the sources. */
  points: readonly DigestPoint[];
  phrases: readonly string[];
  /** Per document. */
  sentenceCounts: readonly number[];
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

/** Formats quoted sentences as Markdown: an introduction with counts and dates, a heading per source, a footnote per sentence. */
export function composeDigest(input: DigestInput): Digest {
  const wording = DIGEST_WORDING[input.language];
  const facts = factsOf(input);
  const notes = new Footnotes(input);
  const introduction = wording.introduction({ ...facts, subject: facts.subject === null ? null : escapeMarkdown(facts.subject) });
  const parts = [introduction];
  const quoted = [...new Set(input.points.map(({ document }) => document))];
  for (const document of quoted) {
    const points = input.points.filter((point) => point.document === document);
    parts.push(...setDocument(input.documents[document]?.title ?? '', points, quoted.length === 1, input, notes));
  }
  parts.push('---', `*${escapeMarkdown(wording.closing)}*`, notes.definitions());
  return {
    title: wording.title(facts),
    summary: wording.summary(facts),
    bodyMarkdown: `${parts.join('\n\n')}\n`,
    boilerplate: [markdownToText(introduction), wording.closing],
    sources: notes.sources,
    newest: facts.to,
  };
}

function factsOf({ language, topic, documents, points, phrases, sentenceCounts }: DigestInput): DigestFacts {
  const quoted = [...new Set(points.map(({ document }) => document))];
  const dates = points.flatMap(({ document, section }) => dateOf(documents[document], documents[document]?.sections[section]) ?? []).sort();
  const onlySource = quoted.length === 1 ? documents[quoted[0] ?? 0]?.title || null : null;
  const themes = onlySource !== null || phrases.length === 0 ? null : DIGEST_WORDING[language].join(phrases.slice(0, 2));
  return {
    subject: topic ?? themes,
    points: points.length,
    sources: quoted.length,
    onlySource,
    sentencesRead: quoted.reduce((sum, document) => sum + (sentenceCounts[document] ?? 0), 0),
    from: dates.at(0) ?? null,
    to: dates.at(-1) ?? null,
    phrases: [...phrases],
  };
}

/** Uses sub-headings only for four or more sentences, and at least one and a half per heading on average. */
function setDocument(
  title: string,
  points: readonly DigestPoint[],
  alone: boolean,
  { documents }: DigestInput,
  notes: Footnotes,
): string[] {
  const sections = [...new Set(points.map(({ section }) => section))];
  const item = (point: DigestPoint): string => `- ${escapeMarkdown(point.text)}[^${notes.idOf(point)}]`;
  const list = (of: readonly DigestPoint[]): string => of.map(item).join('\n');
  const grouped = points.length >= 4 && points.length / sections.length >= 1.5;
  if (!grouped) return [`## ${escapeMarkdown(title)}`, list(points)];
  const marks = alone ? '##' : '###';
  const parts = alone ? [] : [`## ${escapeMarkdown(title)}`];
  for (const section of sections) {
    const heading = documents[points[0]?.document ?? 0]?.sections[section]?.heading ?? (alone ? title : null);
    if (heading !== null) parts.push(`${marks} ${escapeMarkdown(heading)}`);
    parts.push(list(points.filter((point) => point.section === section)));
  }
  return parts;
}

/** One footnote per place, shared by the sentences of a heading. Numbered by first use. */
class Footnotes {
  readonly sources: QuotedSource[] = [];
  private readonly ids = new Map<string, string>();
  private readonly lines: string[] = [];

  constructor(private readonly input: DigestInput) {}

  idOf({ document, section }: DigestPoint): string {
    const key = `${document}/${section}`;
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    const id = String(this.ids.size + 1);
    this.ids.set(key, id);
    this.add(id, this.input.documents[document], this.input.documents[document]?.sections[section]);
    return id;
  }

  definitions(): string {
    return this.lines.join('\n');
  }

  private add(id: string, document: SourceDocument | undefined, section: SourceSection | undefined): void {
    const wording = DIGEST_WORDING[this.input.language];
    const title = document?.title || wording.notes;
    const location = section?.location ?? document?.location ?? null;
    const publishedAt = dateOf(document, section);
    const heading = section?.heading ?? null;
    this.sources.push({ id, title: heading === null ? title : `${title} — ${heading}`, location: location ?? wording.notes, publishedAt });

    const isWeb = location !== null && /^https?:\/\//i.test(location);
    const where = [
      isWeb ? `[${escapeMarkdown(title)}](<${encodeURI(decodeSafely(location))}>)` : escapeMarkdown(title),
      heading === null ? null : escapeMarkdown(wording.place(heading)),
      isWeb ? null : location === null ? (document?.title ? wording.notes : null) : `\`${location.replaceAll('`', '')}\``,
      publishedAt,
    ];
    this.lines.push(`[^${id}]: ${where.filter((part) => part !== null).join(wording.separator)}`);
  }
}

function dateOf(document: SourceDocument | undefined, section: SourceSection | undefined): string | null {
  return section?.publishedAt ?? document?.publishedAt ?? null;
}

/** Prevents `%20` from becoming `%2520`. */
function decodeSafely(url: string): string {
  try {
    return decodeURI(url);
  } catch {
    return url;
  }
}
