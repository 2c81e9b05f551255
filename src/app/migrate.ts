import { resolve } from 'node:path';
import { loadSettings } from '../platform/config/settings.ts';
import { addressOf } from '../platform/database/address.ts';
import { migrateDatabase } from '../platform/database/migrate.ts';

/**
 * `contenthub migrate`: migrates the database, also the embedded one, to the schema of this version. Resolves with the
 * exit code.
 */
export async function migrate(): Promise<number> {
  const settings = loadSettings();
  if (settings.databaseUrl !== undefined) return report(await migrateDatabase(addressOf(settings)));
  const { startEmbeddedPostgres } = await import('../platform/database/embedded/embedded-postgres.ts');
  const database = await startEmbeddedPostgres({ baseDir: resolve(settings.dataDir) });
  try {
    return report(await migrateDatabase(addressOf({ ...settings, databaseUrl: database.url })));
  } finally {
    await database.stop();
  }
}

function report({ applied }: { applied: string[] }): number {
  process.stdout.write(applied.length === 0 ? 'The database is up to date.\n' : `Applied ${applied.join(', ')}.\n`);
  return 0;
}
