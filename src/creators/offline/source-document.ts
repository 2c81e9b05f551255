/**
 * One heading of a source (or one item of a feed) and its plain text. `location` and `publishedAt` are set where they
 * differ from the document's.
 */
export interface SourceSection {
  heading: string | null;
  location: string | null;
  publishedAt: string | null;
  paragraphs: string[];
}

/** A source as cleaned text. `location` is a URL, a path relative to its root, or null for notes. The object is JSON. */
export interface SourceDocument {
  title: string;
  location: string | null;
  publishedAt: string | null;
  keywords: string[];
  sections: SourceSection[];
}

/** Converts any date form of a source to `YYYY-MM-DD`; null when it is not a date. */
export function isoDay(date: string | null | undefined): string | null {
  if (!date) return null;
  const written = /^\d{4}-\d{2}-\d{2}/.exec(date)?.[0];
  if (written !== undefined) return Number.isNaN(Date.parse(written)) ? null : written;
  const time = Date.parse(date);
  return Number.isNaN(time) ? null : new Date(time).toISOString().slice(0, 10);
}
