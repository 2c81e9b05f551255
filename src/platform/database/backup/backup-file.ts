/**
 * A backup is a gzip file of lines: a header, then for each table a line with its columns, its rows in PostgreSQL's
 * COPY text format and the line `\.`, then a footer. COPY escapes line breaks in values, so each row is one line.
 */
export interface BackupHeader {
  readonly format: 'contenthub-backup';
  readonly formatVersion: 1;
  /** Version of ContentHub. */
  readonly version: string;
  /** RFC 3339, the time of the snapshot. */
  readonly createdAt: string;
  /** The applied migrations, in order. */
  readonly migrations: readonly string[];
}

export interface BackupTable {
  readonly table: string;
  readonly columns: readonly string[];
}

export interface BackupFooter {
  /** Number of rows by table. A file without this line is incomplete. */
  readonly rows: Readonly<Record<string, number>>;
  /** Last value by sequence. */
  readonly sequences: Readonly<Record<string, string>>;
}

export const END_OF_ROWS = '\\.';

export class BackupError extends Error {
  override readonly name = 'BackupError';
}

export function parseHeader(line: string | undefined): BackupHeader {
  const header = parseLine<Partial<BackupHeader>>(line);
  if (header?.format !== 'contenthub-backup') throw new BackupError('This file is not a backup of ContentHub.');
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
