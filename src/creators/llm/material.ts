import type { QuotedSource } from '../creator.ts';
import type { SourceDocument } from '../offline/source-document.ts';

/** A source as a prompt shows it. `id` is its footnote. */
export interface PromptSource {
  id: string;
  title: string;
  text: string;
}

/** Characters of all sources in a prompt: about 8,000 tokens of English, 20,000 of Chinese. */
const MAX_CHARACTERS = 24_000;

/** The sources in equal shares. A mark that would end a source is broken up. */
export function toPromptSources(documents: readonly SourceDocument[]): PromptSource[] {
  const share = Math.floor(MAX_CHARACTERS / Math.max(1, documents.length));
  return documents.map(({ title, sections }, i) => {
    const parts = sections.flatMap(({ heading, paragraphs }) => [...(heading === null ? [] : [`# ${heading}`]), ...paragraphs]);
    return { id: `s${i + 1}`, title: harmless(title), text: harmless(parts.join('\n').slice(0, share)) };
  });
}

function harmless(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/<(\/?)source/gi, '‹$1source')
    .replaceAll('"', '”');
}

/** The cited sources, and the body with their footnotes at its end. A footnote of no source is removed. */
export function withFootnotes(body: string, documents: readonly SourceDocument[]): { body: string; sources: QuotedSource[] } {
  const known = new Map(
    documents.map(({ title, location, publishedAt }, i) => [
      `s${i + 1}`,
      { id: `s${i + 1}`, title, location: location ?? '', publishedAt },
    ]),
  );
  const cited = new Set<string>();
  const kept = body
    .replaceAll(/^\[\^[\w-]{1,20}\]:.*$/gm, '')
    .replaceAll(/\[\^([\w-]{1,20})\]/g, (mark, id: string) => {
      if (!known.has(id)) return '';
      cited.add(id);
      return mark;
    })
    .trim();
  const sources = [...known.values()].filter(({ id }) => cited.has(id));
  const notes = sources.map(({ id, title, location }) => `[^${id}]: ${[title, location].filter((part) => part !== '').join('. ')}`);
  return { body: [kept, ...(notes.length > 0 ? [notes.join('\n')] : [])].join('\n\n'), sources };
}
