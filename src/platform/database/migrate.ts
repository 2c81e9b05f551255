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

/**
 * Brings a database to this version's schema; each migration in a transaction of its own. Any number of processes may
 * call it at once: one works, the others wait for its lock.
 */
export async function migrateDatabase(url: string): Promise<{ applied: string[] }> {
  const source = new DataSource({ type: 'postgres', url, migrations: await loadMigrations(), poolSize: 2 });
  await source.initialize();
  try {
    const lock = source.createQueryRunner();
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    try {
      const applied = await source.runMigrations({ transaction: 'each' });
      return { applied: applied.map((migration) => migration.name) };
    } finally {
      await lock.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
      await lock.release();
    }
  } finally {
    await source.destroy();
  }
}
