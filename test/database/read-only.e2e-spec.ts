import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startApplication, type TestApplication } from '../support/application.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { tour, TOUR_HANDLERS } from '../support/tour.ts';
import { waitFor } from '../support/wait-for.ts';

let database: TestDatabase;
let admin: pg.Client;
let server: TestApplication;
const name = () => new URL(database.url).pathname.slice(1);

beforeAll(async () => {
  database = await createTestDatabase();
  admin = new pg.Client({ connectionString: database.url, application_name: 'administrator' });
  await admin.connect();
  server = await startApplication({ databaseUrl: database.url, handlers: TOUR_HANDLERS });
});
afterEach(() => admin.query(`ALTER DATABASE ${name()} RESET ALL`));
afterAll(async () => {
  await server.close();
  await admin.end();
  await database.drop();
});

/** For all sessions from now on; those of the application are closed, like in a failover. */
async function set(setting: string, value: string): Promise<void> {
  await admin.query(`ALTER DATABASE ${name()} SET ${setting} = '${value}'`);
  await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND application_name LIKE 'contenthub-%'`, [
    name(),
  ]);
}

interface Health {
  details: { database: { status: string; message?: string; lastSuccessAt?: string } };
}
const ready = () => server.http<Health>('GET', '/health/ready', undefined, { authorization: undefined });
const becomes = (status: number) =>
  waitFor(async () => (await ready()).status === status, { what: `readiness to answer ${status}`, timeoutMs: 25_000 });

describe('a database that rejects writes', () => {
  it('answers writes with 503 and reads with 200, also with a new key, and recovers without a restart', async () => {
    await becomes(200);
    const unused = await server.keyOf('viewer');
    await set('default_transaction_read_only', 'on');
    const refused = async () => {
      const answer = await server.http('POST', '/tasks/tour-here/execute/api', { params: {} });
      return answer.status !== 202 && answer;
    };
    const answer = await waitFor(refused, { what: 'a refused submission' });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([503, 'application/problem+json; charset=utf-8']);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(answer.body).toMatchObject({ code: 'database_unavailable', retryable: true });
    const read = await server.http('GET', '/executions', undefined, { authorization: `Bearer ${unused}` });
    expect([read.status, read.body]).toEqual([200, { items: [], nextCursor: null }]);
    await becomes(503);
    expect((await ready()).body.details.database).toMatchObject({ status: 'down', message: 'the database is read-only' });

    // No session is closed here: sessions opened in between are read-only, and none of them may be used for ever.
    await admin.query(`ALTER DATABASE ${name()} RESET default_transaction_read_only`);
    await becomes(200);
    expect((await ready()).body.details.database.message).toBeUndefined();
    await waitFor(async () => !(await refused()), { what: 'an accepted submission' });
    await tour(server);
  });

  it('is ready where temp_file_limit refuses temporary files, because writes succeed', async () => {
    await becomes(200);
    await set('temp_file_limit', '0');
    // Its sessions were ended: this success is of a new one, which has the limit.
    const ended = Date.now();
    const succeeded = async () => Date.parse((await ready()).body.details.database.lastSuccessAt ?? '') > ended;
    await waitFor(succeeded, { what: 'a probe that succeeds under the limit' });
    expect((await ready()).body.details.database).toMatchObject({ status: 'up' });
    expect((await server.http('POST', '/tasks/tour-here/execute/api', { params: {} })).status).toBe(202);
    await admin.query(`ALTER DATABASE ${name()} RESET temp_file_limit`);
  });
});
