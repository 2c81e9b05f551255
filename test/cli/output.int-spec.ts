import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { runCli } from './run-cli.ts';
import { ACCOUNT_ID, CONTENT, CONTENT_ID, contentTask, EXECUTION_ID, execution } from './samples.ts';
import { StubServer } from './stub-server.ts';

let server: StubServer;
let env: Record<string, string>;
beforeEach(async () => {
  server = await new StubServer().start();
  env = { APP_SERVER: server.url, APP_TOKEN: 'key' };
});
afterEach(() => server.stop());

function contents(...items: object[]): void {
  server.on('GET /contents', { body: { items, nextCursor: null } });
}

describe('table', () => {
  it('without a terminal has tabs, whole values and no colour', async () => {
    contents({
      ...CONTENT,
      title: 'A\ttitle\nof \x1b[31mtwo\x1b[0m lines, much longer than a narrow terminal would ever be able to show it',
    });
    const { stdout } = await runCli(['content', 'list'], { env });
    expect(stdout.split('\n')).toEqual([
      'ID\tTitle\tKind\tWords\tScore\tReview\tCreated',
      `${CONTENT_ID}\tA title of two lines, much longer than a narrow terminal would ever be able to show it\tdigest\t812\t88\tapproved\t2026-11-23T01:00:12.000Z`,
      '',
    ]);
  });

  it('on a terminal is aligned, fits, shortens ids and counts Chinese characters twice', async () => {
    contents({ ...CONTENT, title: '数据库日志入门'.repeat(6) }, { ...CONTENT, title: 'Short', kind: 'brief' });
    const { stdout } = await runCli(['content', 'list', '--columns', 'id,title,kind', '--no-color'], { env, tty: true });
    const [head, chinese, english] = stdout.split('\n');
    expect(head).toMatch(/^ID {12}Title +Kind$/);
    expect(chinese).toContain(`${CONTENT_ID.slice(-12)}  数据库日志入门数据库日志入门`);
    expect(chinese).toContain('…');
    const room = (line = '') => line.replace(/[\u4e00-\u9fff]/g, '__').search(/digest|brief/);
    expect(room(chinese)).toBe(room(english));
    expect(room(chinese)).toBeLessThanOrEqual(94);
  });

  it('has colours on a terminal only, and respects NO_COLOR, FORCE_COLOR and --no-color', async () => {
    contents(CONTENT);
    const coloured = async (more: Record<string, string>, tty: boolean, ...flags: string[]) =>
      (await runCli(['content', 'list', ...flags], { env: { ...env, ...more }, tty })).stdout.includes('\x1b[');
    expect(await coloured({}, true)).toBe(true);
    expect(await coloured({}, false)).toBe(false);
    expect(await coloured({ NO_COLOR: '1' }, true)).toBe(false);
    expect(await coloured({ TERM: 'dumb' }, true)).toBe(false);
    expect(await coloured({ FORCE_COLOR: '1', NO_COLOR: '1' }, true)).toBe(true);
    expect(await coloured({ FORCE_COLOR: '1' }, true, '--no-color')).toBe(false);
  });

  it('shows times in UTC with --utc', async () => {
    contents(CONTENT);
    const { stdout } = await runCli(['content', 'list', '--utc', '--columns', 'createdAt', '--no-headers'], { env, tty: true });
    expect(stdout).toBe('2026-11-23 01:00:12Z\n');
  });

  it('reports an empty list, and further pages', async () => {
    contents();
    expect((await runCli(['content', 'list'], { env, tty: true })).stderr).toBe('Nothing found.\n');
    server.on('GET /contents', { body: { items: [CONTENT], nextCursor: 'c' } });
    expect((await runCli(['content', 'list', '--limit', '1'], { env })).stderr).toContain('--all');
  });

  it('of one object has a line per field', async () => {
    server.on(`GET /executions/${EXECUTION_ID}`, { body: execution() });
    const all = await runCli(['task', 'status', EXECUTION_ID], { env });
    expect(all.stdout).toContain('\nProgress\t25%\n');
    expect(all.stdout).toContain('\nFinished\t\n');
    const people = await runCli(['task', 'status', EXECUTION_ID], { env, tty: true });
    expect(people.stdout).not.toContain('Finished');
    const bare = await runCli(['task', 'status', EXECUTION_ID, '--columns', 'status', '--no-headers'], { env });
    expect(bare.stdout).toBe('running\n');
  });
});

describe('csv', () => {
  it('escapes formulas and quotes by RFC 4180', async () => {
    contents(
      { id: '=1+1', title: '@SUM(A1)', kind: '+a', wordCount: -5, qualityScore: null, reviewStatus: '-x', createdAt: 't' },
      { id: 'a"b', title: 'x,y', kind: 'two\nlines', wordCount: 1, qualityScore: 2, reviewStatus: '\t=1', createdAt: 't' },
    );
    const { stdout } = await runCli(['content', 'list', '-o', 'csv'], { env });
    expect(stdout).toBe(
      'id,title,kind,wordCount,qualityScore,reviewStatus,createdAt\r\n' +
        "'=1+1,'@SUM(A1),'+a,-5,,'-x,t\r\n" +
        '"a""b","x,y","two\nlines",1,2,\'\t=1,t\r\n',
    );
  });

  it('starts with a byte order mark on request', async () => {
    contents(CONTENT);
    const { stdout } = await runCli(['content', 'list', '-o', 'csv', '--bom', '--columns', 'kind'], { env });
    expect(stdout).toBe('\uFEFFkind\r\ndigest\r\n');
    expect((await runCli(['content', 'list', '-o', 'csv', '--columns', 'kind', '--no-headers'], { env })).stdout).toBe('digest\r\n');
  });
});

describe('json', () => {
  it('is the whole list and nothing else, for any position of -o', async () => {
    contents(CONTENT);
    for (const argv of [
      ['content', 'list', '-o', 'json'],
      ['-o', 'json', 'content', 'list'],
      ['content', '--output=json', 'list'],
    ]) {
      const { stdout, stderr } = await runCli(argv, { env });
      expect([JSON.parse(stdout), stderr]).toEqual([{ items: [CONTENT], nextCursor: null }, '']);
    }
  });

  it('the option nearest to the command wins', async () => {
    contents(CONTENT);
    const { stdout } = await runCli(['-o', 'json', 'content', 'list', '-o', 'jsonl'], { env });
    expect(stdout).toBe(`${JSON.stringify(CONTENT)}\n`);
  });

  it('keeps stderr empty although there are remarks', async () => {
    server.on('GET /contents', { body: { items: [CONTENT], nextCursor: 'c' } });
    expect((await runCli(['content', 'list', '-o', 'json', '--limit', '1'], { env })).stderr).toBe('');
  });
});

describe('yaml and name', () => {
  it('yaml is the whole list, and the whole object', async () => {
    contents(CONTENT);
    const { stdout, stderr } = await runCli(['content', 'list', '-o', 'yaml'], { env });
    expect([parse(stdout), stderr]).toEqual([{ items: [CONTENT], nextCursor: null }, '']);
    expect(stdout).toContain('    title: 数据库日志入门\n');
    server.on(`GET /executions/${EXECUTION_ID}`, { body: execution() });
    expect(parse((await runCli(['task', 'status', EXECUTION_ID, '-o', 'yaml'], { env })).stdout)).toEqual(execution());
  });

  it('name is an id for each line, whole on a terminal too, or the first of the chosen columns', async () => {
    contents(CONTENT, { ...CONTENT, id: ACCOUNT_ID });
    for (const tty of [true, false])
      expect((await runCli(['content', 'list', '-o', 'name'], { env, tty })).stdout).toBe(`${CONTENT_ID}\n${ACCOUNT_ID}\n`);
    expect((await runCli(['content', 'list', '-o', 'name', '--columns', 'kind'], { env })).stdout).toBe('digest\ndigest\n');
  });
});

describe('lists', () => {
  it('page up to --limit with the cursor of the server', async () => {
    const items = (count: number) => Array.from({ length: count }, () => execution());
    server.on('GET /executions', { body: { items: items(200), nextCursor: 'c1' } }, { body: { items: items(50), nextCursor: 'c2' } });
    const { stdout } = await runCli(['task', 'list', '--limit', '250', '-o', 'json'], { env });
    const page = JSON.parse(stdout) as { items: unknown[]; nextCursor: string };
    expect([page.items.length, page.nextCursor]).toEqual([250, 'c2']);
    expect(server.received.map(({ url }) => url.search)).toEqual(['?limit=200', '?limit=50&cursor=c1']);
  });

  it('send the filters of the API', async () => {
    server.on('GET /executions', { body: { items: [], nextCursor: null } });
    const before = Date.now();
    await runCli(
      ['task', 'list', '--status', 'failed', '--status', 'timeout', '--task-name', 'content-generation', '--since', '24h', '--all'],
      {
        env,
      },
    );
    const query = server.received[0]?.url.searchParams;
    expect([query?.getAll('status'), query?.get('taskName'), query?.get('limit')]).toEqual([
      ['failed', 'timeout'],
      'content-generation',
      '200',
    ]);
    expect(Math.abs(before - 86_400_000 - Date.parse(query?.get('since') ?? ''))).toBeLessThan(5000);
  });

  it('task-list equals task list', async () => {
    server.on('GET /executions', { body: { items: [execution()], nextCursor: null } });
    expect((await runCli(['task-list', '--no-headers', '--columns', 'taskName'], { env })).stdout).toBe('content-generation\n');
  });

  it('find an account by its name', async () => {
    server.on(
      'GET /accounts',
      { body: { items: [{ id: 'x', name: 'Other' }], nextCursor: 'c' } },
      { body: { items: [{ id: ACCOUNT_ID, name: '科技周刊' }], nextCursor: null } },
    );
    contents(CONTENT);
    await runCli(['content', 'list', '--account', '科技周刊', '--review-status', 'approved', '--kind', 'digest'], { env });
    expect(server.requests('GET /contents')[0]?.url.search).toBe(`?accountId=${ACCOUNT_ID}&reviewStatus=approved&kind=digest&limit=50`);
  });
});

describe('account', () => {
  const account = {
    id: ACCOUNT_ID,
    name: '科技周刊',
    platform: 'file',
    status: 'active',
    language: 'zh',
    timeZone: 'Asia/Shanghai',
    voice: { tone: 'calm' },
  };

  it('list shows the columns of a list', async () => {
    server.on('GET /accounts', { body: { items: [account], nextCursor: null } });
    const { stdout } = await runCli(['account', 'list'], { env });
    expect(stdout).toBe(`ID\tName\tPlatform\tStatus\tLanguage\n${ACCOUNT_ID}\t科技周刊\tfile\tactive\tzh\n`);
  });

  it('show accepts an id or a name and shows everything', async () => {
    server.on('GET /accounts', { body: { items: [account], nextCursor: null } }).on(`GET /accounts/${ACCOUNT_ID}`, { body: account });
    for (const id of [ACCOUNT_ID, '科技周刊']) {
      expect((await runCli(['account', 'show', id], { env })).stdout).toContain('Time zone\tAsia/Shanghai\nVoice\t{"tone":"calm"}\n');
    }
  });

  it('an unknown name is not found', async () => {
    server.on('GET /accounts', { body: { items: [account], nextCursor: null } });
    expect(await runCli(['account', 'show', 'nobody'], { env })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('There is no account "nobody"'),
    });
  });
});

describe('the preview link of a server that answers with a path', () => {
  it('is shown with the address of the request', async () => {
    const previewUrl = '/contents/1/preview?signature=s';
    server.on(`GET /contents/${CONTENT_ID}`, { body: { ...CONTENT, previewUrl } });
    server.on('GET /contents', { body: { items: [{ ...CONTENT, previewUrl }], nextCursor: null } });
    for (const command of [['show', CONTENT_ID], ['list']]) {
      const { stdout } = await runCli(['content', ...command, '-o', 'json'], { env });
      expect(stdout).toContain(`"${server.url}${previewUrl}"`);
    }
  });
});

describe('content show', () => {
  beforeEach(() => {
    server.on(`GET /contents/${CONTENT_ID}`, { body: CONTENT });
  });

  it.each([
    ['markdown', CONTENT.bodyMarkdown],
    ['html', CONTENT.bodyHtml],
  ])('--format %s prints the body alone', async (format, body) => {
    expect((await runCli(['content', 'show', CONTENT_ID, '--format', format], { env })).stdout).toBe(`${body}\n`);
  });

  it('finds the content of a content task', async () => {
    server.on('GET /content-tasks/task-1', { body: contentTask({ contentId: CONTENT_ID }) });
    const { stdout } = await runCli(['content', 'show', 'task-1', '--format', 'json'], { env });
    expect(JSON.parse(stdout)).toEqual(CONTENT);
  });

  it('reports that a task has no content yet', async () => {
    server.on('GET /content-tasks/task-1', { body: contentTask() });
    expect(await runCli(['content', 'show', 'task-1'], { env })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('is submitted and has no content'),
    });
  });

  it('shows the facts above the body', async () => {
    expect((await runCli(['content', 'show', CONTENT_ID], { env })).stdout).toMatch(/\nScore\t88\n[^]*\n\n# 数据库日志入门\n\nText.\n$/);
  });
});
