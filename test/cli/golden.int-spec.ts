import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import stringWidth from 'string-width';
import { useGoldenServer } from './golden-server.ts';
import { type CliSetting, runCli, runContentCreator } from './run-cli.ts';

/** The texts of helps and answers. GOLDEN=write writes them anew; read the difference before you commit it. */
const FOLDER = 'test/cli/golden';
const WIDTHS = [60, 80, 200];

const golden = useGoldenServer();
const COMMANDS = golden.commands;
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
    const { code, stdout, stderr } = await run(argv, { ...setting, env: { ...golden.env, ...setting.env } });
    const text = golden.withoutChance(`exit code ${code}\n--- stdout\n${stdout}--- stderr\n${stderr}`);
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
        const { stdout } = await runCli([...(argv ?? []), '--lang', lang], { tty: true, columns, env: golden.env });
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
