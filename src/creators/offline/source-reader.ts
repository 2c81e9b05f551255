import { Injectable } from '@nestjs/common';
import type { Source } from '../creator.ts';
import { OfflineCreatorConfig } from './offline-creator.ts';
import { SourceFetcher } from './source-fetcher.ts';
import { type LoadedSources, loadSources } from './source-loader.ts';

/** Reads the sources of an account for parts that are no creators. */
@Injectable()
export class SourceReader {
  constructor(
    private readonly fetcher: SourceFetcher,
    private readonly config: OfflineCreatorConfig,
  ) {}

  /** @throws {CreationError} when no source could be read. */
  read(sources: readonly Source[], signal: AbortSignal): Promise<LoadedSources> {
    return loadSources(sources, { fetcher: this.fetcher, roots: this.config.sourceRoots, signal });
  }
}
