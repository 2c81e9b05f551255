import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/platform/database/embedded/embedded-postgres.ts';
import { isAlive } from '../../src/platform/database/embedded/postmaster-file.ts';
import { migrateDatabase } from '../../src/platform/database/migrate.ts';
import { ANSWER_COUNTS, keep } from './infrastructure.ts';
import { startRedis } from './redis.ts';
import { TEMPLATE, withDatabase } from './test-database.ts';

const FOLDER = 'contenthub-test-';
// Test data may be lost with the machine. More connections than the default, because several applications run at once.
const FLAGS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'].flatMap((flag) => ['-c', flag]);

/** One database cluster and one Redis for the whole run; the template is migrated once. */
export default async function setup(): Promise<void> {
  removeLeftovers();
  const folder = mkdtempSync(join(tmpdir(), `${FOLDER}${process.pid}-`));
  chmodSync(folder, 0o755); // the server may run under another account
  const [database, redis] = await Promise.all([startEmbeddedPostgres({ baseDir: folder, flags: FLAGS }), startRedis()]);
  keep({ folder, database, redis });
  if (redis === undefined) {
    const missing = 'there is neither valkey-server nor redis-server on the PATH (Debian: apt-get install redis-server)';
    if (process.env.REQUIRE_REDIS === '1') {
      await database.stop();
      throw new Error(`REQUIRE_REDIS=1, but ${missing}`);
    }
    console.warn(`Suites that need Redis are skipped: ${missing}.`);
  }
  process.env.TEST_DATABASE_URL = database.url;
  process.env.TEST_ANSWER_COUNTS = join(folder, ANSWER_COUNTS);
  if (redis !== undefined) process.env.TEST_REDIS_URL = redis.url;
  await createTemplate(database.url);
}

async function createTemplate(url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${TEMPLATE}`);
    await migrateDatabase({ url: withDatabase(url, TEMPLATE) });
    // A database with open connections cannot be copied.
    await client.query(`ALTER DATABASE ${TEMPLATE} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false`);
  } finally {
    await client.end();
  }
}

/** Folders of killed runs; their servers have ended. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    if (name.startsWith(FOLDER) && !isAlive(Number.parseInt(name.slice(FOLDER.length), 10))) {
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    }
  }
}
