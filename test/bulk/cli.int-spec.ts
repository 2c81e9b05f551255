import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { runCli } from '../cli/run-cli.ts';
import { temporaryFolder } from '../cli/temporary-folder.ts';
import type { AcceptedBatch } from '../../src/tasks/batches/batch.dto.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { withoutTriggers } from '../support/without-triggers.ts';

const LATER = '2998-01-01T00:00:00Z';
let server: TestApplication;
let env: Record<string, string>;

beforeAll(async () => {
  server = await startApplication({
    handlers: [
      { name: 'good', handle: () => Promise.resolve('done') },
      {
        name: 'bad',
        maxAttempts: 1,
        handle: ({ params }) => ((params as { well?: boolean }).well ? Promise.resolve('done') : Promise.reject(new Error('no'))),
      },
    ],
  });
  env = { APP_SERVER: server.url, APP_TOKEN: server.key };
});
afterAll(() => server.close());

const cli = (...argv: string[]) => runCli(argv, { env });

async function batch(tasks: object[]): Promise<AcceptedBatch> {
  return (await server.http<AcceptedBatch>('POST', '/batches', { name: 'b', tasks })).body;
}

async function statusOf(executionId: string): Promise<unknown> {
  return (await server.http('GET', `/executions/${executionId}`)).body.status;
}

async function failed(): Promise<{ batchId: string; ids: [string, string] }> {
  const { batchId, items } = await batch([{ taskName: 'bad' }, { taskName: 'bad' }]);
  const ids = items.map(({ executionId }) => executionId) as [string, string];
  for (const id of ids) await waitFor(async () => (await statusOf(id)) === 'failed', { what: 'its failure' });
  return { batchId, ids };
}

describe('task batch', () => {
  it('submits a file, and prints the next command', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'nightly.json');
    await writeFile(
      file,
      JSON.stringify({
        name: 'nightly',
        tasks: [
          { ref: 'a', taskName: 'good' },
          { taskName: 'good', dependsOn: ['a'] },
        ],
      }),
    );
    const { code, stdout, stderr } = await cli('task', 'batch', '-f', file, '--idempotency-key', 'n-1');
    expect([code, stderr]).toEqual([0, `Next: contenthub task list --batch ${stdout}`]);
    expect((await cli('task', 'batch', '-f', file, '--idempotency-key', 'n-1')).stdout).toBe(stdout);
    const listed = await cli('task', 'list', '--batch', stdout.trim(), '-o', 'json');
    expect((JSON.parse(listed.stdout) as { items: unknown[] }).items).toHaveLength(2);
    const json = await cli('task', 'batch', '-f', file, '-o', 'json');
    expect(JSON.parse(json.stdout)).toMatchObject({ total: 2, items: [{ ref: 'a' }, { ref: null }] });
  });

  it('reports what is wrong with it', async () => {
    const body = JSON.stringify({ name: 'x', tasks: [{ ref: 'a', taskName: 'good', dependsOn: ['a'] }] });
    const { code, stderr } = await runCli(['task', 'batch', '-f', '-'], { env, stdin: body });
    expect(code).toBe(2);
    expect(stderr).toContain('a > a');
    expect((await cli('task', 'batch', '-f', '/nowhere.json')).code).toBe(2);
  });
});

describe('task cancel', () => {
  it('by filter asks with the numbers of a preview, and prints the receipt', async () => {
    const { batchId } = await batch([{ taskName: 'good' }, { taskName: 'good', runAt: LATER }, { taskName: 'good', runAt: LATER }]);
    const chosen = ['task', 'cancel', '--filter', `batchId=${batchId}`, '--status', 'pending'];
    const asked = await cli(...chosen);
    expect([asked.code, asked.stdout]).toEqual([2, '']);
    expect(asked.stderr).toContain('This cancels tasks: 2 of 2 eligible. Confirm with --yes');
    const dry = await cli(...chosen, '--dry-run', '-o', 'json');
    expect(JSON.parse(dry.stdout)).toEqual({ matched: 2, eligible: 2, skipped: {}, summary: '2 of 2 eligible' });
    const done = await cli(...chosen, '--yes', '-o', 'json');
    expect([done.code, JSON.parse(done.stdout)]).toEqual([
      0,
      { executionId: expect.any(String), action: 'cancel', matched: 2, eligible: 2, done: 2, skipped: {} },
    ]);
    const nothing = await cli(...chosen, '--yes');
    expect([nothing.code, nothing.stdout]).toEqual([0, 'Matched\t0\nEligible\t0\nSkipped\t{}\nSummary\t0 of 0 eligible\n']);
  });

  it('combines names and states', async () => {
    await batch([{ taskName: 'good', runAt: LATER }]);
    const { stdout } = await cli('task', 'cancel', '--status', 'pending', '--dry-run', '-o', 'json', '--task-name', 'bad');
    expect(JSON.parse(stdout)).toMatchObject({ matched: 0 });
  });

  it.each([
    [['--status', 'done'], 'one of pending'],
    [['--filter', 'state=failed'], 'status=…'],
    [['--filter', 'status'], 'status=…'],
    [['--filter', 'status=done'], 'one of pending'],
    [['--filter', 'since=yesterday'], 'duration'],
    [['--status', 'failed', uuidv7()], 'one of them'],
    [['--status', 'failed', '--all'], 'one of them'],
  ])('refuses %j', async (options, words) => {
    const { code, stderr } = await cli('task', 'cancel', ...options);
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
  });
});

describe('task retry', () => {
  it.each(['task retry', 'task-retry'])('%s retries tasks with other params', async (command) => {
    const { ids } = await failed();
    const missing = uuidv7();
    const { code, stdout } = await cli(...command.split(' '), ids[0], missing, '--params', '{"well":true}');
    expect([code, stdout]).toEqual([3, `ID\tOutcome\n${ids[0]}\tretried\n${missing}\tnot found\n`]);
    await waitFor(async () => (await statusOf(ids[0])) === 'completed', { what: 'its success' });
    const again = await cli(...command.split(' '), ids[0]);
    expect([again.code, again.stdout]).toEqual([7, `ID\tOutcome\n${ids[0]}\tnot retryable\n`]);
    expect((await cli(...command.split(' '), ids[1], '--from-step', 'draft')).code).toBe(0);
  });

  it('by filter is a bulk operation', async () => {
    const { batchId } = await failed();
    const { code, stdout } = await cli(
      'task',
      'retry',
      '--status',
      'failed',
      '--filter',
      `batchId=${batchId}`,
      '--filter',
      'since=1h',
      '--yes',
      '-o',
      'json',
    );
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { action: 'retry', eligible: 2, done: 2 }]);
  });

  it('waits for dependencies again, unless --ignore-dependencies is given', async () => {
    const { batchId, items } = await batch([
      { ref: 'a', taskName: 'good', runAt: LATER },
      { taskName: 'good', dependsOn: ['a'] },
      { taskName: 'good', dependsOn: ['a'] },
    ]);
    const [, b = '', c = ''] = items.map(({ executionId }) => executionId);
    await server.http('DELETE', `/batches/${batchId}`);
    expect((await cli('task', 'retry', b)).code).toBe(0);
    expect(await statusOf(b)).toBe('pending');
    await server.http('DELETE', `/batches/${batchId}`);
    expect((await cli('task', 'retry', b, '--ignore-dependencies')).code).toBe(0);
    await waitFor(async () => (await statusOf(b)) === 'completed', { what: 'its success' });
    const all = ['task', 'retry', '--filter', `batchId=${batchId}`, '--yes', '-o', 'json'];
    expect((await cli(...all)).code).toBe(0);
    expect(await statusOf(c)).toBe('pending');
    await server.http('DELETE', `/batches/${batchId}`);
    expect((await cli(...all, '--ignore-dependencies')).code).toBe(0);
    await waitFor(async () => (await statusOf(c)) === 'completed', { what: 'its success' });
    await server.http('DELETE', `/batches/${batchId}`);
  });

  it.each([[[]], [['--status', 'failed', uuidv7()]], [['--status', 'failed', '--params', '{}']]])('refuses %j', async (options) => {
    expect((await cli('task', 'retry', ...options)).code).toBe(2);
  });
});

describe('task cleanup', () => {
  it('counts, asks and deletes', async () => {
    const id = uuidv7({ msecs: Date.now() - 100 * 86_400_000 });
    const columns = 'id, name, status, rank, run_at, max_attempts, backoff, timeout_ms, created_by, trigger, actor, created_at';
    await server.sql(
      `INSERT INTO tasks (${columns}) SELECT $1, 'good', 'pending', t, t, 1, '{}', 1, 'x', 'api', 'x', t FROM (SELECT now() - interval '100 days' AS t) s`,
      [id],
    );
    await server.http('DELETE', '/tasks/executions/cancel/by-ids', { executionIds: [id] });
    await withoutTriggers((text) => server.sql(text), `UPDATE tasks SET terminal_at = created_at WHERE id = '${id}'`);
    const dry = await cli('task', 'cleanup', '--older-than', '30d', '--dry-run', '-o', 'json');
    expect(JSON.parse(dry.stdout)).toMatchObject({ matched: 1, eligible: 1 });
    expect((await cli('task', 'cleanup', '--older-than', '30d')).stderr).toContain(
      'This deletes tasks: 1 of 1 eligible. Confirm with --yes',
    );
    const { code, stdout } = await cli('task', 'cleanup', '--older-than', '30d', '--yes', '-o', 'json');
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { deleted: 1 }]);
    expect(JSON.parse((await cli('task', 'cleanup', '--older-than', '30d', '--yes', '-o', 'json')).stdout)).toMatchObject({ matched: 0 });
    expect((await cli('task', 'cleanup', '--older-than', '1M')).code).toBe(2);
    expect((await cli('task', 'cleanup')).code).toBe(2);
  });
});
