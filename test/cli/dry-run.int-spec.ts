import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from './run-cli.ts';
import { ACCOUNT_ID, EXECUTION_ID, execution } from './samples.ts';
import { StubServer } from './stub-server.ts';

const PREVIEW = { matched: 3, eligible: 2, skipped: { running: 1 }, summary: '2 waiting' };
const TOPIC = { id: ACCOUNT_ID, title: 'What a lease is', status: 'open', scores: { total: 60 }, origin: 'import' };
const ENTRY = { id: EXECUTION_ID, version: 4, title: 'WAL', status: 'pending', scheduledLocal: '2027-03-28T09:00' };
const IMPORT = { etag: '"a"', applied: false, created: 1, changed: 0, unchanged: 0, errors: 0, items: [] };
const BATCH_ITEM = { ref: 'a', taskName: 'good', queue: 'default', status: 'submitted', priority: 5, runAt: null, dependsOn: [] };
const WEBHOOK = { id: ACCOUNT_ID, name: 'newsroom', version: 1, secrets: [] };

const folder = mkdtempSync(join(tmpdir(), 'contenthub-dry-run-'));
writeFileSync(join(folder, 'topics.csv'), 'account_id,topic\nnotes,WAL\n');
writeFileSync(join(folder, 'titles.txt'), 'What a lease is\n');
writeFileSync(join(folder, 'accounts.yaml'), 'accounts: []\n');
writeFileSync(join(folder, 'batch.json'), JSON.stringify({ name: 'nightly', tasks: [{ ref: 'a', taskName: 'good' }] }));
afterAll(() => rmSync(folder, { recursive: true }));

let server: StubServer;
let env: Record<string, string>;
beforeEach(async () => {
  server = await new StubServer().start();
  env = { CONTENTHUB_URL: server.url, CONTENTHUB_KEY: 'key' };
  const page = (...items: object[]) => ({ body: { items, nextCursor: null } });
  server
    .on('POST /executions/bulk', { body: PREVIEW })
    .on('POST /executions/cleanup', { body: PREVIEW })
    .on('POST /batches', { body: { name: 'nightly', total: 1, ready: 1, waiting: 0, items: [BATCH_ITEM] } })
    .on('POST /queues/content/drain', { body: PREVIEW })
    .on('GET /executions', page(execution()))
    .on('GET /accounts', page({ id: ACCOUNT_ID, name: 'notes', status: 'active' }))
    .on('POST /topics/import', { body: { created: [TOPIC], skipped: [], reasons: [] } })
    .on('POST /accounts/import', { body: IMPORT })
    .on(`GET /pool/${EXECUTION_ID}`, { body: ENTRY })
    .on(`PATCH /pool/${EXECUTION_ID}`, { body: ENTRY })
    .on('GET /webhooks', page(WEBHOOK))
    .on(`GET /webhooks/${ACCOUNT_ID}/deliveries`, page({ id: EXECUTION_ID, status: 'failed' }))
    .on(`GET /webhooks/${ACCOUNT_ID}/deliveries/${EXECUTION_ID}`, { body: { id: EXECUTION_ID, status: 'failed' } });
});
afterEach(() => server.stop());

describe('--dry-run', () => {
  it.each([
    [['task', 'cancel', EXECUTION_ID], 'Eligible\t2'],
    [['task', 'cancel', '--status', 'pending'], 'Eligible\t2'],
    [['task', 'cancel', '--all'], 'Matched\t1'],
    [['task', 'retry', EXECUTION_ID], 'Eligible\t2'],
    [['task', 'retry', '--filter', 'since=24h'], 'Eligible\t2'],
    [['task', 'reprioritise', EXECUTION_ID, '--priority', 'high'], 'Eligible\t2'],
    [['task', 'reprioritise', '--status', 'pending', '--priority', '9'], 'Eligible\t2'],
    [['task', 'cleanup', '--older-than', '30d'], 'Eligible\t2'],
    [['task', 'batch', '-f', 'batch.json'], 'a\tgood\tdefault\tsubmitted\t5'],
    [['queue', 'drain', 'content'], 'Eligible\t2'],
    [['content', 'generate', '--csv', 'topics.csv'], '2\tnotes\tWAL'],
    [['topic', 'import', '--account', 'notes', '--file', 'titles.txt'], 'What a lease is\topen'],
    [['account', 'import', 'accounts.yaml'], ''],
    [['pool', 'move', EXECUTION_ID, '--at', '2027-03-28T09:00'], '2027-03-28T09:00'],
    [['webhook', 'redeliver', 'newsroom', '--failed'], EXECUTION_ID],
  ])('%j says what would happen, and sends no request that changes something', async (argv, said) => {
    const { code, stdout, stderr } = await runCli([...argv, '--dry-run'], { env, cwd: folder });
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('Error')]);
    expect(stdout).toContain(said);
    const changing = server.received.filter(({ method, url, body }) => {
      const { preview, dryRun } = { ...(body as { preview?: boolean; dryRun?: boolean } | undefined) };
      return method !== 'GET' && preview !== true && dryRun !== true && url.searchParams.get('dryRun') !== 'true';
    });
    expect(changing).toEqual([]);
  });

  it('of an import shows no ids: the topics do not exist', async () => {
    const { stdout, stderr } = await runCli(['topic', 'import', '--account', 'notes', '--file', 'titles.txt', '--dry-run'], {
      env,
      cwd: folder,
    });
    expect(stdout).not.toContain(ACCOUNT_ID);
    expect(stderr).toBe('1 topics would be added. Nothing was stored\n');
  });
});

describe('task reprioritise', () => {
  it('needs a selection and a priority', async () => {
    expect((await runCli(['task', 'reprioritise', '--priority', 'high'], { env })).code).toBe(2);
    expect((await runCli(['task', 'reprioritise', EXECUTION_ID], { env })).code).toBe(2);
  });

  it('asks, sends the priority as a number, and waits for the end', async () => {
    const done = execution({ status: 'completed', result: { action: 'reprioritise', matched: 3, eligible: 2, done: 2, skipped: {} } });
    server
      .on('POST /executions/bulk', { body: PREVIEW }, { status: 202, body: { executionId: EXECUTION_ID } })
      .on(`GET /executions/${EXECUTION_ID}`, { body: done });
    const { code, stdout } = await runCli(['task', 'reprioritise', '--status', 'pending', '--priority', 'high', '--yes'], { env });
    expect([code, stdout]).toEqual([0, expect.stringContaining('Done\t2')]);
    const filter = { status: ['pending'] };
    expect(server.requests('POST /executions/bulk').map(({ body }) => body)).toEqual([
      { action: 'reprioritise', priority: 8, filter, preview: true },
      { action: 'reprioritise', priority: 8, filter },
    ]);
  });
});
