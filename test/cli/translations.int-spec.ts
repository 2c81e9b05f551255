import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { languageOf } from '../../src/cli/i18n/language.ts';
import { translator } from '../../src/core/text/translator.ts';
import { CATALOGUE, CHINESE } from '../../src/cli/i18n/zh/zh-texts.ts';
import { runCli, runContentCreator } from './run-cli.ts';
import { commandLineFiles, textsIn } from './source-texts.ts';

/** Texts that are the same in both languages. */
const SAME = new Set(['ID', 'Node', 'contenthub', 'start', 'URL', '作用', '触发', '暂停期间']);

/** Texts that the code composes from parts, or holds in a form that source-texts.ts does not read. */
const COMPOSED = new Set([
  'server, token or account',
  'There is no account "{0}". Did you mean "{1}"?',
  'There is no alert rule "{0}"',
  'There is no alert rule "{0}". Did you mean "{1}"?',
  'There is no alert channel "{0}"',
  'There is no alert channel "{0}". Did you mean "{1}"?',
  'The profile {0} was stored in {1}. Next: contenthub config use {2}',
]);

const withoutNumbers = (text: string): string => text.replaceAll(/\{\d+\}/g, '{}');

describe('the Chinese catalogue', () => {
  const texts = commandLineFiles().flatMap(textsIn);

  it('has a translation of each text in the code', () => {
    expect(texts.length).toBeGreaterThan(700);
    const missing = texts.filter(
      ({ text }) => !SAME.has(text) && CHINESE.translate(text.replaceAll(/\{\d+\}/g, 'x1')) === text.replaceAll(/\{\d+\}/g, 'x1'),
    );
    expect(missing.map(({ at, text }) => `${at}: ${text}`)).toEqual([]);
  });

  it('has no entry that the code does not use', () => {
    const known = new Set(texts.map(({ text }) => withoutNumbers(text)));
    const source = commandLineFiles()
      .map((file) => readFileSync(file, 'utf8'))
      .join('');
    const isInSource = (key: string): boolean => key.split(/\{\d+\}/).every((part) => source.includes(part));
    const unused = Object.keys(CATALOGUE).filter((key) => !known.has(withoutNumbers(key)) && !isInSource(key) && !COMPOSED.has(key));
    expect(unused).toEqual([]);
  });

  it('translates each help of both programs: no line of a description is English', async () => {
    const english: string[] = [];
    const read = async (run: typeof runCli, argv: readonly string[]): Promise<void> => {
      const { code, stdout } = await run([...argv, '--help', '--lang', 'zh'], { tty: true, columns: 2000 });
      expect([argv, code]).toEqual([argv, 0]);
      const [, ...descriptions] = stdout.replace(/^示例:[^]*/m, '').split('\n');
      const withoutTerm = descriptions.map((line) => line.replace(/^ {2}\S.*? {2,}|^ {2}\S.*$/, ''));
      english.push(
        ...withoutTerm
          .filter((line) => /[a-z]{2}/i.test(line) && !/\p{Script=Han}/u.test(line))
          .map((line) => `${argv.join(' ')}: ${line}`),
      );
      const [, list = ''] = /^命令:\n([^]*?)(?:\n\n|$(?![^]))/m.exec(stdout) ?? [];
      for (const [, word = ''] of list.matchAll(/^ {2}([a-z-]+)/gm)) if (word !== 'help') await read(run, [...argv, word]);
    };
    await read(runCli, []);
    await read(runContentCreator, []);
    // Words that are values: the names of pages, and priorities.
    expect(english.filter((line) => !/: (start|docs|admin)\b/.test(line))).toEqual([]);
  });
});

describe('languageOf', () => {
  it.each([
    [['task', 'list', '--lang', 'zh'], { LANG: 'en_GB.UTF-8' }, 'zh'],
    [['--lang=en', 'task', 'list'], { LC_ALL: 'zh_CN.UTF-8' }, 'en'],
    [[], { LC_ALL: 'C', LC_MESSAGES: 'zh_CN', LANG: 'zh_CN' }, 'en'],
    [[], { LC_ALL: '', LC_MESSAGES: 'zh_CN.UTF-8', LANG: 'en' }, 'zh'],
    [[], { LANG: 'zh-TW' }, 'zh'],
    [[], { LANG: 'zha_CN' }, 'en'],
    [[], {}, 'en'],
    [['--', '--lang', 'zh'], {}, 'en'],
  ])('%j %j', (argv, env, language) => {
    expect(languageOf(argv, env)).toBe(language);
  });
});

describe('translator', () => {
  const translate = translator({ done: '完成', 'It is {0}: {1}': '{t1}，{0}', 'It is {0}': '是 {0}' });

  it.each([
    ['done', '完成'],
    ['It is done', '是 done'],
    ['It is a (b): done', '完成，a (b)'],
    ['unknown', 'unknown'],
    ['toString', 'toString'],
  ])('%s', (english, text) => {
    expect(translate(english)).toBe(text);
  });
});

describe('a Chinese locale', () => {
  const env = { LANG: 'zh_CN.UTF-8' };

  it('changes errors and remedies', async () => {
    expect(await runCli(['task', 'lst'], { env })).toMatchObject({
      code: 2,
      stderr: "错误: 未知的命令 'lst'（是否想用 list？）\n下一步: contenthub task --help\n",
    });
    const { stderr } = await runCli(['task', 'list', '--limit', 'x'], { env });
    expect(stderr).toContain("错误: 选项 '--limit <n>' 的值 'x' 无效。必须是 1 到 100000 的整数。");
    expect((await runCli(['task', 'list', 'x'], { env })).stderr).toContain("'list' 的参数过多：应为 0 个，给出 1 个");
    expect((await runCli(['task', 'list', '--lang', 'fr'], { env })).stderr).toContain('可选值为 zh, en。');
  });

  it('changes nothing of an error as JSON', async () => {
    const argv = ['task', 'list', '-o', 'json'];
    const away = { CONTENTHUB_URL: 'http://127.0.0.1:9', CONTENTHUB_KEY: 'key' };
    expect(await runCli(argv, { env: { ...env, ...away } })).toEqual(await runCli(argv, { env: away }));
  });
});
