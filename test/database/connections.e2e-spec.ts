import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Settings } from '../../src/platform/config/settings.ts';
import { readConnectionUse, warnOfConnections } from '../../src/platform/database/connection-limit.ts';
import { connectionPlan, sumOf } from '../../src/platform/database/connection-plan.ts';
import { Pools } from '../../src/platform/database/pools.ts';
import type { Logger } from '../../src/platform/telemetry/logger.ts';
import { startApplication, type TestApplication } from '../support/application.ts';

let server: TestApplication;
let admin: pg.Client;
beforeAll(async () => {
  server = await startApplication({ handlers: [{ name: 'noop', handle: () => Promise.resolve() }] });
  admin = new pg.Client({ connectionString: server.app.get(Settings).databaseUrl, application_name: 'administrator' });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await server.close();
});

const OPEN = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'contenthub-%'`;

describe('the connections of a process', () => {
  it('are as many as planned under a crowd of requests that run tasks, read entities and store them', async () => {
    const planned = sumOf(connectionPlan(server.app.get(Settings)));
    let most = 0;
    for (let round = 0; round < 5; round++) {
      const requests = Array.from({ length: 40 }, (_, i) => [
        server.http('POST', '/tasks/noop/execute/api', { params: {} }),
        server.http('POST', '/batches', { name: 'crowd', tasks: [{ taskName: 'noop' }] }),
        server.http('POST', '/accounts', { name: `account ${round} ${i}`, platform: 'blog' }),
        server.http('GET', '/contents'),
      ]).flat();
      const answered = Promise.all(requests);
      most = Math.max(most, (await admin.query<{ n: number }>(OPEN)).rows[0]?.n ?? 0);
      // A loaded machine answers some of them with 503 in time.
      for (const { status } of await answered) expect([200, 201, 202, 503]).toContain(status);
      most = Math.max(most, (await admin.query<{ n: number }>(OPEN)).rows[0]?.n ?? 0);
    }
    expect(most).toBeGreaterThan(planned / 2);
    expect(most).toBeLessThanOrEqual(planned);
  });

  it('are compared with the limit of the server at the start, and with a smaller one of the database', async () => {
    const { engine } = server.app.get(Pools);
    const { rows } = await admin.query<{ free: number }>(
      `SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS free`,
    );
    expect(await readConnectionUse(engine)).toMatchObject({ limit: rows[0]?.free, processes: 1 });
    await admin.query(`ALTER DATABASE ${new URL(server.app.get(Settings).databaseUrl ?? '').pathname.slice(1)} CONNECTION LIMIT 20`);
    const lines: string[] = [];
    const logger = { warn: (_: object, text: string) => lines.push(text) } as unknown as Logger;
    await warnOfConnections(engine, 1, logger);
    await warnOfConnections(engine, 21, logger);
    expect(lines).toEqual([
      expect.stringMatching(/^This process opens up to 21 connections and other programs hold \d+, but the database allows 20\. /),
    ]);
  });
});
