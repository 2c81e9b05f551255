import { basename, extname } from 'node:path';
import { readMarkdown, type TextSection } from '../../core/text/markdown-text.ts';
import { CreationError } from '../creation-error.ts';
import type { Source } from '../creator.ts';
import { readFeed } from './feed-reader.ts';
import { readHtml } from './html-text.ts';
import { isoDay, type SourceDocument, type SourceSection } from './source-document.ts';
import type { SourceFetcher } from './source-fetcher.ts';
import { locateFiles, readTextFile, type SourceFile } from './source-files.ts';

/** All sources of one request together, in characters (bytes for files): reading and ranking them stays near a second. */
const MAX_MATERIAL = 2_000_000;

export interface LoadedSources {
  documents: SourceDocument[];
  warnings: string[];
}

interface Material {
  text: string;
  name: string;
  location: string | null;
}

export interface SourceAccess {
  fetcher: SourceFetcher;
  roots: readonly string[];
  signal: AbortSignal;
}

/**
 * Reads and cleans every source. One that cannot be read becomes a warning, unless it is the last hope: when nothing
 * was readable the first error is thrown. A path outside the roots is refused whatever else there is.
 */
export async function loadSources(sources: readonly Source[], access: SourceAccess): Promise<LoadedSources> {
  const files = await Promise.all(sources.map(async (source) => (isOnDisk(source) ? locateFiles(source.location, access.roots) : [])));
  const loaded: LoadedSources = { documents: [], warnings: [] };
  let left = MAX_MATERIAL;
  let firstError: CreationError | null = null;

  for (const [index, source] of sources.entries()) {
    try {
      for await (const material of readSource(source, files[index] ?? [], access, () => left)) {
        const text = material.text.slice(0, left);
        if (text.length < material.text.length)
          loaded.warnings.push(`"${material.name}" was cut: ${MAX_MATERIAL} characters are read in all.`);
        left -= text.length;
        if (text !== '') loaded.documents.push(await toDocument({ ...material, text }, source));
      }
    } catch (error) {
      access.signal.throwIfAborted();
      const failure = asCreationError(error, source);
      firstError ??= failure;
      loaded.warnings.push(failure.message);
    }
  }
  if (loaded.documents.length === 0 && firstError !== null) throw firstError;
  return loaded;
}

function isOnDisk(source: Source): source is Source & { location: string } {
  const { type, location = '' } = source;
  return (type === 'file' || type === 'rss') && location.trim() !== '' && !/^https?:\/\//i.test(location);
}

async function* readSource(
  source: Source,
  files: readonly SourceFile[],
  access: SourceAccess,
  left: () => number,
): AsyncGenerator<Material> {
  const { type, name, location } = source;
  if (type === 'notes') {
    yield { text: source.text ?? '', name: name ?? '', location: null };
  } else if (isOnDisk(source)) {
    if (files.length === 0) throw new CreationError('invalid_input', `There is no .md, .txt or .xml file at "${source.location}".`);
    for (const file of files) {
      access.signal.throwIfAborted();
      const text = await readTextFile(file, left() + 1);
      yield { text, name: basename(file.shown, extname(file.shown)), location: file.shown };
    }
  } else if (location !== undefined && /^https?:\/\//i.test(location)) {
    yield { text: await access.fetcher.fetchText(location, access.signal), name: name ?? location, location };
  } else {
    throw new CreationError('invalid_input', `The ${type} source "${name ?? location ?? ''}" needs an http or https address.`);
  }
}

async function toDocument(material: Material, source: Source): Promise<SourceDocument> {
  const { text, name, location } = material;
  const common = { location, keywords: source.keywords ?? [] };
  const head = text.slice(0, 2000).trimStart();
  if (source.type === 'rss' || /^(?:<\?xml|<rss[\s>]|<feed[\s>]|<rdf:RDF)/i.test(head)) {
    const feed = await readFeed(text, name);
    return { ...common, title: source.name ?? feed.title ?? name, publishedAt: feed.publishedAt, sections: feed.items };
  }
  if (/^<(?:!doctype html|html|head|body)/i.test(head)) {
    const page = readHtml(text);
    return { ...common, title: source.name ?? page.title ?? name, publishedAt: null, sections: page.sections.map(plainSection) };
  }
  const { title, date, sections } = readMarkdown(text);
  return { ...common, title: title ?? source.name ?? name, publishedAt: isoDay(date), sections: sections.map(plainSection) };
}

function plainSection({ heading, paragraphs }: TextSection): SourceSection {
  return { heading, location: null, publishedAt: null, paragraphs };
}

function asCreationError(error: unknown, source: Source): CreationError {
  if (error instanceof CreationError) return error;
  const what = source.name ?? source.location ?? source.type;
  return new CreationError(
    'transient',
    `The source "${what}" could not be read: ${error instanceof Error ? error.message : String(error)}`,
    { cause: error },
  );
}
