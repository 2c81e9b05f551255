import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import { CreationError } from '../creation-error.ts';
import type { Source } from '../creator.ts';
import { OfflineCreatorConfig } from './offline-creator.ts';
import { isOnDisk, nothingToRead } from './source-loader.ts';
import { locateFiles, READABLE, TABLES } from './source-files.ts';

/** Why a source cannot be used. `member` is the member to change. */
export interface UnusableSource {
  source: number;
  member: 'location' | 'text' | 'api';
  code: 'outside_roots' | 'nothing_to_read' | 'not_an_address' | 'empty' | 'mapping_missing' | 'mapping_unused';
  detail: string;
}

/** Finds sources that can never be read, before an account with them is stored. Makes no network request. */
@Injectable()
export class SourcePolicy {
  constructor(private readonly config: OfflineCreatorConfig) {}

  async findUnusable(sources: readonly Source[]): Promise<UnusableSource[]> {
    const found = await Promise.all(sources.map(async (source, index) => ({ source: index, problem: await this.problemOf(source) })));
    return found.flatMap(({ source, problem }) => (problem === null ? [] : [{ source, ...problem }]));
  }

  private async problemOf(source: Source): Promise<Omit<UnusableSource, 'source'> | null> {
    const { type, location = '', text = '', api } = source;
    if (type === 'api' && api === undefined)
      return { member: 'api', code: 'mapping_missing', detail: 'is required for the type "api": name at least the path of the title' };
    if (type !== 'api' && api !== undefined)
      return { member: 'api', code: 'mapping_unused', detail: 'is for sources of the type "api" only: leave it out, or change the type' };
    if (type === 'notes')
      return text.trim() === '' ? { member: 'text', code: 'empty', detail: 'has no words: write the notes here' } : null;
    if (type === 'data' && location === '' && text.trim() !== '') return null;
    if (isOnDisk(source)) return this.problemOfFile(location, type === 'data' ? TABLES : READABLE);
    if (/^https?:\/\//i.test(location) && URL.canParse(location)) return null;
    return { member: 'location', code: 'not_an_address', detail: `must be an http or https address, or the type must be "file" or "data"` };
  }

  private async problemOfFile(location: string, extensions: ReadonlySet<string>): Promise<Omit<UnusableSource, 'source'> | null> {
    try {
      const [file] = await locateFiles(location, this.config.sourceRoots, extensions);
      if (file !== undefined && (await isReadable(file.path))) return null;
      return { member: 'location', code: 'nothing_to_read', detail: nothingToRead(location, extensions) };
    } catch (error) {
      if (!(error instanceof CreationError)) throw error;
      return { member: 'location', code: 'outside_roots', detail: error.message };
    }
  }
}

async function isReadable(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}
