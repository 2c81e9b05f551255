import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { blocksOf, codeSpansOf, GUIDES } from './pages.ts';

const [ENGLISH = '', CHINESE = ''] = GUIDES;
const LANGUAGES = ['bash', 'csv', 'json'];

describe('the guide', () => {
  it('has the same examples in both languages, so that guide-examples.long-spec.ts runs those of one', () => {
    const textsOf = (page: string): string[] => blocksOf(page, LANGUAGES).map(({ text }) => text);
    expect(textsOf(CHINESE)).toEqual(textsOf(ENGLISH));
    const commands = blocksOf(ENGLISH, ['bash']).flatMap(({ text }) => text.match(/npx (contenthub|content-creator) .*/g) ?? []);
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
        .filter((target) => !/^(en|zh)\.md$/.test(target))
        .map((target) => target.replace(/\.zh\.md$/, '.en.md'));
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
        target.replace('guide/zh', 'guide/en').replace(/(guide\/\w+)\.zh\.md$/, '$1.en.md'),
      );
    expect(pagesOf(english).filter((target) => !pagesOf(chinese).includes(target))).toEqual([]);
  });
});
