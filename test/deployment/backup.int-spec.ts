import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import pg from 'pg';
import { restoreBackup } from '../../src/platform/database/backup/restore-backup.ts';
import { writeBackup } from '../../src/platform/database/backup/write-backup.ts';
import { migrateDatabase, migrationNames } from '../../src/platform/database/migrate.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { withDatabase } from '../support/test-database.ts';
import { waitFor } from '../support/wait-for.ts';

const admin = process.env.TEST_DATABASE_URL as string;
const ODD = 'tab\t, line\nend, back\\slash, \\. , \u2028, 中文, "quote"';
let folder: string;
let server: TestApplication;
let source: string;
let made = 0;
const databases: string[] = [];

async function run<Row extends object>(url: string, sql: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** Empty, or with the schema and the rows of another, to which no session is connected. */
async function newDatabase(like?: string): Promise<string> {
  const name = `backup_${process.env.JEST_WORKER_ID ?? '0'}_${process.pid}_${(made += 1)}`;
  await run(admin, `CREATE DATABASE ${name} TEMPLATE ${like === undefined ? 'template1' : new URL(like).pathname.slice(1)}`);
  databases.push(name);
  return withDatabase(admin, name);
}
const emptyDatabase = (): Promise<string> => newDatabase();

/** Tables whose rows the loops of the running server write while they have nothing to do. */
const WRITTEN_BY_IDLE_LOOPS = [
  'agents',
  'alert_evaluations',
  'alert_process_reports',
  'daily_statistics',
  'metric_readings',
  'minute_statistics',
  'schedule_clock',
  'statistics_watermarks',
  'system_schedule_runs',
];

/** Hash of the rows by table. */
async function contentOf(url: string): Promise<Record<string, string>> {
  const tables = await run<{ name: string }>(
    url,
    `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1`,
  );
  const found: Record<string, string> = {};
  for (const { name } of tables.filter((table) => table.name !== 'migrations' && !WRITTEN_BY_IDLE_LOOPS.includes(table.name))) {
    const [row] = await run<{ hash: string }>(
      url,
      `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') AS hash FROM "${name}" t`,
    );
    found[name] = row?.hash ?? '';
  }
  return found;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'contenthub-backup-'));
  server = await startApplication({ handlers: [{ name: 'echo', handle: (context) => Promise.resolve({ said: context.params }) }] });
  source = ((await server.sql<{ name: string }>('SELECT current_database() AS name'))[0] as { name: string }).name;
  source = withDatabase(admin, source);
});
afterAll(async () => {
  await server.close();
  for (const name of databases) await run(admin, `DROP DATABASE ${name} WITH (FORCE)`);
  rmSync(folder, { recursive: true });
});

const completed = async (count: number): Promise<void> => {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    const { body } = await server.http<{ executionId: string }>('POST', '/tasks/echo/execute/api', { params: { text: `${ODD} ${i}` } });
    ids.push(body.executionId);
  }
  for (const id of ids) {
    for (let status = ''; status !== 'completed'; ) {
      status = (await server.http<{ status: string }>('GET', `/executions/${id}`, undefined, { prefer: 'wait=5' })).body.status;
      if (status === 'failed') throw new Error(`task ${id} failed`);
    }
  }
};

describe('a backup', () => {
  it('restores every row of every table, and is readable by its owner only', async () => {
    await completed(5);
    const file = join(folder, 'whole.gz');
    // Once, the server's first evaluation of the alerts writes rows of its own.
    const stored = await waitFor(
      async () => {
        const before = await contentOf(source);
        const { rows } = await writeBackup({ url: source }, file, '0.1.0');
        return isDeepStrictEqual(before, await contentOf(source)) && { rows, content: before };
      },
      { what: 'a backup during which nothing was written' },
    );
    expect(stored.rows).toBeGreaterThan(15);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const target = await emptyDatabase();
    const restored = await restoreBackup({ url: target }, file, { replace: false });
    expect(restored).toMatchObject({ rows: stored.rows, applied: [] });
    expect(await contentOf(target)).toEqual(stored.content);
  });

  it('enables the triggers again once its rows are loaded, and continues the sequences', async () => {
    const file = join(folder, 'guards.gz');
    await writeBackup({ url: source }, file, '0.1.0');
    const target = await emptyDatabase();
    await restoreBackup({ url: target }, file, { replace: false });
    await expect(run(target, `UPDATE tasks SET status = 'submitted', terminal_at = NULL WHERE status = 'completed'`)).rejects.toThrow(
      'illegal change of task',
    );
    const sequences = (url: string) => run(url, 'SELECT sequencename, last_value FROM pg_sequences ORDER BY 1');
    expect(await sequences(target)).toEqual(await sequences(source));
  });

  it('is one snapshot, whatever is written at the same time', async () => {
    const file = join(folder, 'busy.gz');
    let stop = false;
    const writing = (async () => {
      while (!stop) await server.http('POST', '/tasks/echo/execute/api', { params: { text: 'meanwhile' } });
    })();
    await writeBackup({ url: source }, file, '0.1.0');
    stop = true;
    await writing;
    const target = await emptyDatabase();
    await restoreBackup({ url: target }, file, { replace: false }); // foreign keys hold
    const chains = `SELECT count(*)::int AS broken FROM tasks t WHERE t.version <> (SELECT count(*) FROM task_audit a WHERE a.task_id = t.id)`;
    expect((await run<{ broken: number }>(source, chains))[0]?.broken).toBe(0);
    expect((await run<{ broken: number }>(target, chains))[0]?.broken).toBe(0);
  });

  it('is refused for tables that reference each other in a cycle, and leaves no file', async () => {
    const url = await emptyDatabase();
    await migrateDatabase({ url });
    await run(
      url,
      'CREATE TABLE left_side (id int PRIMARY KEY, other int); CREATE TABLE right_side (id int PRIMARY KEY REFERENCES left_side (id))',
    );
    await writeBackup({ url }, join(folder, 'without-cycle.backup.gz'), '0.1.0');
    await run(url, 'ALTER TABLE left_side ADD FOREIGN KEY (other) REFERENCES right_side (id)');
    const file = join(folder, 'cycle.backup.gz');
    await expect(writeBackup({ url }, file, '0.1.0')).rejects.toThrow('in a cycle, which no restore can load: left_side, right_side');
    expect([existsSync(file), existsSync(`${file}.part`)]).toEqual([false, false]);
  });

  it('of an older version gets its schema, its rows, and then the newer migrations', async () => {
    const names = await migrationNames();
    const old = await emptyDatabase();
    await migrateDatabase({ url: old }, names.length - 1);
    await run(
      old,
      `INSERT INTO accounts (id, platform, name, status, language, time_zone, voice, sections, sources, created_at, updated_at, version)
      VALUES (gen_random_uuid(), 'blog', $1, 'active', 'zh', 'UTC', '{}', '[]', '[]', now(), now(), 1)`,
      [ODD],
    );
    const file = join(folder, 'old.gz');
    await writeBackup({ url: old }, file, '0.0.9');
    const target = await emptyDatabase();
    const { applied } = await restoreBackup({ url: target }, file, { replace: false });
    expect(applied).toEqual(names.slice(-1));
    expect(await run(target, 'SELECT name FROM accounts')).toEqual([{ name: ODD }]);
  });
});

describe('a restore is rejected, and changes nothing', () => {
  let file: string;
  let restored: string;
  beforeAll(async () => {
    file = join(folder, 'good.gz');
    await writeBackup({ url: source }, file, '0.1.0');
    restored = await emptyDatabase();
    await restoreBackup({ url: restored }, file, { replace: false });
  });
  const changed = (name: string, change: (text: string) => string): string => {
    const path = join(folder, name);
    writeFileSync(path, gzipSync(change(gunzipSync(readFileSync(file)).toString())));
    return path;
  };

  it('when the database is not empty, unless it may be replaced', async () => {
    const target = await newDatabase(restored);
    const before = await contentOf(target);
    await expect(restoreBackup({ url: target }, file, { replace: false })).rejects.toThrow('is not empty');
    expect(await contentOf(target)).toEqual(before);
    await restoreBackup({ url: target }, file, { replace: true });
    expect(await contentOf(target)).toEqual(before);
  });

  it('while a server is connected to the database', async () => {
    const before = await server.sql('SELECT count(*) FROM tasks');
    await expect(restoreBackup({ url: source }, file, { replace: true })).rejects.toThrow(
      /are connected to the database \(contenthub-.*contenthub-listen.*\)\. Stop them first\./,
    );
    expect(await server.sql('SELECT count(*) FROM tasks')).toEqual(before);
  });

  it('while any session of a server is left, also without the one that listens', async () => {
    const target = await newDatabase(restored);
    const before = await contentOf(target);
    const heartbeat = new pg.Client({ connectionString: target, application_name: 'contenthub-beat' });
    await heartbeat.connect();
    try {
      await expect(restoreBackup({ url: target }, file, { replace: true })).rejects.toThrow('(contenthub-beat). Stop them first.');
      expect(await contentOf(target)).toEqual(before);
    } finally {
      await heartbeat.end();
    }
  });

  it.each([
    ['is no backup', () => changed('other.gz', () => '{"hello":1}\n'), 'not a backup of ContentHub'],
    [
      'was cut between two lines',
      () => changed('cut.gz', (text) => text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1)),
      'is incomplete',
    ],
    [
      'was cut in the middle of the file',
      () => {
        const path = join(folder, 'half.gz');
        writeFileSync(path, readFileSync(file).subarray(0, 2_000));
        return path;
      },
      'is damaged',
    ],
    [
      'comes from a version with other migrations',
      () => changed('newer.gz', (text) => text.replace(/"migrations":\["[^"]*"/, '"migrations":["Unknown9999999999999"')),
      'does not know',
    ],
    ['has another format', () => changed('format.gz', (text) => text.replace('"formatVersion":1', '"formatVersion":2')), 'reads format 1'],
  ])('when the file %s', async (_what, make, message) => {
    const target = await newDatabase(restored);
    const before = await contentOf(target);
    await expect(restoreBackup({ url: target }, make(), { replace: true })).rejects.toThrow(message);
    expect(await contentOf(target)).toEqual(before);
  });
});
