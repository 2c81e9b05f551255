import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { ConfigurationError } from '../../src/platform/config/configuration-error.ts';
import { Pools } from '../../src/platform/database/pools.ts';
import { migrateDatabase } from '../../src/platform/database/migrate.ts';
import { inspectSessions } from '../../src/platform/database/session-probe.ts';
import { startApplication } from '../support/application.ts';
import { describePgBouncer } from '../support/describe-pgbouncer.ts';
import { type PgBouncer, startPgBouncer } from '../support/pgbouncer.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { takeTour } from '../support/tour.ts';
import { waitFor } from '../support/wait-for.ts';

const SCRIPT = fileURLToPath(new URL('repeat-statement.mjs', import.meta.url));

let database: TestDatabase;
let bouncer: PgBouncer | undefined;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(() => bouncer?.stop());
afterAll(() => database.drop());

async function pooler(mode: 'session' | 'transaction' | 'statement', poolSize?: number): Promise<string> {
  bouncer = await startPgBouncer({ databaseUrl: database.url, mode, poolSize });
  return bouncer.url;
}

/** What a process reads that repeats `sql` through `url`: how often its own row, another row, an error. */
async function repeat(kind: 'plain' | 'application', sql: string, url: string) {
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, kind, sql, url]);
  return JSON.parse(stdout) as { own: number; foreign: number; errors: string[] };
}

const INTEGERS = `SELECT $1::int AS "i", 'integer' AS kind`;
const TEXTS = `SELECT 'process b' AS "text", $1::int + 1000 AS n`;

describePgBouncer('PgBouncer in session mode', () => {
  it('serves the whole tour, from the migration on', async () => {
    const url = await pooler('session');
    expect(await inspectSessions({ url })).toEqual({ keepsSessions: true });
    expect(await migrateDatabase({ url })).toEqual({ applied: [] });
    await takeTour({ databaseUrl: url });
  });
});

describePgBouncer('PgBouncer in transaction mode', () => {
  it('serves the whole tour with few connections, beside an address that keeps sessions', async () => {
    const url = await pooler('transaction', 3);
    const address = { url, sessionUrl: database.url };
    expect(await inspectSessions(address)).toEqual({ keepsSessions: false });
    expect(await migrateDatabase(address)).toEqual({ applied: [] });
    await takeTour({ databaseUrl: url, settings: { DATABASE_SESSION_URL: database.url } });
  });

  it('serves a crowd of tasks that share few connections: submits, claims and settles each once, and stops one by LISTEN', async () => {
    const url = await pooler('transaction', 3);
    const runs = new Map<string, number>();
    let stopped: number | undefined;
    const server = await startApplication({
      databaseUrl: url,
      settings: { DATABASE_SESSION_URL: database.url, POLL_INTERVAL_MS: '60000', LEASE_BEAT_MS: '60000', LEASE_TTL_MS: '300000' },
      handlers: [
        {
          name: 'crowd',
          handle: ({ id }) => {
            runs.set(id, (runs.get(id) ?? 0) + 1);
            return Promise.resolve('done');
          },
        },
        {
          name: 'waits',
          handle: ({ signal }) =>
            new Promise((_, reject) => {
              signal.addEventListener('abort', () => {
                stopped = performance.now();
                reject(signal.reason as Error);
              });
            }),
        },
      ],
    });
    try {
      const submit = async (name: string) =>
        (await server.http<{ executionId: string }>('POST', `/tasks/${name}/execute/api`, {})).body.executionId;
      const ids = await Promise.all(Array.from({ length: 300 }, () => submit('crowd')));
      // No worker polls within this test: each is woken by a notification.
      const ended = () =>
        server.sql<{ status: string; attempt: number }>(
          `SELECT status, attempt FROM tasks WHERE name = 'crowd' AND terminal_at IS NOT NULL`,
        );
      const rows = await waitFor(async () => ((await ended()).length === ids.length ? ended() : false), {
        what: '300 tasks to end',
        timeoutMs: 30_000,
      });
      expect(rows.every(({ status, attempt }) => status === 'completed' && attempt === 1)).toBe(true);
      expect([...runs.values()].every((count) => count === 1) && ids.every((id) => runs.has(id))).toBe(true);

      const waits = await submit('waits');
      await waitFor(async () => (await server.http<{ status: string }>('GET', `/executions/${waits}`)).body.status === 'running', {
        what: 'the task to run',
      });
      const asked = performance.now();
      await server.http('DELETE', '/tasks/executions/cancel/by-ids', { executionIds: [waits] });
      await waitFor(async () => stopped !== undefined, { what: 'the handler to be stopped' });
      expect((stopped as number) - asked).toBeLessThan(10_000); // a heartbeat, the other way, comes after a minute
    } finally {
      await server.close();
    }
  });

  it('is refused without such an address, in words that name the variable', async () => {
    const url = await pooler('transaction');
    for (const start of [() => migrateDatabase({ url }), () => takeTour({ databaseUrl: url })]) {
      const refusal = await start().catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(ConfigurationError);
      expect((refusal as Error).message).toBe(
        'DATABASE_URL goes through a pooler that does not keep sessions (transaction mode). LISTEN, advisory locks and heartbeats need a session: ' +
          'set DATABASE_SESSION_URL to the same database, at PostgreSQL itself or through a pooler in session mode.',
      );
    }
  });

  it('does not keep sessions that were opened while the database was read-only', async () => {
    const url = await pooler('transaction', 2);
    const admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    const name = new URL(database.url).pathname.slice(1);
    const pools = new Pools({ url, sessionUrl: database.url, apiSize: 2, keepsSessions: false });
    const write = () => pools.api.query(`SELECT pg_logical_emit_message(true, 'test', 'write'), nextval('numbers')`);
    try {
      await admin.query('CREATE SEQUENCE numbers');
      await admin.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
      await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()`, [name]);
      // Both sessions of the pooler are opened now, and are read-only.
      const refused = async () => {
        const both = await Promise.allSettled([write(), write()]);
        return both.every((one) => one.status === 'rejected' && (one.reason as { code: string }).code === '25006');
      };
      await waitFor(refused, { what: 'two refused writes' });
      await admin.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
      // Each refused write has ended its session, so few more are refused; the pooler alone would keep the sessions for minutes.
      const accepted = async () => (await Promise.allSettled([write(), write()])).every(({ status }) => status === 'fulfilled');
      let rounds = 1;
      while (!(await accepted()) && rounds < 5) rounds++;
      expect(rounds).toBeLessThan(5);
    } finally {
      await pools.close();
      await admin.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
      await admin.query('DROP SEQUENCE numbers');
      await admin.end();
    }
  });

  it('is refused as DATABASE_SESSION_URL', async () => {
    const url = await pooler('transaction');
    await expect(inspectSessions({ url: database.url, sessionUrl: url })).rejects.toThrow(/^DATABASE_SESSION_URL goes through a pooler/);
  });

  it.each(['plain', 'application'] as const)('gives no process the answer to a statement of another one (%s pool)', async (kind) => {
    const url = await pooler('transaction', 1);
    const answers = await Promise.all([repeat(kind, INTEGERS, url), repeat(kind, TEXTS, url)]);
    // A named statement may meet a session that does not know it, or knows it already: an error, never a wrong row.
    const strange = answers
      .flatMap(({ errors }) => errors)
      .filter((error) => kind === 'application' || !/prepared statement "s_/.test(error));
    expect([answers.map(({ foreign }) => foreign), strange]).toEqual([[0, 0], []]);
  });
});

describePgBouncer('other addresses that cannot work', () => {
  it('names a pooler in statement mode', async () => {
    const url = await pooler('statement');
    await expect(inspectSessions({ url, sessionUrl: database.url })).rejects.toThrow(
      /^DATABASE_URL goes through a pooler that rejects transactions \(.*\)\. Set its pool_mode to transaction or session\.$/,
    );
  });

  it('finds out that DATABASE_SESSION_URL is another database', async () => {
    const other = await createTestDatabase();
    try {
      await expect(inspectSessions({ url: database.url, sessionUrl: other.url })).rejects.toThrow(/Set both to the same database/);
    } finally {
      await other.drop();
    }
  });
});
