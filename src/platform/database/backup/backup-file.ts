/**
 * A backup is a gzip file of lines: a header, then for each table a line that names its columns, its rows in PostgreSQL's
 * COPY text format and the line `\.`, then a footer. COPY escapes line ends in values, so no row takes two lines.
 */
export interface BackupHeader {
  readonly format: 'contenthub-backup';
  readonly formatVersion: 1;
  /** Of ContentHub. */
  readonly version: string;
  /** RFC 3339, the time of the snapshot. */
  readonly createdAt: string;
  /** Names of the migrations that the schema had, in order. */
  readonly migrations: readonly string[];
}

export interface BackupTable {
  readonly table: string;
  readonly columns: readonly string[];
}

export interface BackupFooter {
  /** Table → rows. A file without this line was cut. */
  readonly rows: Readonly<Record<string, number>>;
  /** Sequence → last value. */
  readonly sequences: Readonly<Record<string, string>>;
}

export const END_OF_ROWS = '\\.';

export class BackupError extends Error {
  override readonly name = 'BackupError';
}

export function parseHeader(line: string | undefined): BackupHeader {
  const header = parseLine<Partial<BackupHeader>>(line);
  if (header?.format !== 'contenthub-backup') throw new BackupError('This file is no backup of ContentHub.');
  if (header.formatVersion !== 1)
    throw new BackupError(`The backup has format ${header.formatVersion}; this version of ContentHub reads format 1.`);
  return header as BackupHeader;
}

export function parseLine<T>(line: string | undefined): T | undefined {
  try {
    return JSON.parse(line ?? '') as T;
  } catch {
    return undefined;
  }
}

/** Quotes a name for SQL. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
