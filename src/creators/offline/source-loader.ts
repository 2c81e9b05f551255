import { basename, extname } from 'node:path';
import { readMarkdown, type TextSection } from '../../core/text/markdown-text.ts';
import { CreationError } from '../creation-error.ts';
import type { Source } from '../creator.ts';
import { readApi } from './api-source.ts';
import { readFeed } from './feed-reader.ts';
import { readHtml } from './html-text.ts';
import { isoDay, type SourceDocument, type SourceSection } from './source-document.ts';
import type { SourceFetcher } from './source-fetcher.ts';
import { locateFiles, READABLE, readTextFile, type SourceFile } from './source-files.ts';

/** Limit for all sources of a request, in characters: reading and ranking them takes about a second. */
const MAX_MATERIAL = 2_000_000;
/** Bytes of a Chinese character in UTF-8, the most of all common encodings. */
const BYTES_PER_CHARACTER = 3;

const FEED_ROOTS = new Set(['rss', 'feed', 'rdf']);
const HTML_ROOTS = new Set(['html', 'head', 'body']);

/** A source that could not be read. `source` is its index in the request. */
export interface UnreadSource {
  source: number;
  /** A sentence for the editor. */
  detail: string;
}

export interface LoadedSources {
  documents: SourceDocument[];
  unread: UnreadSource[];
  warnings: string[];
}

interface Material {
  text: string;
  name: string;
  location: string | null;
  /** The source is longer than what was read. */
  cut: boolean;
  isHtml: boolean;
}

export interface SourceAccess {
  fetcher: SourceFetcher;
  roots: readonly string[];
  signal: AbortSignal;
}

/**
 * Reads and cleans every source with text. A source that cannot be read is reported as unread; when none could be read, the
 * first error is thrown. A path outside of the roots is always rejected.
 */
export async function loadSources(sources: readonly Source[], access: SourceAccess): Promise<LoadedSources> {
  const files = await Promise.all(
    sources.map(async (source) => (isOnDisk(source) && source.type !== 'data' ? locateFiles(source.location, access.roots) : [])),
  );
  const loaded: LoadedSources = { documents: [], unread: [], warnings: [] };
  let left = MAX_MATERIAL;
  let firstError: CreationError | null = null;

  for (const [index, source] of sources.entries()) {
    if (source.type === 'data') continue;
    let isEmpty = true;
    try {
      for await (const material of readSource(source, files[index] ?? [], access, () => left * BYTES_PER_CHARACTER + 1)) {
        if (material.text.includes('\0')) throw new CreationError('invalid_input', `"${material.name}" is not a text.`);
        if (material.text.trim() === '') continue;
        isEmpty = false;
        const { document, warnings } = toDocument(material, source, left);
        left -= Math.min(material.text.length, left);
        loaded.warnings.push(...warnings);
        loaded.documents.push(document);
      }
      if (isEmpty) loaded.unread.push({ source: index, detail: `The source "${labelOf(source)}" is empty.` });
    } catch (error) {
      access.signal.throwIfAborted();
      const failure = asCreationError(error, source);
      firstError ??= failure;
      loaded.unread.push({ source: index, detail: failure.message });
    }
  }
  if (loaded.documents.length === 0 && firstError !== null) throw firstError;
  return loaded;
}

export function isOnDisk(source: Source): source is Source & { location: string } {
  const { type, location = '' } = source;
  return (type === 'file' || type === 'rss' || type === 'data') && location.trim() !== '' && !/^https?:\/\//i.test(location);
}

async function* readSource(
  source: Source,
  files: readonly SourceFile[],
  access: SourceAccess,
  maxBytes: () => number,
): AsyncGenerator<Material> {
  const { type, name, location } = source;
  if (type === 'notes') {
    yield { text: source.text ?? '', name: name ?? '', location: null, cut: false, isHtml: false };
  } else if (isOnDisk(source)) {
    if (files.length === 0) throw new CreationError('invalid_input', nothingToRead(source.location));
    for (const file of files) {
      access.signal.throwIfAborted();
      const extension = extname(file.shown);
      const read = await readTextFile(file, maxBytes());
      yield { ...read, name: basename(file.shown, extension), location: file.shown, isHtml: /^\.x?html?$/i.test(extension) };
    }
  } else if (location !== undefined && /^https?:\/\//i.test(location)) {
    const { contentType, ...read } = await access.fetcher.fetchText(location, maxBytes(), access.signal, source.api?.headers);
    yield { ...read, name: name ?? location, location, isHtml: /^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(contentType) };
  } else {
    throw new CreationError('invalid_input', `The ${type} source "${name ?? location ?? ''}" needs an http or https address.`);
  }
}

function toDocument(material: Material, source: Source, limit: number): { document: SourceDocument; warnings: string[] } {
  const { name, location, isHtml } = material;
  const common = { location, keywords: source.keywords ?? [] };
  if (source.type === 'api') {
    const { items, publishedAt, warnings } = readApi({
      json: material.text,
      name,
      address: location ?? '',
      mapping: source.api ?? { title: 'title' },
      limit,
      cut: material.cut,
    });
    return { document: { ...common, title: name, publishedAt, sections: items }, warnings };
  }
  const root = rootOf(material.text);
  if (source.type === 'rss' || FEED_ROOTS.has(root)) {
    const address = location !== null && /^https?:/i.test(location) ? location : null;
    const feed = readFeed({ xml: material.text, name, address, limit, cut: material.cut });
    const { title, publishedAt, items, warnings } = feed;
    return { document: { ...common, title: source.name ?? title ?? name, publishedAt, sections: items }, warnings };
  }
  const text = material.text.slice(0, limit);
  const isCut = material.cut || text.length < material.text.length;
  const warnings = isCut ? [`"${name}" was cut: ${MAX_MATERIAL} characters are read in all.`] : [];
  if (isHtml || HTML_ROOTS.has(root)) {
    const page = readHtml(text);
    return {
      document: { ...common, title: source.name ?? page.title ?? name, publishedAt: null, sections: page.sections.map(plainSection) },
      warnings,
    };
  }
  const { title, date, sections } = readMarkdown(text);
  const document = { ...common, title: title ?? source.name ?? name, publishedAt: isoDay(date), sections: sections.map(plainSection) };
  return { document, warnings };
}

/** Name of the first element, in lower case and without prefix; empty when the text is neither XML nor HTML. */
function rootOf(text: string): string {
  const prolog = /^\s*(?:<\?[^>]{0,1000}>\s*|<!--[\s\S]{0,5000}?-->\s*|<!doctype[^>]{0,1000}>\s*){0,10}/i.exec(text)?.[0] ?? '';
  return /^<(?:[\w.-]{1,40}:)?([\w.-]{1,40})/.exec(text.slice(prolog.length))?.[1]?.toLowerCase() ?? '';
}

function plainSection({ heading, paragraphs }: TextSection): SourceSection {
  return { heading, location: null, publishedAt: null, paragraphs };
}

export function nothingToRead(location: string, extensions = READABLE): string {
  const or = extensions === READABLE ? ', or a folder that holds some' : '';
  return `There is no file to read at "${location}": name an existing file that ends in ${[...extensions].join(', ')}${or}.`;
}

function labelOf({ name, location, type }: Source): string {
  return name ?? location ?? type;
}

function asCreationError(error: unknown, source: Source): CreationError {
  if (error instanceof CreationError) return error;
  return new CreationError(
    'transient',
    `The source "${labelOf(source)}" could not be read: ${error instanceof Error ? error.message : String(error)}`,
    { cause: error },
  );
}
