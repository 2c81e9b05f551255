import { createHash } from 'node:crypto';
import { basename, extname } from 'node:path';
import { CreationError } from '../../creation-error.ts';
import type { Source } from '../../creator.ts';
import { isoDay } from '../source-document.ts';
import { locateFiles, readTextFile, TABLES } from '../source-files.ts';
import { isOnDisk, nothingToRead, type SourceAccess } from '../source-loader.ts';
import { dataFault } from './data-fault.ts';

/** The text of a data source, and where it came from. The object is JSON. */
export interface LoadedData {
  name: string;
  /** A URL, or a path relative to its root; null for rows in the account itself. */
  location: string | null;
  text: string;
  /** SHA-256 of the decoded text. */
  sha256: string;
  /** When the file or the resource was changed; null when that is unknown. */
  modifiedAt: string | null;
  readAt: string;
}

/** A figure of a cut file would be wrong, so a larger source is rejected. */
const MAX_BYTES = 2_000_000;

/** The source to read: the only one, or the one that the option `data` names. */
export function chooseDataSource(sources: readonly Source[], wanted: string | undefined): Source {
  const all = sources.filter(({ type }) => type === 'data');
  const labels = all.map((source) => `"${labelOf(source)}"`).join(', ');
  if (all.length === 0) {
    throw dataFault('data_source_missing', 'A data article needs a source of the type "data": add one to the sources of the account.');
  }
  const found = wanted === undefined ? all : all.filter((source) => source.name === wanted || source.location === wanted);
  const [only] = found;
  if (only === undefined) {
    throw dataFault(
      'data_source_missing',
      `The option "data" names "${wanted?.slice(0, 100)}"; the data sources of the account are ${labels}.`,
    );
  }
  if (found.length > 1) {
    throw dataFault('data_source_ambiguous', `The account has ${found.length} data sources: ${labels}. Name one in the option "data".`);
  }
  return only;
}

/** Reads a whole data source. */
export async function loadData(source: Source, access: SourceAccess): Promise<LoadedData> {
  const { text, location, modifiedAt, cut } = await readSource(source, access);
  const name = source.name ?? (location === null ? labelOf(source) : basename(location, extname(location)));
  if (cut) throw dataFault('data_too_large', `"${name}" has more than ${MAX_BYTES} bytes: give only the rows of the article.`);
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { name, location, text, sha256, modifiedAt, readAt: new Date().toISOString() };
}

type ReadData = Pick<LoadedData, 'text' | 'location' | 'modifiedAt'> & { cut: boolean };

async function readSource(source: Source, { fetcher, roots, signal }: SourceAccess): Promise<ReadData> {
  const { location, text = '' } = source;
  if (location === undefined || location.trim() === '') return { text, location: null, modifiedAt: null, cut: false };
  if (isOnDisk(source)) {
    const [file, another] = await locateFiles(location, roots, TABLES);
    if (file === undefined) throw new CreationError('invalid_input', nothingToRead(location, TABLES), { reason: 'data_unreadable' });
    if (another !== undefined)
      throw dataFault('data_source_ambiguous', `"${location}" is a folder with several data files: name one of them.`);
    return { ...(await readTextFile(file, MAX_BYTES)), location: file.shown };
  }
  const fetched = await fetcher.fetchText(location, MAX_BYTES, signal);
  const time = Date.parse(fetched.lastModified ?? '');
  return { text: fetched.text, cut: fetched.cut, location, modifiedAt: Number.isNaN(time) ? null : new Date(time).toISOString() };
}

/** The day on which the data were changed. */
export function dayOf({ modifiedAt }: LoadedData): string | null {
  return isoDay(modifiedAt);
}

function labelOf({ name, location }: Source): string {
  return name ?? location ?? 'data';
}
