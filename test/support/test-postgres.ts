import { chmodSync } from 'node:fs';
import { type EmbeddedDatabase, startEmbeddedPostgres } from '../../src/platform/database/embedded/embedded-postgres.ts';

// Test data may be lost with the machine. More connections than the default, because several applications run at once.
const FLAGS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'].flatMap((flag) => ['-c', flag]);

/** Starts a database cluster for tests in an empty folder. */
export function startTestPostgres(folder: string): Promise<EmbeddedDatabase> {
  chmodSync(folder, 0o755); // the server may run under another account
  return startEmbeddedPostgres({ baseDir: folder, flags: FLAGS });
}
