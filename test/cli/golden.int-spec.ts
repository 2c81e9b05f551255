import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import stringWidth from 'string-width';
import { type CliSetting, runCli, runContentCreator } from './run-cli.ts';
import { ACCOUNT_ID, CONTENT, EXECUTION_ID, execution } from './samples.ts';
import { problem, StubServer } from './stub-server.ts';

/** The texts of helps and answers. GOLDEN=write writes them anew; read the difference before you commit it. */
const FOLDER = 'test/cli/golden';
const WIDTHS = [60, 80, 200];

let server: StubServer;
let env: Record<string, string>;
beforeAll(async () => {
  server = await new StubServer().start();
  env = { CONTENTHUB_URL: server.url, CONTENTHUB_KEY: 'key', NO_COLOR: '1' };
  const long = '数据库日志入门：从写前日志到检查点，一篇讲清楚 WAL 的来龙去脉';
  const items = [
    { ...CONTENT, title: long },
    { ...CONTENT, id: ACCOUNT_ID, title: 'How a lease is renewed, and what happens when it is not', kind: 'brief', qualityScore: null },
  ];
  const error = { class: 'permanent', code: 'insufficient_material', message: '来源没有谈到“潮汐”，无法引用任何句子' };
  server.on('GET /contents', { body: { items, nextCursor: null } });
  server.on('GET /executions', {
    body: { items: [execution(), execution({ status: 'failed', progress: null, step: null, error })], nextCursor: 'c' },
  });
  server.on(`GET /executions/${EXECUTION_ID}`, { body: execution({ status: 'failed', error }) });
  const accounts = [{ id: ACCOUNT_ID, name: '技术周刊', platform: 'wechat', status: 'active', language: 'zh' }];
  server.on('GET /accounts', { body: { items: accounts, nextCursor: null } });
  const task = {
    taskId: 'monday-1',
    topic: long,
    status: 'running',
    phase: null,
    createdAt: '2026-11-23T01:00:12.000Z',
    errorMessage: null,
    keywords: [],
  };
  server.on('GET /content-tasks', { body: { items: [task], nextCursor: null } });
  const errors = [{ pointer: '/topic', code: 'max_length', detail: '主题最多 300 个字符' }];
  server.on('POST /content-tasks', problem(422, 'invalid_body', '请求无效', { errors }));
});
afterAll(() => server.stop());

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  help: ['--help'],
  'help-content': ['content', '--help'],
  'help-content-generate': ['content', 'generate', '--help'],
  'help-task-list': ['task', 'list', '--help'],
  'content-list': ['content', 'list', '--utc'],
  'task-list': ['task', 'list', '--utc', '--limit', '2'],
  'task-status': ['task', 'status', EXECUTION_ID, '--utc'],
  'account-list': ['account', 'list'],
  'unknown-command': ['contant', 'list'],
  refused: ['content', 'generate', '--account', '技术周刊', '--topic', 'x', '--async'],
};
const CREATOR: Readonly<Record<string, readonly string[]>> = {
  'creator-help': ['--help'],
  'creator-help-create': ['create', '--help'],
  'creator-list': ['list'],
};

const SETTINGS: readonly (readonly [name: string, setting: CliSetting])[] = [
  ...WIDTHS.map((columns) => [String(columns), { tty: true, columns }] as const),
  ['piped', { tty: false }],
  ['80.zh', { tty: true, columns: 80, env: { LANG: 'zh_CN.UTF-8' } }],
];
const CASES = [
  ...Object.entries(COMMANDS).map(([name, argv]) => [name, argv, runCli] as const),
  ...Object.entries(CREATOR).map(([name, argv]) => [name, argv, runContentCreator] as const),
];

describe.each(CASES)('%s', (name, argv, run) => {
  it.each(SETTINGS)('at %s', async (width, setting) => {
    const { code, stdout, stderr } = await run(argv, { ...setting, env: { ...env, ...setting.env } });
    const text = `exit code ${code}\n--- stdout\n${stdout}--- stderr\n${stderr}`
      .replaceAll(server.url, 'http://server')
      .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?!Z)/g, 'local time');
    const file = join(FOLDER, `${name}.${width}.txt`);
    if (process.env.GOLDEN === 'write') {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    expect(text).toBe(readFileSync(file, 'utf8'));
    expect(text).not.toContain('\u001b');
  });
});

describe('no line', () => {
  /** Usages and examples are copied, so they are not wrapped; nor is a word that is longer than the line. */
  const tooWide = (text: string, width: number): string[] =>
    text
      .split('\n')
      .filter(
        (line) =>
          stringWidth(line) > width && !/^(Usage:|用法:| {2}(?:[A-Z_]+=\S+ )?(?:source <\()?(?:contenthub|content-creator) )/.test(line),
      );

  it.each(WIDTHS.flatMap((columns) => [[columns, 'en', 'Commands'] as const, [columns, 'zh', '命令'] as const]))(
    'of a help is wider than %i columns in %s',
    async (columns, lang, heading) => {
      const words = async (argv: readonly string[]): Promise<string[][]> => {
        const { stdout } = await runCli([...argv, '--help', '--lang', lang], { tty: true, columns });
        expect([argv, tooWide(stdout, columns)]).toEqual([argv, []]);
        const [, list = ''] = new RegExp(`^${heading}:\\n([^]*?)(?:\\n\\n|$(?![^]))`, 'm').exec(stdout) ?? [];
        return [...list.matchAll(/^ {2}([a-z-]+)/gm)].map(([, word = '']) => [...argv, word]);
      };
      const groups = await words([]);
      expect(groups.length).toBeGreaterThan(20);
      for (const group of groups.filter(([word]) => word !== 'help'))
        for (const command of await words(group)) if (command.at(-1) !== 'help') await words(command);
    },
  );

  it.each(WIDTHS)('of a table is wider than %i columns, with Chinese text', async (columns) => {
    for (const lang of ['en', 'zh'])
      for (const argv of [COMMANDS['content-list'], COMMANDS['task-list'], COMMANDS['account-list'], COMMANDS['task-status']]) {
        const { stdout } = await runCli([...(argv ?? []), '--lang', lang], { tty: true, columns, env });
        expect(tooWide(stdout, columns)).toEqual([]);
      }
  });
});

describe('a wrong word', () => {
  it.each([
    [['contant', 'list'], "unknown command 'contant' (Did you mean content?)"],
    [['content', 'lsit'], "unknown command 'lsit' (Did you mean list?)"],
    [['content', 'list', '--kid', 'x'], "unknown option '--kid'"],
    [['content', 'list', 'x'], 'too many arguments'],
    [['content', 'list', '-o', 'xml'], 'Allowed choices are table, json, jsonl, csv, yaml, name'],
    [['help', 'contant'], "unknown command 'contant'"],
    [['content', 'lsit', '--help'], "unknown command 'lsit' (Did you mean list?)"],
    [['contant', '--help'], "unknown command 'contant' (Did you mean content?)"],
    [['content'], ''],
  ])('%j ends with exit code 2', async (argv, message) => {
    const { code, stdout, stderr } = await runCli(argv);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});
