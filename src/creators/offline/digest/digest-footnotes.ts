import { escapeMarkdown } from '../../../core/text/markdown-text.ts';
import type { QuotedSource } from '../../creator.ts';
import type { SourceDocument, SourceSection } from '../source-document.ts';
import type { DigestWording } from './digest-wording.ts';
import type { Place } from './quotable-units.ts';

/** One footnote per section of a source, shared by its passages. Numbered by first use. */
export class Footnotes {
  readonly sources: QuotedSource[] = [];
  private readonly ids = new Map<string, string>();
  private readonly lines: string[] = [];

  constructor(
    private readonly documents: readonly SourceDocument[],
    private readonly wording: DigestWording,
  ) {}

  idOf({ document, section }: Pick<Place, 'document' | 'section'>): string {
    const key = `${document}/${section}`;
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    const id = String(this.ids.size + 1);
    this.ids.set(key, id);
    this.add(id, this.documents[document], this.documents[document]?.sections[section]);
    return id;
  }

  definitions(): string {
    return this.lines.join('\n');
  }

  private add(id: string, document: SourceDocument | undefined, section: SourceSection | undefined): void {
    const heading = section?.heading ?? null;
    const title = document?.title || this.wording.notes;
    const location = section?.location ?? document?.location ?? null;
    const publishedAt = dateOf(document, section);
    this.sources.push({
      id,
      title: heading === null ? title : `${title} — ${heading}`,
      location: location ?? this.wording.notes,
      publishedAt,
    });
    this.lines.push(`[^${id}]: ${describeSource(document, location, heading, publishedAt, this.wording)}`);
  }
}

/** Title, heading, place and date of a source as Markdown. */
export function describeSource(
  document: SourceDocument | undefined,
  location: string | null,
  heading: string | null,
  publishedAt: string | null,
  wording: DigestWording,
): string {
  const title = document?.title || wording.notes;
  const isWeb = location !== null && /^https?:\/\//i.test(location);
  const where = [
    isWeb ? `[${escapeMarkdown(title)}](<${encodeURI(decodeSafely(location))}>)` : escapeMarkdown(title),
    heading === null ? null : escapeMarkdown(wording.place(heading)),
    isWeb ? null : location === null ? (document?.title ? wording.notes : null) : `\`${location.replaceAll('`', '')}\``,
    publishedAt,
  ];
  return where.filter((part) => part !== null).join(wording.separator);
}

export function dateOf(document: SourceDocument | undefined, section: SourceSection | undefined): string | null {
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
