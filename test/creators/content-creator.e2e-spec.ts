import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CreationError } from '../../src/creators/creation-error.ts';
import { ContentClient } from '../api/content-client.ts';
import { runCli, runContentCreator } from '../cli/run-cli.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { cliCreator } from './cli-harness.ts';
import { RecordedRun, requestOf, submissionOf } from './creator-runs.ts';

const PROGRAM = resolve('bin/content-creator.mjs');
const never = new AbortController().signal;

/** The server that writes. */
let writer: TestApplication;
let variables: Record<string, string>;

beforeAll(async () => {
  writer = await startApplication();
  const { name } = await new ContentClient(writer.http).createAccount({ creator: 'simulated', creatorOptions: { latencyMs: 0 } });
  variables = { WRITER_URL: writer.url, WRITER_KEY: writer.key, CONTENTHUB_ACCOUNT: name };
});
afterAll(() => writer.close());

describe('the native profile of the creator cli', () => {
  it('carries a request from one server through content-creator to another, and the article back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'creator-chain-'));
    const hub = await startApplication({
      settings: {
        PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
        CREATOR_CLI_PATH: PROGRAM,
        CREATOR_CLI_PROFILE: 'native',
        CREATOR_CLI_ENV: 'CONTENTHUB_URL=WRITER_URL,CONTENTHUB_KEY=WRITER_KEY,CONTENTHUB_ACCOUNT',
        CREATOR_CLI_DIR: folder,
        ASYNC_POLL_INTERVAL: '1',
        ...variables,
      },
    });
    try {
      const client = new ContentClient(hub.http);
      const { id: accountId } = await client.createAccount({ creator: 'cli', voice: { minWords: 10, maxWords: 5_000 } });
      const content = await client.generate({ accountId, topic: 'Tides of winter', keywords: ['tide'], requirements: 'Two examples.' });
      const { items } = (await writer.http<{ items: { taskId: string; topic: string; contentId: string }[] }>('GET', '/content-tasks'))
        .body;
      expect(items).toMatchObject([{ topic: 'Tides of winter', keywords: ['tide'], requirements: 'Two examples.', minWords: 10 }]);
      const written = await new ContentClient(writer.http).getContent(items[0]?.contentId ?? '');
      expect([content.title, content.bodyMarkdown.trim()]).toEqual([written.title, written.bodyMarkdown.trim()]);
      const [work] = (
        await hub.http<{ items: { id: string; externalId: string }[] }>('GET', `/content-tasks/${content.generationTaskId}/work`)
      ).body.items;
      expect([work?.id, work?.externalId]).toEqual([items[0]?.taskId, items[0]?.taskId]);
    } finally {
      await hub.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** A script that was written for the public tool, without a change: the profile reads what this program prints. */
describe('the profile content-creator@0.2 with this program in place of the public tool', () => {
  const start = (changes = {}) => {
    const { WRITER_URL = '', WRITER_KEY = '', CONTENTHUB_ACCOUNT = '' } = variables;
    const tool = { CONTENTHUB_URL: WRITER_URL, CONTENTHUB_KEY: WRITER_KEY, CONTENTHUB_ACCOUNT };
    const harness = cliCreator('content-creator@0.2', {
      path: PROGRAM,
      environment: { ...tool, CREATOR_CLI_ENV: [...Object.keys(tool), ...TOOL_KEYS].join(','), ...changes },
    });
    return { ...harness, run: new RecordedRun() };
  };
  const TOOL_KEYS = ['LLM_API_KEY', 'LLM_BASE_URL', 'TAVILY_API_KEY', 'ARK_API_KEY', 'REDIS_URL'].map((name) => `${name}=TOOL_${name}`);

  it('creates, follows by list and status, and reads the article', async () => {
    const { creator, run } = start();
    const request = requestOf({ topic: 'Tides of spring' });
    const id = await creator.submit(request, run, submissionOf(run));
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    await waitFor(async () => (await creator.status(id, never)).state === 'completed', { what: 'the work to complete' });
    const article = await creator.result(id, request, run);
    const [task] = (await writer.http<{ items: { topic: string; contentId: string }[] }>('GET', '/content-tasks?limit=1')).body.items;
    const written = await new ContentClient(writer.http).getContent(task?.contentId ?? '');
    expect([task?.topic, article.title, article.warnings]).toEqual(['Tides of spring', written.title, []]);
    expect(article.bodyMarkdown).toBe(written.bodyMarkdown.trim());
    expect(await creator.submit(request, run, submissionOf(run, { repeated: true }))).toBe(id);
  });

  it('reads the refusals', async () => {
    const { creator } = start({ CONTENTHUB_ACCOUNT: 'nobody' });
    const run = new RecordedRun();
    const error = await creator.submit(requestOf(), run, submissionOf(run)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CreationError);
    expect(error).toMatchObject({ code: 'invalid_input', message: expect.stringContaining('There is no account "nobody"') });
    expect(
      await start()
        .creator.status('gone', never)
        .catch((thrown: unknown) => thrown),
    ).toMatchObject({ code: 'incompatible' });
  });
});

describe('content-creator with a server', () => {
  const creator = async (...argv: string[]) => {
    const { WRITER_URL = '', WRITER_KEY = '', CONTENTHUB_ACCOUNT = '' } = variables;
    const env = { CONTENTHUB_URL: WRITER_URL, CONTENTHUB_KEY: WRITER_KEY, CONTENTHUB_ACCOUNT };
    const { code, stdout } = await runContentCreator([...argv, '--json'], { env });
    return { code, value: JSON.parse(stdout) as Record<string, unknown> };
  };

  it('creates in sync mode, and shows what it created', async () => {
    const wishes = ['--audience', 'sailors', '--min-words', '20', '--max-words', '900', '--priority', 'urgent', '--tone', 'calm'];
    const created = await creator('create', '-t', 'Tides of autumn', '-r', 'Short', ...wishes, '--task-id', 'autumn-1');
    expect(created).toMatchObject({ code: 0, value: { taskId: 'autumn-1', status: 'completed', content: expect.stringMatching(/^# /) } });
    expect(await creator('create', '-t', 'Tides of autumn', '-r', 'Short', ...wishes, '--task-id', 'autumn-1')).toEqual(created);
    expect(await creator('status', '-t', 'autumn-1')).toMatchObject({
      value: {
        priority: 10,
        targetAudience: 'sailors',
        tone: 'calm',
        hardConstraints: { minWords: 20, maxWords: 900 },
        status: 'completed',
      },
    });
    expect((await creator('result', '-t', 'autumn-1')).value).toMatchObject({ content: created.value['content'] });
    expect((await creator('cancel', '-t', 'autumn-1')).value).toMatchObject({ cancelled: false });
    expect((await creator('list', '-s', 'completed', '-l', '1')).value).toMatchObject([{ taskId: 'autumn-1' }]);
  });

  it('cancels a task that waits, and retries it', async () => {
    await creator('create', '-t', 'Tides of summer', '--async', '--at', '2999-01-01T00:00:00Z', '--task-id', 'summer-1');
    expect((await creator('cancel', '-t', 'summer-1')).value).toMatchObject({ cancelled: true, status: 'cancelled' });
    expect((await creator('retry', '--all', '-s', 'cancelled')).value).toMatchObject({
      tasks: [{ taskId: 'summer-1', outcome: 'retried' }],
    });
    await creator('cancel', '-t', 'summer-1');
  });

  it('stores every line of a CSV, or none', async () => {
    const { WRITER_URL = '', WRITER_KEY = '', CONTENTHUB_ACCOUNT = '' } = variables;
    const env = { CONTENTHUB_URL: WRITER_URL, CONTENTHUB_KEY: WRITER_KEY };
    const count = async () => (await writer.sql<{ count: number }>('SELECT count(*)::int AS count FROM content_generation'))[0]?.count ?? 0;
    const before = await count();
    const csv = (...lines: string[]) => `account_id,topic,priority,auto_approve\n${lines.join('\n')}\n`;
    const submit = (stdin: string) => runCli(['content', 'generate', '--csv', '-', '--yes', '-o', 'json'], { env, stdin });
    expect((await submit(csv(`${CONTENTHUB_ACCOUNT},First of a list,10,否`, 'nobody,Second,,'))).code).toBe(2);
    expect(await count()).toBe(before);
    const { code, stdout } = await submit(csv(`${CONTENTHUB_ACCOUNT},First of a list,10,否`, `${CONTENTHUB_ACCOUNT},Second of a list,,`));
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { total: 2, skipped: 0 }]);
    const { items } = (await writer.http<{ items: object[] }>('GET', '/content-tasks?limit=2')).body;
    expect(items).toMatchObject([{ topic: 'Second of a list' }, { topic: 'First of a list', priority: 10, autoApprove: false }]);
  });
});
