import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { VerifyReport } from '../../src/app/verify/verify.ts';
import { useEngines } from '../support/engine.ts';
import { COMPILE_CACHE } from '../support/infrastructure.ts';
import { waitFor } from '../support/wait-for.ts';

const LIVE = 10_000;
const SCHEMAS = `SELECT nspname AS name FROM pg_namespace WHERE nspname LIKE 'contenthub_verify%'`;
/** Every row of the tables of public, as one hash. */
const TABLES = `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1`;

const harness = useEngines();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'contenthub-verify-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function verify(url: string, ...argv: string[]): ChildProcess {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    NODE_COMPILE_CACHE: COMPILE_CACHE,
    DATABASE_URL: url,
    DATA_DIR: folder,
    TMPDIR: folder,
  };
  return spawn(process.execPath, ['bin/contenthub.mjs', 'verify', ...argv], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function hashes(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { name } of await harness.sql<{ name: string }>(TABLES)) {
    const hash = `SELECT coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text)), '') AS hash FROM ${name} t`;
    found[name] = (await harness.sql<{ hash: string }>(hash))[0]?.hash ?? '';
  }
  return found;
}
const schemas = async () => (await harness.sql<{ name: string }>(SCHEMAS)).map(({ name }) => name);

const claimed = async () => {
  const [schema] = await schemas();
  return (await harness.sql(`SELECT FROM ${schema}.task_audit WHERE reason = 'claim' LIMIT 1`)).length === 1;
};

describe('contenthub verify', () => {
  it('finds all invariants kept while workers are killed, leaves 10,000 live tasks as they were, and removes its schema', async () => {
    const engine = await harness.start({ handlers: [{ name: 'sleep', handle: () => 'done' }] });
    const { url } = harness;
    await harness.sql(`CREATE SCHEMA contenthub_verify_0123456789ab`); // of a verification that was killed
    const live = { name: 'sleep', createdBy: 'test', trigger: 'api' as const };
    await engine.tasks.submitMany(Array.from({ length: LIVE }, () => live));
    const before = await hashes();
    const report = join(folder, 'report.json');
    const child = verify(url, '--yes', '--tasks', '300', '--workers', '2', '--kills', '2', '--report', report);
    const [stdout, [code]] = await Promise.all([text(child.stdout as never), once(child, 'exit')]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('all invariants hold')]);
    const { accepted, completed, checks, transitions, attempts } = JSON.parse(readFileSync(report, 'utf8')) as VerifyReport;
    expect([accepted, completed]).toEqual([300, 300]);
    expect(checks.filter(({ ids }) => ids.length > 0)).toEqual([]);
    expect(checks.length).toBeGreaterThan(10);
    expect(attempts).toBeGreaterThan(300); // a third of the tasks fails at first, unless its worker was killed meanwhile
    expect(transitions['retry']).toBeGreaterThan(50);
    expect(await hashes()).toEqual(before);
    expect(await schemas()).toEqual([]);
  });

  it('removes its schema and its processes after Ctrl-C', async () => {
    const child = verify(harness.url, '--yes', '--tasks', '2000', '--workers', '1', '--kills', '0');
    const output = text(child.stderr as never);
    await waitFor(async () => (await schemas()).length === 1, { what: 'the schema' });
    await waitFor(claimed, { what: 'its first claim' });
    child.kill('SIGINT');
    const [code] = (await once(child, 'exit')) as [number];
    expect([code, await output]).toEqual([130, expect.not.stringContaining('Error')]);
    expect(await schemas()).toEqual([]);
    const left = `SELECT application_name AS name FROM pg_stat_activity WHERE application_name LIKE 'contenthub-%'`;
    await waitFor(async () => (await harness.sql(left)).length === 0, { what: 'its workers to end', timeoutMs: 120_000 });
  });

  it('ends with an error when its tables disappear meanwhile', async () => {
    const child = verify(harness.url, '--yes', '--tasks', '2000', '--workers', '1', '--kills', '0');
    const output = text(child.stderr as never);
    const [schema] = await waitFor(async () => ((await claimed()) ? schemas() : undefined), { what: 'its first claim' });
    await harness.sql(`ALTER SCHEMA ${schema} RENAME TO gone`);
    const [code] = (await once(child, 'exit')) as [number];
    await harness.sql('DROP SCHEMA gone CASCADE');
    expect([code, await output]).toEqual([1, expect.stringContaining('tasks')]);
  });
});
