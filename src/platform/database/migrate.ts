import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import pg from 'pg';
import { DataSource, type MigrationInterface } from 'typeorm';
import { ConfigurationError } from '../config/configuration-error.ts';
import { createPool, type DatabaseAddress, SessionClient } from './connections.ts';
import { checkDatabase } from './database-requirements.ts';
import { endWithin } from './end-connections.ts';
import { driverOver } from './entity-pool.ts';
import { DEFAULT_SCHEMA } from './session-settings.ts';
import { requireSessions } from './session-probe.ts';

type MigrationClass = new () => MigrationInterface;

/** An arbitrary number that no other program uses for a lock in this database. */
const MIGRATION_LOCK = 7_206_141;
/** A migration may build indexes for minutes. Waiting processes must not time out before it ends. */
const LOCK_WAIT_MS = 600_000;
const LOCK_TIMEOUT = '55P03';

/**
 * dist/src/platform/database -> dist/migrations/*.js; src/platform/database -> migrations/*.ts. TypeORM's own globs
 * fail under Jest.
 */
async function loadMigrations(): Promise<MigrationClass[]> {
  const dir = join(dirname(fileURLToPath(import.meta.url)), '../../../migrations');
  if (!existsSync(dir)) throw new Error(`migrations directory not found at ${dir}`);
  const files = readdirSync(dir)
    .filter((file) => /^\d+-.*\.(ts|js)$/.test(file))
    .sort();
  const classes: MigrationClass[] = [];
  for (const file of files) {
    const module = (await import(pathToFileURL(join(dir, file)).href)) as Record<string, MigrationClass>;
    classes.push(...Object.values(module));
  }
  return classes;
}

/** In the form of the table `migrations`, in order. */
export async function migrationNames(): Promise<string[]> {
  return (await loadMigrations()).map((migration) => migration.name);
}

/**
 * Migrates a database to this version's schema, each migration in its own transaction. Any number of processes may
 * call it at once: one works, the others wait for its lock. `count`: only the first migrations, for a restore.
 */
export async function migrateDatabase(address: DatabaseAddress, count?: number): Promise<{ applied: string[] }> {
  return withMigrations(address, (await loadMigrations()).slice(0, count), async (source) => {
    const applied = await source.runMigrations({ transaction: 'each' });
    return { applied: applied.map((migration) => migration.name) };
  });
}

/** Reverts every migration: the tables and their data are deleted. */
export async function revertDatabase(address: DatabaseAddress): Promise<void> {
  await withMigrations(address, await loadMigrations(), async (source) => {
    const rows = await source.query<{ count: number }[]>('SELECT count(*)::int AS count FROM migrations');
    for (let left = rows[0]?.count ?? 0; left > 0; left--) await source.undoLastMigration({ transaction: 'each' });
  });
}

/** One process at a time. The lock ends with its session, also when `work` fails. */
async function withMigrations<T>(
  address: DatabaseAddress,
  migrations: MigrationClass[],
  work: (source: DataSource) => Promise<T>,
): Promise<T> {
  await requireSessions(address);
  const { sessionUrl, url, schema } = address;
  const lock = new SessionClient(address, 'migration-lock', { kind: 'migration' });
  const pool = createPool({ url: sessionUrl ?? url, schema }, { name: 'migration', kind: 'migration', max: 1, keepsSessions: true });
  try {
    await lock.open();
    await takeLock(lock);
    await checkDatabase(lock, schema);
    await prepareSchema(pool, schema);
    await requireOwnTables(pool, migrations);
    const source = await new DataSource({ type: 'postgres', driver: driverOver(pool), migrations }).initialize();
    const result = await work(source);
    await source.destroy();
    return result;
  } finally {
    // A failed migration may leave a connection checked out, and pg would wait for it without end.
    await Promise.all([endWithin(pool), endWithin(lock)]);
  }
}

/** A newer version adds to the migrations of this one; tables without the first of them were made before the first release. */
async function requireOwnTables(pool: pg.Pool, [first]: readonly MigrationClass[]): Promise<void> {
  const { rows: found } = await pool.query<{ known: boolean }>(`SELECT to_regclass('migrations') IS NOT NULL AS known`);
  if (!found[0]?.known) return;
  const { rows } = await pool.query<{ name: string }>('SELECT name FROM migrations');
  if (rows.length === 0 || first === undefined || rows.some(({ name }) => name === first.name)) return;
  throw new ConfigurationError(
    `The database has tables of a version that this one cannot migrate (${rows[0]?.name}). Use an empty database, or another DATABASE_SCHEMA.`,
  );
}

async function takeLock(client: SessionClient): Promise<void> {
  await client.query(`SET lock_timeout = ${LOCK_WAIT_MS}`);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === LOCK_TIMEOUT)) throw error;
    throw new Error(`Another process has been migrating the database for ${LOCK_WAIT_MS / 60_000} minutes. Check what it waits for.`, {
      cause: error,
    });
  }
}

/**
 * Versions before DATABASE_SCHEMA used the search_path of the role. Without this check, the start of such an
 * installation would create a second, empty set of tables in public.
 */
async function prepareSchema(pool: pg.Pool, schema: string | undefined): Promise<void> {
  if (schema !== undefined) {
    // CREATE SCHEMA needs its privilege even when IF NOT EXISTS has nothing to do.
    const { rowCount } = await pool.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
    if (rowCount === 0) await pool.query(`CREATE SCHEMA IF NOT EXISTS ${pg.escapeIdentifier(schema)}`);
    return;
  }
  const { rows } = await pool.query<{ schema: string }>(
    `SELECT n.nspname AS schema FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relname = 'task_audit' AND c.relkind = 'r'`,
  );
  const schemas = rows.map((row) => row.schema);
  if (schemas.length === 0 || schemas.includes(DEFAULT_SCHEMA)) return;
  throw new ConfigurationError(`The tables are in the schema ${schemas.join(' or ')}, not in public. Set DATABASE_SCHEMA=${schemas[0]}.`);
}
