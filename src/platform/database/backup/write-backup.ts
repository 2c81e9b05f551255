import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { to as copyTo } from 'pg-copy-streams';
import { type DatabaseAddress, SessionClient } from '../connections.ts';
import { endWithin } from '../end-connections.ts';
import { type BackupFooter, type BackupHeader, type BackupTable, END_OF_ROWS, identifier } from './backup-file.ts';

/**
 * Tables of the current schema, referenced tables first. The list of migrations is in the header. The longest chain of references
 * without a cycle has fewer steps than there are tables, so a table at that depth is in a cycle or behind one.
 */
const SELECT_TABLES = `
  WITH RECURSIVE tables AS (
    SELECT c.oid, c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND c.relname <> 'migrations'),
  depth AS (
    SELECT oid, 0 AS level FROM tables
    UNION
    SELECT k.conrelid, d.level + 1 FROM depth d JOIN pg_constraint k ON k.contype = 'f' AND k.confrelid = d.oid AND k.conrelid <> d.oid
    WHERE d.level < (SELECT count(*) FROM tables))
  SELECT t.relname AS "table",
         (SELECT json_agg(a.attname ORDER BY a.attnum) FROM pg_attribute a
          WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns,
         deepest.level >= (SELECT count(*) FROM tables) AS "inCycle"
  FROM tables t JOIN (SELECT oid, max(level) AS level FROM depth GROUP BY oid) deepest ON deepest.oid = t.oid
  ORDER BY deepest.level, t.relname`;

const SELECT_SEQUENCES = `SELECT sequencename AS name, last_value::text AS value FROM pg_sequences WHERE schemaname = current_schema() AND last_value IS NOT NULL`;

export interface BackupResult {
  readonly tables: number;
  readonly rows: number;
}

/**
 * Writes a consistent snapshot of all tables to `file` while the server runs. The file appears when it is complete.
 * `onTable` is called before each table. Throws the errors of PostgreSQL or the file system, and for tables that
 * reference each other in a cycle.
 */
export async function writeBackup(
  address: DatabaseAddress,
  file: string,
  version: string,
  onTable: (table: string) => void = () => undefined,
): Promise<BackupResult> {
  const client = new SessionClient(address, 'backup', { kind: 'migration' });
  await client.open();
  const draft = `${file}.part`;
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const counts: Record<string, number> = {};
    await pipeline(linesOf(client, version, counts, onTable), createGzip(), createWriteStream(draft, { mode: 0o600, flush: true }));
    await client.query('COMMIT');
    await rename(draft, file);
    return { tables: Object.keys(counts).length, rows: Object.values(counts).reduce((sum, one) => sum + one, 0) };
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  } finally {
    await endWithin(client);
  }
}

async function* linesOf(
  client: SessionClient,
  version: string,
  counts: Record<string, number>,
  onTable: (table: string) => void,
): AsyncGenerator<string | Buffer> {
  const migrations = await client.query<{ name: string }>('SELECT name FROM migrations ORDER BY id');
  const [now] = (await client.query<{ at: Date }>('SELECT now() AS at')).rows;
  const header: BackupHeader = {
    format: 'contenthub-backup',
    formatVersion: 1,
    version,
    createdAt: (now?.at ?? new Date()).toISOString(),
    migrations: migrations.rows.map(({ name }) => name),
  };
  yield `${JSON.stringify(header)}\n`;
  const tables = (await client.query<BackupTable & { inCycle: boolean }>(SELECT_TABLES)).rows;
  const cyclic = tables.flatMap(({ table, inCycle }) => (inCycle ? [table] : []));
  if (cyclic.length > 0) throw new Error(`These tables reference each other in a cycle, which no restore can load: ${cyclic.join(', ')}`);
  for (const { table, columns } of tables) {
    onTable(table);
    yield `${JSON.stringify({ table, columns } satisfies BackupTable)}\n`;
    const copy = client.query(copyTo(`COPY ${identifier(table)} (${columns.map(identifier).join(', ')}) TO STDOUT`));
    for await (const chunk of copy) yield chunk as Buffer;
    counts[table] = copy.rowCount;
    yield `${END_OF_ROWS}\n`;
  }
  const sequences = await client.query<{ name: string; value: string }>(SELECT_SEQUENCES);
  const footer: BackupFooter = { rows: counts, sequences: Object.fromEntries(sequences.rows.map(({ name, value }) => [name, value])) };
  yield `${JSON.stringify(footer)}\n`;
}
