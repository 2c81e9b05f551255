import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import stringWidth from 'string-width';
import { runCli } from './run-cli.ts';
import { ACCOUNT_ID, COMPLETED, CONTENT, CONTENT_ID, contentTask, EXECUTION_ID, execution } from './samples.ts';
import { problem, StubServer } from './stub-server.ts';

let server: StubServer;
let env: Record<string, string>;
beforeEach(async () => {
  server = await new StubServer().start();
  env = { APP_SERVER: server.url, APP_TOKEN: 'key', NO_COLOR: '1' };
});
afterEach(() => server.stop());

const EXECUTION = `GET /executions/${EXECUTION_ID}`;
const page = (...items: object[]) => ({ body: { items, nextCursor: null } });

describe('tables on a narrow terminal', () => {
  const blocker = (code: string, detail: string) => ({ code, open: false, detail });

  beforeEach(() => {
    server.on('GET /contents', page({ ...CONTENT, title: 'How a task survives a crash of its worker in the night' }));
    server.on('GET /executions', page(execution({ error: { code: 'ECONNRESET', message: 'the provider closed the connection' } })));
    server.on(
      'GET /queues',
      page({
        name: 'content',
        paused: false,
        pending: 0,
        submitted: 12,
        running: 3,
        oldestWaitingMs: 5,
        slots: 3,
        busy: 3,
        strategy: 'priority',
      }),
    );
    server.on(
      'GET /agents',
      page({
        id: EXECUTION_ID,
        name: 'gpu-1',
        kind: 'remote',
        status: 'online',
        capabilities: ['llm'],
        running: 1,
        maxConcurrency: 3,
        lastSeenAt: COMPLETED.createdAt,
      }),
    );
    const key = {
      id: EXECUTION_ID,
      name: 'ci',
      prefix: 'aB3dE5gH',
      roles: ['editor', 'approver'],
      permissions: ['accounts:read', 'content:read', 'content:submit', 'content:edit', 'content:approve'],
      accountIds: [ACCOUNT_ID],
      status: 'active',
      createdBy: { type: 'key', id: ACCOUNT_ID, name: 'first key' },
      createdAt: COMPLETED.createdAt,
      expiresAt: null,
      revokedAt: null,
      revokedBy: null,
      lastUsedAt: COMPLETED.createdAt,
    };
    server.on('GET /keys', page(key));
    server.on(`GET /keys/${EXECUTION_ID}`, { body: key });
    server.on(`${EXECUTION}/why`, {
      body: {
        earliestStart: null,
        blockers: [
          blocker('dependencies', 'It waits for 2 of the 3 executions that it depends on, which have not ended yet.'),
          blocker('position', '它前面有三个任务在等待。'.repeat(6)),
        ],
      },
    });
  });

  const commands = [
    ['content', 'list'],
    ['task', 'list'],
    ['queue', 'list'],
    ['agent', 'list'],
    ['key', 'list'],
    ['key', 'show', 'ci'],
    ['task', 'why', EXECUTION_ID],
  ];
  it.each([60, 80].flatMap((columns) => commands.map((argv) => ({ columns, argv }))))(
    '$argv fits $columns columns',
    async ({ columns, argv }) => {
      const { code, stdout } = await runCli(argv, { env, tty: true, columns });
      expect(code).toBe(0);
      for (const line of stdout.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    },
  );

  it.each([
    ['task status', ['task', 'status', EXECUTION_ID], 'the provider closed the connection before the answer was whole'],
    ['content show', ['content', 'show', CONTENT_ID], 'what a task that survived a crash of its worker does next in the night'],
  ])('%s shows long texts in 60 columns without losing a word, and keeps addresses whole', async (_, argv, sentence) => {
    const error = { code: 'ECONNRESET', message: sentence };
    const params = { text: sentence, blob: 'x'.repeat(150) };
    server.on(EXECUTION, { body: execution({ params, result: { text: sentence }, error }) });
    server.on(`GET /contents/${CONTENT_ID}`, { body: { ...CONTENT, summary: sentence, title: sentence } });
    const { code, stdout } = await runCli(argv, { env, tty: true, columns: 60 });
    expect(code).toBe(0);
    const lines = stdout.split('\n').filter((line) => !line.startsWith('URL'));
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(60);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(sentence);
    const whole = argv[0] === 'content' ? CONTENT.previewUrl : 'x'.repeat(150);
    expect(stdout.replaceAll(/\s+/g, '')).toContain(whole);
  });

  it('wraps the remark about columns that were left out', async () => {
    const { stderr } = await runCli(['content', 'list'], { env, tty: true, columns: 60 });
    expect(stderr).toMatch(/^Not shown in 60 columns: /);
    for (const line of stderr.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(60);
  });

  it('keeps whole words of a title and names the columns it left out', async () => {
    const { stdout, stderr } = await runCli(['content', 'list'], { env, tty: true, columns: 80 });
    expect(stdout).toContain('How a task survives a crash of…');
    expect(stderr).toBe('Not shown in 80 columns: Created. --columns chooses, -o json shows all\n');
  });

  it('shows every word of a blocker', async () => {
    const { stdout } = await runCli(['task', 'why', EXECUTION_ID], { env, tty: true, columns: 60 });
    const words = stdout.split('\n').slice(1).join(' ').split(/\s+/);
    for (const word of 'It waits for 2 of the 3 executions that it depends on, which have not ended yet.'.split(' '))
      expect(words).toContain(word);
    expect(stdout).not.toContain('…');
    expect(stdout.match(/等待/g)).toHaveLength(6);
  });

  it('drops no column that was requested', async () => {
    const { stdout } = await runCli(['content', 'list', '--columns', 'id,title,kind,createdAt'], { env, tty: true, columns: 60 });
    expect(stdout).toContain('Created');
  });
});

describe('ids', () => {
  it('a short id of a table is accepted by commands', async () => {
    const short = EXECUTION_ID.slice(-12);
    server.on(`GET /content-tasks/${short}`, problem(404, 'content_task_not_found', 'none'));
    server.on('GET /executions', page(execution()));
    server.on(EXECUTION, { body: execution() });
    const { code, stdout } = await runCli(['task', 'status', short, '-o', 'json'], { env });
    expect([code, JSON.parse(stdout).executionId]).toEqual([0, EXECUTION_ID]);
  });

  it('two ids with the same end are an error that names both', async () => {
    const other = `11111111${EXECUTION_ID.slice(8)}`;
    server.on(`GET /content-tasks/${EXECUTION_ID.slice(-12)}`, problem(404, 'content_task_not_found', 'none'));
    server.on('GET /executions', page(execution(), execution({ executionId: other })));
    const { code, stderr } = await runCli(['task', 'status', EXECUTION_ID.slice(-12)], { env });
    expect(code).toBe(7);
    expect(stderr).toContain(other);
  });

  it('content show accepts the id of the content, of the execution and of the content task', async () => {
    server.on(`GET /contents/${CONTENT_ID}`, { body: CONTENT });
    server.on(`GET /contents/${EXECUTION_ID}`, problem(404, 'content_not_found', 'none'));
    for (const id of [EXECUTION_ID, 'task-1']) server.on(`GET /content-tasks/${id}`, { body: contentTask({ contentId: CONTENT_ID }) });
    for (const id of [CONTENT_ID, EXECUTION_ID, 'task-1']) {
      const { code, stdout } = await runCli(['content', 'show', id, '--format', 'markdown'], { env });
      expect([id, code, stdout]).toEqual([id, 0, `${CONTENT.bodyMarkdown}\n`]);
    }
  });

  it('a misspelt account is answered with the nearest name', async () => {
    server.on('GET /accounts', page({ id: ACCOUNT_ID, name: 'contenthub-zh' }));
    const { code, stderr } = await runCli(['content', 'list', '--account', 'contenthub-hz'], { env });
    expect([code, stderr]).toEqual([3, expect.stringContaining('There is no account "contenthub-hz". Did you mean "contenthub-zh"?')]);
  });
});

describe('text output', () => {
  it('the title and the detail of a problem', async () => {
    server.on(EXECUTION, {
      status: 409,
      headers: { 'content-type': 'application/problem+json' },
      body: { title: 'It has ended.', detail: 'Run it again.', code: 'x', status: 409 },
    });
    const { stderr } = await runCli(['task', 'status', EXECUTION_ID], { env });
    expect(stderr).toMatch(/^Error: It has ended\.\n {2}Run it again\.\nNext: /);
  });

  it('hints contain the command that works here', async () => {
    server.on(EXECUTION, problem(404, 'execution_not_found', 'none'));
    const checkout = { env, program: 'npx contenthub' };
    expect((await runCli(['task', 'status', EXECUTION_ID], checkout)).stderr).toContain('Next: npx contenthub task list\n');
    expect((await runCli(['task', 'status', '--help'], checkout)).stdout).toContain('\n  npx contenthub task status');
    expect((await runCli(['task', 'status', EXECUTION_ID], { env })).stderr).toContain('Next: contenthub task list\n');
  });

  it('a time in the past prints a warning, a future one does not', async () => {
    server.on('POST /tasks/a/execute/manual', { status: 202, body: { executionId: EXECUTION_ID, taskName: 'a', status: 'submitted' } });
    const at = async (time: string) => (await runCli(['task', 'run', 'a', '--at', time], { env })).stderr;
    expect(await at('2020-01-01T00:00:00Z')).toContain('Warning: --at 2020-01-01T00:00:00.000Z is in the past: the task starts at once\n');
    expect(await at('2120-01-01T00:00:00Z')).not.toContain('Warning');
  });

  it.each([
    ['high', 8],
    ['urgent', 10],
    ['3', 3],
  ])('--priority %s is sent as %i', async (word, sent) => {
    server.on('POST /tasks/a/execute/manual', { status: 202, body: { executionId: EXECUTION_ID, taskName: 'a', status: 'submitted' } });
    await runCli(['task', 'run', 'a', '--priority', word], { env });
    expect(server.requests('POST /tasks/a/execute/manual')[0]?.body).toMatchObject({ priority: sent });
  });

  it('a cancel of a finished task prints its status and succeeds', async () => {
    server.on('DELETE /tasks/executions/cancel/by-ids', { body: { cancelled: [], notFound: [EXECUTION_ID] } });
    server.on(EXECUTION, { body: COMPLETED });
    const { code, stdout, stderr } = await runCli(['task', 'cancel', EXECUTION_ID], { env });
    expect([code, stdout, stderr]).toEqual([0, `ID\tOutcome\n${EXECUTION_ID}\talready completed\n`, '0 cancelled, 1 had ended before\n']);
  });

  it('the help of a group lists the global options', async () => {
    const { stdout } = await runCli(['task', '--help']);
    expect(stdout).toContain('Global options:');
    expect(stdout).toContain('--server <url>');
  });

  it('progress never goes back within an attempt', async () => {
    server.on(`${EXECUTION}/logs/stream`, problem(404, 'not_found', 'no stream'));
    const states = [60, 25, 75].map((progress) => ({ headers: { 'retry-after': '0' }, body: execution({ progress }) }));
    server.on(EXECUTION, ...states, { body: COMPLETED });
    const { stderr } = await runCli(['task', 'status', EXECUTION_ID, '--follow'], { env });
    const seen = [...stderr.matchAll(/progress=(\d+)/g)].map(([, percent]) => Number(percent));
    expect(seen).toEqual([60, 75, 100]);
  });
});
