import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DataSource, type MigrationInterface } from 'typeorm';

type MigrationClass = new () => MigrationInterface;

/** Any number that no other user of the database takes. */
const MIGRATION_LOCK = 7_206_141;

/** dist/src/platform/database -> dist/migrations/*.js; src/platform/database -> migrations/*.ts. TypeORM's own globs fail under Jest. */
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

/** As the table `migrations` names them, in order. */
export async function migrationNames(): Promise<string[]> {
  return (await loadMigrations()).map((migration) => migration.name);
}

/**
 * Brings a database to this version's schema; each migration in a transaction of its own. Any number of processes may
 * call it at once: one works, the others wait for its lock. `count`: only the first so many migrations, for a restore.
 */
export async function migrateDatabase(url: string, count?: number): Promise<{ applied: string[] }> {
  return withMigrations(url, (await loadMigrations()).slice(0, count), async (source) => {
    const applied = await source.runMigrations({ transaction: 'each' });
    return { applied: applied.map((migration) => migration.name) };
  });
}

/** Takes every migration back: the tables are gone afterwards, and what they held. */
export async function revertDatabase(url: string): Promise<void> {
  await withMigrations(url, await loadMigrations(), async (source) => {
    const rows = await source.query<{ count: number }[]>('SELECT count(*)::int AS count FROM migrations');
    for (let left = rows[0]?.count ?? 0; left > 0; left--) await source.undoLastMigration({ transaction: 'each' });
  });
}

async function withMigrations<T>(url: string, migrations: MigrationClass[], work: (source: DataSource) => Promise<T>): Promise<T> {
  const source = new DataSource({ type: 'postgres', url, migrations, poolSize: 2 });
  await source.initialize();
  try {
    const lock = source.createQueryRunner();
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    try {
      return await work(source);
    } finally {
      await lock.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
      await lock.release();
    }
  } finally {
    await source.destroy();
  }
}
