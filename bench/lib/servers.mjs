// The private servers of one invocation, and a fresh database for each round.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../dist/src/platform/database/embedded/embedded-postgres.js';
import { cpuMicrosOf } from './cpu.mjs';
import { startRedis } from './redis.mjs';

const NAME = 'bench_round';

/** `redis`: whether one is wanted; `redis` of the answer is undefined where none is installed. */
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
    /** @returns what a runner needs to know; each round begins with nothing stored */
    async fresh() {
      await admin.query(`DROP DATABASE IF EXISTS ${NAME} WITH (FORCE)`);
      await admin.query(`CREATE DATABASE ${NAME}`);
      await redis?.flush();
      return { postgresUrl, redisUrl: redis?.url, dataDir: mkdtempSync(join(folder, 'data-')) };
    },
    /** Nobody pays for what another wrote, and no planner is without statistics. */
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
