import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createPool, type DatabaseAddress, SessionClient } from '../../src/platform/database/connections.ts';
import { migrateDatabase } from '../../src/platform/database/migrate.ts';
import { startApplication } from '../support/application.ts';
import { describePgBouncer } from '../support/describe-pgbouncer.ts';
import { type PgBouncer, startPgBouncer } from '../support/pgbouncer.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { takeTour } from '../support/tour.ts';
import { waitFor } from '../support/wait-for.ts';

/** What an administrator may have set for a role or a database, each a fault of its own. */
const HOSTILE = {
  'formats of times, intervals, bytes and numbers': {
    DateStyle: 'SQL, DMY',
    TimeZone: 'Pacific/Chatham',
    IntervalStyle: 'sql_standard',
    bytea_output: 'escape',
    extra_float_digits: '-15',
    standard_conforming_strings: 'off',
    array_nulls: 'off',
    transform_null_equals: 'on',
  },
  'serializable transactions': { default_transaction_isolation: 'serializable', default_transaction_deferrable: 'on' },
  'short time limits': {
    statement_timeout: '100',
    lock_timeout: '100',
    idle_in_transaction_session_timeout: '100',
    idle_session_timeout: '5s', // a new connection is idle until its first statement, which a loaded machine sends late
    transaction_timeout: '100',
  },
  'commits that do not wait for the disk': { synchronous_commit: 'off' },
  'a search path without our tables': { search_path: 'nowhere' },
};
const EVERYTHING: Record<string, string> = Object.assign({}, ...Object.values(HOSTILE));

/** What the statements rely on, as a connection sees it. */
const RELIED_ON = {
  DateStyle: 'ISO, MDY',
  TimeZone: 'UTC',
  IntervalStyle: 'postgres',
  bytea_output: 'hex',
  extra_float_digits: '1',
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  transform_null_equals: 'off',
  transaction_isolation: 'read committed',
  transaction_deferrable: 'off',
  statement_timeout: '30s',
  lock_timeout: '10s',
  idle_in_transaction_session_timeout: '5s',
  idle_session_timeout: '0',
  transaction_timeout: '0',
  search_path: 'public',
  synchronous_commit: 'on',
};

let database: TestDatabase;
let admin: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  admin = new pg.Client({ connectionString: database.url, application_name: 'administrator' });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});

/** Half of them by the role, half by the database, while `work` runs. */
async function withSettings(settings: Record<string, string>, work: () => Promise<void>): Promise<void> {
  const name = new URL(database.url).pathname.slice(1);
  const role = new URL(database.url).username;
  const targets = [`DATABASE ${name}`, `ROLE ${role} IN DATABASE ${name}`];
  for (const [i, [setting, value]] of Object.entries(settings).entries()) {
    await admin.query(`ALTER ${targets[i % 2]} SET ${setting} = ${pg.escapeLiteral(value)}`);
  }
  try {
    await work();
  } finally {
    for (const target of targets) await admin.query(`ALTER ${target} RESET ALL`);
  }
}

async function settingsSeenBy(query: (text: string) => Promise<pg.QueryResult>): Promise<Record<string, string>> {
  const columns = Object.keys(RELIED_ON).map((name) => `current_setting('${name}') AS "${name}"`);
  return (await query(`SELECT ${columns.join(', ')}`)).rows[0];
}

/** Serialisable transactions leave predicate locks, others never do. */
async function whileCountingPredicateLocks(work: () => Promise<void>): Promise<number> {
  let most = 0;
  let working = true;
  const counting = (async () => {
    while (working) {
      const { rows } = await admin.query<{ n: number }>(`SELECT count(*)::int AS n FROM pg_locks WHERE mode = 'SIReadLock'`);
      most = Math.max(most, rows[0]?.n ?? 0);
      await new Promise((ok) => setTimeout(ok, 5));
    }
  })();
  try {
    await work();
  } finally {
    working = false;
    await counting;
  }
  return most;
}

describe('what the role and the database define differently', () => {
  it.each(Object.entries(HOSTILE))('does not disturb the tour: %s', async (_, settings) => {
    await withSettings(settings, async () => {
      const predicateLocks = await whileCountingPredicateLocks(() => takeTour({ databaseUrl: database.url }));
      expect(predicateLocks).toBe(0);
    });
  });

  it('does not end a request that waits for a lock longer than lock_timeout and statement_timeout of the role', async () => {
    await withSettings(HOSTILE['short time limits'], async () => {
      const server = await startApplication({ databaseUrl: database.url });
      try {
        await admin.query('BEGIN; LOCK TABLE accounts');
        const created = server.http('POST', '/accounts', { name: 'waits for a lock', platform: 'blog' });
        const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
                         AND query_start < clock_timestamp() - interval '0.3 s'`;
        const waited = waitFor(async () => (await admin.query(waiting)).rowCount === 1, { what: 'a request that has waited for 0.3 s' });
        await Promise.race([waited, created]);
        await admin.query('COMMIT');
        expect((await created).status).toBe(201);
      } finally {
        await admin.query('ROLLBACK');
        await server.close();
      }
    });
  });

  it('is set by every kind of connection', async () => {
    await withSettings(EVERYTHING, async () => {
      for (const kind of ['requests', 'engine'] as const) {
        const pool = createPool({ url: database.url }, { name: 'test', kind, max: 1, keepsSessions: true });
        expect([kind, await settingsSeenBy((text) => pool.query(text))]).toEqual([kind, RELIED_ON]);
        await pool.end();
      }
      const single = new SessionClient({ url: database.url }, 'test');
      await single.open();
      expect(await settingsSeenBy((text) => single.query(text))).toEqual(RELIED_ON);
      await single.end();
      const migration = createPool({ url: database.url }, { name: 'test', kind: 'migration', max: 1, keepsSessions: true });
      expect(await settingsSeenBy((text) => migration.query(text))).toEqual({
        ...RELIED_ON,
        statement_timeout: '0',
        lock_timeout: '1min',
        idle_in_transaction_session_timeout: '0',
      });
      await migration.end();
    });
  });
});

describe('synchronous_commit', () => {
  it.each([
    ['off', 'on'],
    ['local', 'on'],
    ['on', 'on'],
    ['remote_write', 'remote_write'],
    ['remote_apply', 'remote_apply'],
  ])('of the role %s is %s for every kind of connection', async (inherited, used) => {
    await withSettings({ synchronous_commit: inherited }, async () => {
      for (const kind of ['requests', 'engine', 'single', 'migration'] as const) {
        for (const keepsSessions of [true, false]) {
          const pool = createPool({ url: database.url }, { name: 'test', kind, max: 1, keepsSessions });
          const { rows } = await pool.query(`SELECT current_setting('synchronous_commit') AS value`);
          await pool.end();
          expect([kind, keepsSessions, rows[0].value]).toEqual([kind, keepsSessions, used]);
        }
      }
    });
  });
});

describePgBouncer('behind a pooler in transaction mode', () => {
  let bouncer: PgBouncer;
  afterAll(() => bouncer?.stop());

  it('holds in every transaction and every single statement, and the tour passes', async () => {
    // The pooler may hand out a connection that the server is ending at that moment: an administrator gives it a shorter limit for idle connections.
    const { idle_session_timeout: _, ...settings } = EVERYTHING;
    await withSettings(settings, async () => {
      bouncer = await startPgBouncer({ databaseUrl: database.url, mode: 'transaction', poolSize: 3 });
      const pool = createPool({ url: bouncer.url }, { name: 'test', kind: 'requests', max: 3, keepsSessions: false });
      const seen = await Promise.all([1, 2, 3].map(() => settingsSeenBy((text) => pool.query(text))));
      expect(seen).toEqual([RELIED_ON, RELIED_ON, RELIED_ON]);
      const client = await pool.connect();
      await client.query('START TRANSACTION');
      expect(await settingsSeenBy((text) => client.query(text))).toEqual(RELIED_ON);
      await client.query('ROLLBACK');
      client.release();
      await pool.end();
      await takeTour({ databaseUrl: bouncer.url, settings: { DATABASE_SESSION_URL: database.url } });
    });
  });
});

describe('the migration', () => {
  it('waits for the process that migrates longer than lock_timeout of its role', async () => {
    await withSettings({ lock_timeout: '100', statement_timeout: '100', default_transaction_isolation: 'serializable' }, async () => {
      const address: DatabaseAddress = { url: database.url };
      await admin.query('SELECT pg_advisory_lock(7206141)');
      let ended = false;
      const migrated = migrateDatabase(address).finally(() => (ended = true));
      migrated.catch(() => undefined);
      const waiting = `SELECT 1 FROM pg_stat_activity WHERE application_name = 'contenthub-migration-lock' AND wait_event = 'advisory'
                       AND state_change < clock_timestamp() - interval '0.3 s'`;
      await waitFor(async () => ended || (await admin.query(waiting)).rowCount === 1, { what: 'a migration that has waited for 0.3 s' });
      expect(ended).toBe(false);
      await admin.query('SELECT pg_advisory_unlock(7206141)');
      expect(await migrated).toEqual({ applied: [] });
    });
  });

  it('creates the tables in DATABASE_SCHEMA, and refuses to create a second set elsewhere', async () => {
    const empty = await createTestDatabase();
    const client = new pg.Client({ connectionString: empty.url });
    await client.connect();
    try {
      await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
      const { applied } = await migrateDatabase({ url: empty.url, schema: 'content hub' });
      expect(applied.length).toBeGreaterThan(5);
      await expect(migrateDatabase({ url: empty.url })).rejects.toThrow(
        'The tables are in the schema content hub, not in public. Set DATABASE_SCHEMA=content hub.',
      );
      await takeTour({ databaseUrl: empty.url, settings: { DATABASE_SCHEMA: 'content hub' } });
    } finally {
      await client.end();
      await empty.drop();
    }
  });
});
