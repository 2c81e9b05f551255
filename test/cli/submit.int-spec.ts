import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runCli, startCli } from './run-cli.ts';
import { ACCOUNT_ID, COMPLETED, CONTENT, CONTENT_ID, contentTask, EXECUTION_ID, execution } from './samples.ts';
import { problem, StubServer } from './stub-server.ts';
import { temporaryFolder } from './temporary-folder.ts';

const EXECUTION = `GET /executions/${EXECUTION_ID}`;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let server: StubServer;
let env: Record<string, string>;
beforeEach(async () => {
  server = await new StubServer().start();
  env = { APP_SERVER: server.url, APP_TOKEN: 'key' };
});
afterEach(() => server.stop());

describe('content generate', () => {
  const SUBMIT = 'POST /content-tasks';
  const GENERATE = ['content', 'generate', '--account', 'Tech', '--topic', 'WAL'];
  const accepted = { status: 202, body: contentTask() };

  it('follows to the end and prints the content', async () => {
    server.on(SUBMIT, accepted).on(EXECUTION, { headers: { 'retry-after': '0' }, body: execution() }, { body: COMPLETED });
    server.on(`GET /content-tasks/${EXECUTION_ID}`, { body: contentTask({ contentId: CONTENT_ID }) });
    server.on(`GET /contents/${CONTENT_ID}`, { body: CONTENT });
    const { code, stdout, stderr } = await runCli(GENERATE, { env });
    expect(code).toBe(0);
    expect(stdout).toBe(
      `Title\t${CONTENT.title}\nWords\t812\nScore\t88\nReview\tapproved\nURL\t${CONTENT.previewUrl}\nID\t${CONTENT_ID}\n`,
    );
    expect(stderr).toContain('progress=25 step=draft\n');
    expect(stderr).toMatch(/^Warning: The keyword "check.*point" does not occur\.$/m);
    expect(stderr).not.toContain('\u001b');
  });

  it('sends every option', async () => {
    server.on(SUBMIT, accepted);
    const options = [
      ['--keywords', 'a, b，c'],
      ['--category', 'db'],
      ['--requirements', '-o no lists'],
      ['--tone', 'calm'],
      ['--priority', '10'],
      ['--at', '2026-11-23T09:00+08:00'],
      ['--task-id', 'mine-1'],
      ['--idempotency-key', 'k-1'],
      ['--async', '--no-auto-approve'],
    ].flat();
    expect((await runCli([...GENERATE, ...options], { env })).code).toBe(0);
    const [request] = server.requests(SUBMIT);
    expect(request?.headers).toMatchObject({ 'idempotency-key': 'k-1', authorization: 'Bearer key', 'content-type': 'application/json' });
    expect(request?.body).toEqual({
      account: 'Tech',
      topic: 'WAL',
      keywords: ['a', 'b', 'c'],
      category: 'db',
      requirements: '-o no lists',
      tone: 'calm',
      priority: 10,
      autoApprove: false,
      taskId: 'mine-1',
      runAt: '2026-11-23T01:00:00.000Z',
    });
  });

  it('sends only the given options, and an account id unchanged', async () => {
    server.on(SUBMIT, accepted);
    await runCli(['content', 'generate', '--account', ACCOUNT_ID, '--async', '--auto-approve'], { env });
    expect(server.requests(SUBMIT)[0]?.body).toEqual({ accountId: ACCOUNT_ID, autoApprove: true });
    const chosen = ['--creator', 'offline', '--option', 'form=data-article', '--option', 'total=true'];
    await runCli(['content', 'generate', '--account', ACCOUNT_ID, '--async', ...chosen], { env });
    const creatorOptions = { form: 'data-article', total: true };
    expect(server.requests(SUBMIT)[1]?.body).toEqual({ accountId: ACCOUNT_ID, creator: 'offline', creatorOptions });
  });

  it('--async prints the id, and the next command beside it', async () => {
    server.on(SUBMIT, accepted);
    expect(await runCli([...GENERATE, '--async'], { env })).toEqual({
      code: 0,
      stdout: 'task-1\n',
      stderr: 'Next: contenthub task status task-1 --follow\n',
    });
    expect(await runCli([...GENERATE, '--async', '-q'], { env })).toEqual({ code: 0, stdout: 'task-1\n', stderr: '' });
    const json = await runCli([...GENERATE, '--async', '-o', 'json'], { env });
    expect([JSON.parse(json.stdout), json.stderr]).toEqual([contentTask(), '']);
    expect(server.requests(SUBMIT)[2]?.body).toEqual(server.requests(SUBMIT)[0]?.body);
  });

  it('a run that fails ends with 5 and prints nothing on stdout', async () => {
    server.on(SUBMIT, accepted).on(EXECUTION, {
      body: execution({ status: 'failed', error: { class: 'permanent', code: 'insufficient_material', message: 'only 2 sentences' } }),
    });
    const { code, stdout, stderr } = await runCli(GENERATE, { env });
    expect([code, stdout]).toEqual([5, '']);
    expect(stderr).toContain(`Error: The run ended failed: only 2 sentences\nNext: contenthub task logs ${EXECUTION_ID}\n`);
  });
});

describe('idempotency', () => {
  const RUN = 'POST /tasks/user-space-sync/execute/manual';
  const receipt = { status: 202, body: { executionId: EXECUTION_ID, taskName: 'user-space-sync', status: 'running' } };

  it('the retry after a network error carries the same random key', async () => {
    server.on(RUN, { hangUp: true }, receipt);
    const { code, stdout } = await runCli(['task', 'run', 'user-space-sync'], { env });
    expect([code, stdout]).toEqual([0, `${EXECUTION_ID}\n`]);
    const keys = server.requests(RUN).map(({ headers }) => headers['idempotency-key']);
    expect(keys).toEqual([expect.stringMatching(UUID), keys[0]]);
  });

  it('each command has its own key', async () => {
    server.on(RUN, receipt);
    await runCli(['task', 'run', 'user-space-sync'], { env });
    await runCli(['task', 'run', 'user-space-sync'], { env });
    const [one, two] = server.requests(RUN).map(({ headers }) => headers['idempotency-key']);
    expect(one).not.toBe(two);
  });

  it('after the second network error prints the key for the next attempt', async () => {
    server.on(RUN, { hangUp: true });
    const { code, stderr } = await runCli(['task', 'run', 'user-space-sync'], { env });
    const [first, second, ...more] = server.requests(RUN).map(({ headers }) => String(headers['idempotency-key']));
    expect([code, second, more]).toEqual([69, first, []]);
    expect(stderr).toContain(`--idempotency-key ${first}`);
  });

  it('prints the key when interrupted before the answer', async () => {
    server.on(RUN, { hangUp: true });
    const cli = startCli(['task', 'run', 'user-space-sync', '--idempotency-key', 'k-7'], { env });
    cli.interrupt();
    expect([await cli.exit, cli.stderr.text]).toEqual([130, expect.stringContaining('--idempotency-key k-7')]);
  });

  it('does not repeat a request that was answered with an error status', async () => {
    server.on(RUN, problem(500, 'internal', 'broken'));
    expect((await runCli(['task', 'run', 'user-space-sync'], { env })).code).toBe(1);
    expect(server.requests(RUN)).toHaveLength(1);
  });
});

describe('task run', () => {
  const RUN = 'POST /tasks/sync/execute/manual';
  const receipt = { status: 202, body: { executionId: EXECUTION_ID, taskName: 'sync', status: 'running' } };

  it('accepts parameters inline, from a file and from stdin', async () => {
    server.on(RUN, receipt);
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'p.json'), '{"from":"file"}');
    await runCli(['task', 'run', 'sync', '--params', '{"from":"flag"}'], { env });
    await runCli(['task', 'run', 'sync', '--params', '@p.json'], { env, cwd: folder.path });
    await runCli(['task', 'run', 'sync', '--params', '-', '--priority', '7'], { env, stdin: '{"from":"stdin"}' });
    expect(server.requests(RUN).map(({ body }) => body)).toEqual([
      { params: { from: 'flag' } },
      { params: { from: 'file' } },
      { params: { from: 'stdin' }, priority: 7 },
    ]);
  });

  it('--follow waits and shows the end', async () => {
    server.on(RUN, receipt).on(EXECUTION, { body: { ...COMPLETED, result: { rows: 3 } } });
    const { code, stdout } = await runCli(['task', 'run', 'sync', '--follow'], { env });
    expect([code, stdout]).toEqual([0, expect.stringContaining('Result\t{"rows":3}\n')]);
  });

  it('an unknown name is answered with the known names', async () => {
    server.on('GET /tasks', { body: { items: [{ name: 'sync' }, { name: 'feishu-sync' }] } });
    const { code, stderr } = await runCli(['task', 'run', 'snyc'], { env });
    expect([code, stderr]).toEqual([3, expect.stringContaining('Next: contenthub task run sync|feishu-sync\n')]);
  });
});

describe('task cancel', () => {
  const BY_IDS = 'DELETE /tasks/executions/cancel/by-ids';
  const BY_NAMES = 'DELETE /tasks/executions/cancel/by-task-names';
  const ALL = 'DELETE /tasks/executions/cancel/all';
  const OTHER_ID = EXECUTION_ID.replace(/4$/, 'f');
  const unfinished = (count: number) => ({ body: { items: Array.from({ length: count }, () => execution()), nextCursor: null } });

  it('cancels executions and content tasks by id, without asking', async () => {
    server.on('GET /content-tasks/task-1', { body: contentTask({ executionId: OTHER_ID }) });
    server.on(BY_IDS, { body: { cancelled: [EXECUTION_ID, OTHER_ID], notFound: [] } });
    const { code, stdout, stderr } = await runCli(['task', 'cancel', EXECUTION_ID, 'task-1', '--no-headers'], { env });
    expect([code, stdout, stderr]).toEqual([0, `${EXECUTION_ID}\tcancelled\n${OTHER_ID}\tcancelled\n`, '2 cancelled\n']);
    expect(server.requests(BY_IDS)[0]?.body).toEqual({ executionIds: [EXECUTION_ID, OTHER_ID] });
  });

  it('ends with 3 when one is unknown, after the others were cancelled', async () => {
    server.on(BY_IDS, { body: { cancelled: [EXECUTION_ID], notFound: [OTHER_ID] } });
    const { code, stdout } = await runCli(['task-cancel', EXECUTION_ID, OTHER_ID, 'task-gone', '-o', 'json'], { env });
    expect(code).toBe(3);
    expect((JSON.parse(stdout) as { items: unknown }).items).toEqual([
      { id: EXECUTION_ID, outcome: 'cancelled' },
      { id: OTHER_ID, outcome: 'not found' },
      { id: 'task-gone', outcome: 'not found' },
    ]);
  });

  it('--all and --task-name need --yes without a terminal, and print the count', async () => {
    server.on('GET /executions', unfinished(2));
    for (const scope of [['--all'], ['--task-name', 'sync', 'feishu-sync']]) {
      const { code, stderr } = await runCli(['task', 'cancel', ...scope], { env });
      expect([code, stderr]).toEqual([
        2,
        expect.stringContaining(`unfinished tasks. Confirm with --yes\nNext: contenthub task cancel ${scope.join(' ')} --yes`),
      ]);
    }
    const json = await runCli(['task', 'cancel', '--all', '-o', 'json'], { env, tty: true, stdin: 'y\n' });
    expect(json.code).toBe(2);
    expect(server.received.filter(({ method }) => method === 'DELETE')).toEqual([]);
  });

  it('asks on a terminal with the count and follows the answer', async () => {
    server.on('GET /executions', unfinished(12)).on(ALL, { body: { count: 12 } });
    const no = await runCli(['task', 'cancel', '--all'], { env, tty: true, stdin: '\n' });
    expect([no.code, server.requests(ALL).length]).toEqual([1, 0]);
    const yes = await runCli(['task', 'cancel', '--all'], { env, tty: true, stdin: 'y\n' });
    expect([yes.code, yes.stdout]).toEqual([0, '12\n']);
    expect(yes.stderr).toContain('This cancels 12 unfinished tasks. Continue? [y/N]');
    expect(server.requests('GET /executions')[0]?.url.searchParams.getAll('status')).toEqual(['pending', 'submitted', 'running']);
  });

  it('--dry-run counts what --all and --task-name would cancel, and cancels nothing', async () => {
    server.on('GET /executions', unfinished(12));
    for (const scope of [['--all'], ['--task-name', 'sync']]) {
      const { code, stdout } = await runCli(['task', 'cancel', ...scope, '--dry-run', '-o', 'json'], { env });
      expect([code, JSON.parse(stdout)]).toEqual([0, { matched: 12 }]);
    }
    expect(server.received.filter(({ method }) => method === 'DELETE')).toEqual([]);
  });

  it('treats a closed stdin as no', async () => {
    server.on('GET /executions', unfinished(1));
    expect((await runCli(['task', 'cancel', '--all'], { env, tty: true, stdin: '' })).code).toBe(1);
  });

  it('--yes cancels by name at once and reports unknown names', async () => {
    server.on(BY_NAMES, { body: { cancelled: [EXECUTION_ID], taskNotFound: ['nope'] } });
    const { code, stdout } = await runCli(['task', 'cancel', '--task-name', 'sync', 'nope', '--yes', '--no-headers'], { env });
    expect([code, stdout]).toEqual([3, `${EXECUTION_ID}\tcancelled\nnope\tnot found\n`]);
    expect(server.requests(BY_NAMES)[0]?.body).toEqual({ taskNames: ['sync', 'nope'] });
  });
});

describe('account create', () => {
  it('posts the fields of the file and prints the next command', async () => {
    server.on('POST /accounts', { status: 201, body: { id: ACCOUNT_ID, name: 'Tech', platform: 'file', status: 'active' } });
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'a.json'), '{"name":"Tech","platform":"file"}');
    const { code, stdout, stderr } = await runCli(['account', 'create', '-f', 'a.json', '-o', 'csv', '--columns', 'id,name'], {
      env,
      cwd: folder.path,
    });
    expect([code, stdout]).toEqual([0, `id,name\r\n${ACCOUNT_ID},Tech\r\n`]);
    expect(stderr).toContain(`contenthub content generate --account ${ACCOUNT_ID}`);
    expect(server.requests('POST /accounts')[0]?.body).toEqual({ name: 'Tech', platform: 'file' });
  });
});
