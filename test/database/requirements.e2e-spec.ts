import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { ConfigurationError } from '../../src/platform/config/configuration-error.ts';
import { migrateDatabase } from '../../src/platform/database/migrate.ts';
import { isTransient } from '../../src/platform/database/transient.ts';
import { withDatabase } from '../support/test-database.ts';

const suffix = randomBytes(4).toString('hex');
const role = `ch_${suffix}`;
const adminUrl = process.env.TEST_DATABASE_URL as string;
let admin: pg.Client;
const made: string[] = [];

beforeAll(async () => {
  admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD '${suffix}'`);
});
afterAll(async () => {
  for (const name of made) await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
  await admin.query(`DROP ROLE ${role}`);
  await admin.end();
});

/** An empty database, as its administrator and as the role sees it. */
async function emptyDatabase(options = ''): Promise<{ name: string; url: string; roleUrl: string }> {
  const name = `test_requirements_${suffix}_${made.length}`;
  await admin.query(`CREATE DATABASE ${name} TEMPLATE template0 ${options}`);
  made.push(name);
  const url = withDatabase(adminUrl, name);
  const asRole = new URL(url);
  asRole.username = role;
  asRole.password = suffix;
  await execute(url, 'REVOKE CREATE ON SCHEMA public FROM PUBLIC');
  return { name, url, roleUrl: asRole.href };
}

async function execute(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

const errorOf = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => new Error('it did not fail'),
    (error: Error) => error,
  );

describe('a migration of an unsuitable database', () => {
  it('ends at once where the role may not create tables, and names a sufficient GRANT', async () => {
    const { url, roleUrl } = await emptyDatabase();
    const error = await errorOf(migrateDatabase({ url: roleUrl }));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toContain(`The role ${role} may not create tables in the schema public.`);
    await execute(url, /GRANT .* TO "\w+"/.exec(error.message)?.[0] ?? 'no GRANT');
    expect((await migrateDatabase({ url: roleUrl })).applied.length).toBeGreaterThan(5);
  });

  it('ends where the role may not create the schema, and uses one that exists', async () => {
    const { url, roleUrl } = await emptyDatabase();
    const error = await errorOf(migrateDatabase({ url: roleUrl, schema: 'hub' }));
    expect(error).toBeInstanceOf(ConfigurationError);
    await execute(url, /CREATE SCHEMA .* AUTHORIZATION "\w+"/.exec(error.message)?.[0] ?? 'no CREATE SCHEMA');
    expect((await migrateDatabase({ url: roleUrl, schema: 'hub' })).applied.length).toBeGreaterThan(5);
  });

  it('ends with an error that may be retried while an empty database is read-only', async () => {
    const { name, url } = await emptyDatabase();
    await admin.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    const error = await errorOf(migrateDatabase({ url }));
    expect(error.message).toContain('The database is read-only and has no tables yet.');
    expect(isTransient(error)).toBe(true);
    await admin.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
    expect((await migrateDatabase({ url })).applied.length).toBeGreaterThan(5);
  });

  it('rejects tables whose first migration is another one, and accepts those of a newer version', async () => {
    const { url } = await emptyDatabase();
    await migrateDatabase({ url });
    await execute(url, `INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Newer9999999999999')`);
    expect(await migrateDatabase({ url })).toEqual({ applied: [] });
    await execute(url, `DELETE FROM migrations WHERE name <> 'Newer9999999999999'`);
    const error = await errorOf(migrateDatabase({ url }));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toContain('tables of a version that this one cannot migrate (Newer9999999999999). Use an empty database');
  });

  it('rejects an encoding other than UTF8', async () => {
    const { url } = await emptyDatabase(`ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'`);
    const error = await errorOf(migrateDatabase({ url }));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toContain('The database has the encoding LATIN1');
  });

  it('rejects a session_replication_role that disables the triggers', async () => {
    const { name, url } = await emptyDatabase();
    await admin.query(`ALTER DATABASE ${name} SET session_replication_role = replica`);
    const error = await errorOf(migrateDatabase({ url }));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toContain('session_replication_role is replica');
  });
});
