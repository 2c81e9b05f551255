// The private servers of one run, and a fresh database for each round.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../dist/src/platform/database/embedded/embedded-postgres.js';
import { cpuMicrosOf } from './cpu.mjs';
import { startRedis } from './redis.mjs';

const NAME = 'bench_round';

/** `redis`: true when needed. In the result, `redis` is undefined when it is not installed. */
export async function startServers({ redis: wanted }) {
  const folder = mkdtempSync(join(tmpdir(), 'contenthub-bench-'));
  const postgres = await startEmbeddedPostgres({ baseDir: folder });
  const redis = wanted ? await startRedis() : undefined;
  const admin = new pg.Client(postgres.url);
  await admin.connect();
  const postgresUrl = Object.assign(new URL(postgres.url), { pathname: `/${NAME}` }).href;
  return {
    postgres,
    redis,
    /** @returns the runner's arguments; each round starts without data. `persistence`: of Redis, see redis.mjs */
    async fresh({ persistence = 'none' } = {}) {
      await admin.query(`DROP DATABASE IF EXISTS ${NAME} WITH (FORCE)`);
      await admin.query(`CREATE DATABASE ${NAME}`);
      await redis?.clear(persistence);
      return { postgresUrl, redisUrl: redis?.url, dataDir: mkdtempSync(join(folder, 'data-')) };
    },
    /** Flushes writes and collects statistics, so that no round is affected by another. */
    async settle() {
      const client = new pg.Client(postgresUrl);
      await client.connect();
      await client.query('VACUUM (ANALYZE)');
      await client.query('CHECKPOINT');
      await client.end();
    },
    cpuMicros: () => cpuMicrosOf(postgres.pid) + (redis ? cpuMicrosOf(redis.pid) : 0),
    async stop() {
      await admin.end();
      await redis?.stop();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
