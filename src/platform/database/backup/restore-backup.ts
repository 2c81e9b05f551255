import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { from as copyFrom } from 'pg-copy-streams';
import { type DatabaseAddress, SessionClient } from '../connections.ts';
import { endWithin } from '../end-connections.ts';
import { migrateDatabase, migrationNames, revertDatabase } from '../migrate.ts';
import {
  BackupError,
  type BackupFooter,
  type BackupHeader,
  type BackupTable,
  END_OF_ROWS,
  identifier,
  parseHeader,
  parseLine,
} from './backup-file.ts';

export interface RestoreResult {
  readonly header: BackupHeader;
  readonly tables: number;
  readonly rows: number;
  /** Migrations newer than the backup, applied after its rows were loaded. */
  readonly applied: readonly string[];
}

export interface RestoreOptions {
  /** Deletes the data in the database first. Otherwise the database must be empty. */
  readonly replace: boolean;
  readonly onTable?: (table: string) => void;
}

/**
 * Fills a database from a backup of this or an older version: migrates to the schema of the backup, loads its rows in
 * one transaction, then applies the newer migrations. A rejected or failed restore leaves no rows. Throws BackupError
 * for a file or a database that does not fit.
 */
export async function restoreBackup(address: DatabaseAddress, file: string, options: RestoreOptions): Promise<RestoreResult> {
  const header = await checkFile(file);
  const known = await migrationNames();
  const unknown = header.migrations.find((name, i) => known[i] !== name);
  if (unknown !== undefined)
    throw new BackupError(
      `The backup was made by ContentHub ${header.version}, whose schema (${unknown}) this version does not know. Use that version or a newer one.`,
    );
  await emptyDatabase(address, options.replace);
  await migrateDatabase(address, header.migrations.length);
  const counts = await load(address, file, options.onTable ?? (() => undefined));
  const { applied } = await migrateDatabase(address);
  return { header, applied, tables: Object.keys(counts).length, rows: Object.values(counts).reduce((sum, one) => sum + one, 0) };
}

/** Reads the whole file before anything is deleted, and rejects an incomplete or damaged one. */
async function checkFile(file: string): Promise<BackupHeader> {
  const lines = linesOf(file);
  let header: BackupHeader | undefined;
  let last = '';
  try {
    for await (const line of lines) {
      header ??= parseHeader(line);
      last = line;
    }
  } catch (error) {
    if (error instanceof BackupError || (error as NodeJS.ErrnoException).code === 'ENOENT') throw error;
    throw new BackupError(`The backup is damaged: ${error instanceof Error ? error.message : String(error)}.`, { cause: error });
  }
  if (header === undefined || parseLine<Partial<BackupFooter>>(last)?.rows === undefined)
    throw new BackupError('The backup is incomplete: its last line is missing.');
  return header;
}

async function emptyDatabase(address: DatabaseAddress, replace: boolean): Promise<void> {
  const client = await connect(address);
  try {
    const found = await client.query<{ found: boolean }>(`SELECT to_regclass('migrations') IS NOT NULL AS found`);
    if (!found.rows[0]?.found) return;
    await refuseWhileServed(client);
    if (!replace) throw new BackupError('The database is not empty. Restore into an empty one, or use --replace to delete its data.');
  } finally {
    await endWithin(client);
  }
  await revertDatabase(address);
}

/** Sessions of commands. The server may show those of this restore, or of one before it, for some milliseconds after their end. */
const COMMANDS = ['restore', 'backup', 'probe', 'migration', 'migration-lock'].map((name) => `contenthub-${name}`);

/**
 * A running server would write to rows that were reset: its epochs would meet older ones. Every session counts, because a server
 * may lack one of them, such as the one that listens, while it connects again.
 */
async function refuseWhileServed(client: SessionClient): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT DISTINCT application_name AS name FROM pg_stat_activity
     WHERE datname = current_database() AND application_name LIKE 'contenthub-%' AND application_name <> ALL ($1) ORDER BY 1`,
    [COMMANDS],
  );
  const names = rows.map(({ name }) => name).join(', ');
  if (names !== '') throw new BackupError(`Processes of ContentHub are connected to the database (${names}). Stop them first.`);
}

async function load(address: DatabaseAddress, file: string, onTable: (table: string) => void): Promise<Record<string, number>> {
  const client = await connect(address);
  const counts: Record<string, number> = {};
  try {
    await client.query('BEGIN');
    const lines = linesOf(file)[Symbol.asyncIterator]();
    await lines.next(); // the header
    let footer: BackupFooter | undefined;
    for (let next = await lines.next(); !next.done; next = await lines.next()) {
      const part = parseLine<Partial<BackupTable & BackupFooter>>(next.value);
      if (part?.table !== undefined && part.columns) {
        onTable(part.table);
        counts[part.table] = await loadTable(client, part as BackupTable, lines);
      } else footer = part as BackupFooter;
    }
    for (const [table, rows] of Object.entries(footer?.rows ?? {}))
      if (counts[table] !== rows) throw new BackupError(`The table ${table} has ${counts[table] ?? 0} rows instead of ${rows}.`);
    for (const [name, value] of Object.entries(footer?.sequences ?? {}))
      await client.query('SELECT setval($1::regclass, $2::bigint)', [identifier(name), value]);
    await client.query('COMMIT');
    await client.query('ANALYZE');
    return counts;
  } finally {
    await endWithin(client);
  }
}

/** Triggers check transitions. The rows of a backup have passed them before. */
async function loadTable(client: SessionClient, { table, columns }: BackupTable, lines: AsyncIterator<string>): Promise<number> {
  const name = identifier(table);
  await client.query(`ALTER TABLE ${name} DISABLE TRIGGER USER`);
  const copy = client.query(copyFrom(`COPY ${name} (${columns.map(identifier).join(', ')}) FROM STDIN`));
  await pipeline(Readable.from(rowsOf(lines)), copy);
  await client.query(`ALTER TABLE ${name} ENABLE TRIGGER USER`);
  return copy.rowCount;
}

async function* rowsOf(lines: AsyncIterator<string>): AsyncGenerator<string> {
  for (let next = await lines.next(); !next.done && next.value !== END_OF_ROWS; next = await lines.next()) yield `${next.value}\n`;
}

function linesOf(file: string): AsyncIterable<string> {
  const source = createReadStream(file);
  const plain = createGunzip();
  source.on('error', (error) => plain.destroy(error));
  return splitLines(source.pipe(plain));
}

/** Not readline, which splits at U+2028; COPY does not escape it. */
async function* splitLines(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  for await (const chunk of stream) {
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      yield Buffer.concat([...rest, chunk.subarray(from, end)]).toString();
      rest = [];
      from = end + 1;
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
  }
  if (rest.length > 0) yield Buffer.concat(rest).toString();
}

async function connect(address: DatabaseAddress): Promise<SessionClient> {
  const client = new SessionClient(address, 'restore', { kind: 'migration' });
  await client.open();
  return client;
}
