import { Injectable } from '@nestjs/common';
import { CreationError } from '../creation-error.ts';
import type { Source } from '../creator.ts';
import { OfflineCreatorConfig } from './offline-creator.ts';
import { loadData } from './data-article/data-source.ts';
import { isoDay, type SourceDocument } from './source-document.ts';
import { SourceFetcher } from './source-fetcher.ts';
import { type LoadedSources, loadSources, type SourceAccess } from './source-loader.ts';

/** What a creator would get from a source. */
export interface CheckedSource {
  readonly documents: SourceDocument[];
  readonly warnings: string[];
}

/** Reads the sources of an account for parts that are no creators. */
@Injectable()
export class SourceReader {
  constructor(
    private readonly fetcher: SourceFetcher,
    private readonly config: OfflineCreatorConfig,
  ) {}

  /** @throws {CreationError} when no source could be read. */
  read(sources: readonly Source[], signal: AbortSignal): Promise<LoadedSources> {
    return loadSources(sources, this.access(signal));
  }

  /** Reads one source, rows of a data source too. @throws {CreationError} when it cannot be read, or has nothing to read */
  async check(source: Source, signal: AbortSignal): Promise<CheckedSource> {
    if (source.type === 'data') {
      const { name: title, location, modifiedAt, text } = await loadData(source, this.access(signal));
      const sections = [{ heading: null, location: null, publishedAt: null, paragraphs: [text] }];
      return { documents: [{ title, location, publishedAt: isoDay(modifiedAt), keywords: [], sections }], warnings: [] };
    }
    const { documents, unread, warnings } = await this.read([source], signal);
    if (unread[0] !== undefined) throw new CreationError('invalid_input', unread[0].detail);
    return { documents, warnings };
  }

  private access(signal: AbortSignal): SourceAccess {
    return { fetcher: this.fetcher, roots: this.config.sourceRoots, signal };
  }
}
