import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEmbeddedPostgres } from '../../src/platform/database/embedded/embedded-postgres.ts';
import { migrateDatabase } from '../../src/platform/database/migrate.ts';
import { waitFor } from './wait-for.ts';

const run = promisify(execFile);
/** The server is stopped before its files are copied, so what it wrote need not reach the disk. */
const FLAGS = ['fsync=off', 'full_page_writes=off'].flatMap((flag) => ['-c', flag]);

/**
 * Copies the files of a migrated, stopped embedded database into `baseDir`: `pg/` and `pg.password`. A server that starts there needs
 * neither initdb nor migrations, which take seconds of CPU. Its settings are those of any embedded database. The first call of a run
 * creates the original.
 */
export async function copyPreparedCluster(baseDir: string): Promise<void> {
  const original = await preparedCluster();
  await run('cp', ['-a', join(original, 'pg'), join(original, 'pg.password'), baseDir]);
}

/** In the folder of the run, for all processes of the runner; the first one creates it. */
async function preparedCluster(): Promise<string> {
  const folder = process.env.TEST_FOLDER;
  if (folder === undefined) throw new Error('copyPreparedCluster works in the integration project only (test/**)');
  const finished = join(folder, 'prepared');
  const unfinished = `${finished}.new`;
  if (existsSync(finished)) return finished;
  try {
    mkdirSync(unfinished);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    await waitFor(async () => existsSync(finished), { what: 'the prepared cluster' });
    return finished;
  }
  chmodSync(unfinished, 0o755); // the server may run under another account
  try {
    const server = await startEmbeddedPostgres({ baseDir: unfinished, flags: FLAGS });
    try {
      await migrateDatabase({ url: server.url });
    } finally {
      await server.stop();
    }
    renameSync(unfinished, finished);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw error;
  }
  return finished;
}
