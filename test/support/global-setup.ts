import { createHash } from 'node:crypto';
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { isAlive } from '../../src/platform/database/embedded/postmaster-file.ts';
import { migrateDatabase } from '../../src/platform/database/migrate.ts';
import { ANSWER_COUNTS, keep } from './infrastructure.ts';
import { startRedis } from './redis.ts';
import { withDatabase } from './test-database.ts';
import { folderOfClusters, startTestPostgres } from './test-postgres.ts';

const FOLDER = 'contenthub-test-';
/** Another run was faster: the name was taken before the statement began, or while it ran. */
const NAME_TAKEN = ['42P04', '23505'];

/**
 * One database cluster and one Redis for the whole run. When TEST_DATABASE_URL is set, that cluster is used: the mutation gate
 * makes hundreds of runs, and a cluster takes longer to create than most of them.
 */
export default async function setup(): Promise<void> {
  removeLeftovers();
  const folder = mkdtempSync(join(folderOfClusters(), `${FOLDER}${process.pid}-`));
  const given = process.env.TEST_DATABASE_URL;
  const [database, redis] = await Promise.all([given === undefined ? startTestPostgres(folder) : undefined, startRedis()]);
  keep({ folder, database, redis });
  if (redis === undefined) {
    const missing = 'there is neither valkey-server nor redis-server on the PATH (Debian: apt-get install redis-server)';
    if (process.env.REQUIRE_REDIS === '1') {
      await database?.stop();
      throw new Error(`REQUIRE_REDIS=1, but ${missing}`);
    }
    console.warn(`Suites that need Redis are skipped: ${missing}.`);
  }
  process.env.TEST_FOLDER = folder;
  process.env.TEST_ANSWER_COUNTS = join(folder, ANSWER_COUNTS);
  if (redis !== undefined) process.env.TEST_REDIS_URL = redis.url;
  const url = database?.url ?? (given as string);
  process.env.TEST_DATABASE_URL = url;
  process.env.TEST_TEMPLATE = await createTemplate(url);
}

/** Returns the name of the migrated database that tests copy. It is created unless the cluster has one of the same migrations. */
async function createTemplate(url: string): Promise<string> {
  const files = globSync('migrations/*.ts').sort();
  const hash = createHash('sha256').update(files.map((file) => readFileSync(file, 'utf8')).join(''));
  const name = `contenthub_template_${hash.digest('hex').slice(0, 16)}`;
  const client = new pg.Client(url);
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await migrateTemplate(client, url, name);
  } finally {
    await client.end();
  }
  return name;
}

/** Another run may do the same at the same time, so the name is given to a finished database only. */
async function migrateTemplate(client: pg.Client, url: string, name: string): Promise<void> {
  const unfinished = `${name}_${process.pid}`;
  await client.query(`CREATE DATABASE ${unfinished}`);
  await migrateDatabase({ url: withDatabase(url, unfinished) });
  try {
    await client.query(`ALTER DATABASE ${unfinished} RENAME TO ${name}`);
  } catch (error) {
    if (!NAME_TAKEN.includes((error as { code?: string }).code ?? '')) throw error;
    await client.query(`DROP DATABASE ${unfinished}`);
    return;
  }
  // A database with open connections cannot be copied.
  await client.query(`ALTER DATABASE ${name} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false`);
}

/** Folders of killed runs; their servers have ended. */
function removeLeftovers(): void {
  for (const parent of new Set([folderOfClusters(), tmpdir()])) {
    for (const name of readdirSync(parent)) {
      if (name.startsWith(FOLDER) && !isAlive(Number.parseInt(name.slice(FOLDER.length), 10))) {
        rmSync(join(parent, name), { recursive: true, force: true });
      }
    }
  }
}
