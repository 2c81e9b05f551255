/** One heading of a source (one item of a feed) and its plain text. `location` and `publishedAt` where they differ from the document's. */
export interface SourceSection {
  heading: string | null;
  location: string | null;
  publishedAt: string | null;
  paragraphs: string[];
}

/** A source, read and cleaned. `location` is a URL, or a path as the editor knows it, or null for notes. Survives JSON. */
export interface SourceDocument {
  title: string;
  location: string | null;
  publishedAt: string | null;
  keywords: string[];
  sections: SourceSection[];
}

/** `YYYY-MM-DD` of whatever date form a source uses, null when it is none. */
export function isoDay(date: string | null | undefined): string | null {
  if (!date) return null;
  const written = /^\d{4}-\d{2}-\d{2}/.exec(date)?.[0];
  if (written !== undefined) return Number.isNaN(Date.parse(written)) ? null : written;
  const time = Date.parse(date);
  return Number.isNaN(time) ? null : new Date(time).toISOString().slice(0, 10);
}
