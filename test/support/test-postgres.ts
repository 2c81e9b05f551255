import { accessSync, chmodSync, constants, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { type EmbeddedDatabase, startEmbeddedPostgres } from '../../src/platform/database/embedded/embedded-postgres.ts';

// Test data may be lost with the machine. More connections than the default, because several applications run at once.
const FLAGS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'].flatMap((flag) => ['-c', flag]);

const MEMORY = '/dev/shm';
/** A run of all tests takes less than 2 GiB. */
const ENOUGH_BYTES = 4 * 1024 ** 3;

/** The folder for clusters: in memory where there is room. A copy of the template takes 60 ms there, and 600 ms on a disk. */
export function folderOfClusters(): string {
  try {
    accessSync(MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= ENOUGH_BYTES ? MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}

/** Starts a database cluster for tests in an empty folder. */
export function startTestPostgres(folder: string): Promise<EmbeddedDatabase> {
  chmodSync(folder, 0o755); // the server may run under another account
  return startEmbeddedPostgres({ baseDir: folder, flags: FLAGS });
}
