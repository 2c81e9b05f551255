import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { DocumentedServer } from './documented-server.ts';
import { blocksOf, codeSpansOf, GUIDES } from './pages.ts';

const [ENGLISH = '', CHINESE = ''] = GUIDES;
const LANGUAGES = ['bash', 'csv', 'json'];
const INSTALLS = 'npm ci && npm start';
const examples = blocksOf(ENGLISH, ['bash']).filter(({ text }) => !text.startsWith(INSTALLS));

describe('the guide', () => {
  it('has the same examples in both languages, so that running those of one tests both', () => {
    const textsOf = (page: string): string[] => blocksOf(page, LANGUAGES).map(({ text }) => text);
    expect(textsOf(CHINESE)).toEqual(textsOf(ENGLISH));
    const commands = examples.flatMap(({ text }) => text.match(/npx (contenthub|content-creator) .*/g) ?? []);
    expect(commands.length).toBeGreaterThanOrEqual(20);
  });

  it('has the same sections, paragraphs, links and words of commands in both languages', () => {
    const shapeOf = (page: string): string[] =>
      readFileSync(page, 'utf8')
        .replaceAll(/^```[^]*?^```$/gm, 'example')
        .split('\n\n')
        .map((part) => /^(#+) |^example/.exec(part)?.[1] ?? (part.startsWith('example') ? 'example' : 'text'));
    expect(shapeOf(CHINESE)).toEqual(shapeOf(ENGLISH));
    const linksOf = (page: string): string[] =>
      [...readFileSync(page, 'utf8').matchAll(/\]\(([^)]+)\)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !/^(en|zh)\.md$/.test(target));
    expect(linksOf(CHINESE)).toEqual(linksOf(ENGLISH));
    expect(codeSpansOf(CHINESE)).toEqual(codeSpansOf(ENGLISH));
  });

  it('README.zh-CN.md has the sections, the tasks in code and the pages of README.md', () => {
    const [english = '', chinese = ''] = ['README.md', 'README.zh-CN.md'].map((page) => readFileSync(page, 'utf8'));
    const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;
    expect(count(chinese, /^## /gm)).toBe(count(english, /^## /gm));
    const codeOf = (page: string) => blocksOf(page, ['ts']).map(({ text }) => text);
    expect(codeOf('README.zh-CN.md')).toEqual(codeOf('README.md'));
    const pagesOf = (text: string) =>
      [...text.matchAll(/\]\(((?:docs\/|CONTRIB|CHANGE|LICENSE|\.env)[^)]*)\)/g)].map(([, target = '']) =>
        target.replace('guide/zh', 'guide/en'),
      );
    expect(pagesOf(english).filter((target) => !pagesOf(chinese).includes(target))).toEqual([]);
  });
});

describe('each example of the guide', () => {
  const documented = new DocumentedServer();

  beforeAll(async () => {
    const [csv, json] = ['csv', 'json'].map((language) => blocksOf(ENGLISH, [language])[0]?.text ?? '');
    documented.write('topics.csv', csv ?? '');
    documented.write('weekly.json', json ?? '');
    await documented.start();
  });
  afterAll(() => documented.remove());

  async function filledIn(text: string): Promise<string> {
    const newest = async (path: string, of: string): Promise<string> =>
      (await documented.server.call<{ items: Record<string, string>[] }>('GET', path)).items[0]?.[of] ?? 'none';
    return text
      .replaceAll('http://127.0.0.1:3000', documented.url)
      .replaceAll('<id>', await newest('/executions?limit=1&status=completed', 'executionId'))
      .replaceAll('<content>', await newest('/contents?limit=1&reviewStatus=pending_review', 'id'));
  }

  it.each(examples.map((block) => [block.at, block] as const))(
    '%s succeeds',
    async (_, { text }) => {
      const { failed, printed } = await documented.run(await filledIn(text));
      expect(failed.length > 0 ? [...failed, printed] : []).toEqual([]);
    },
    60_000,
  );
});
