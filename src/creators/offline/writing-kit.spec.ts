import { describe, expect, it } from '@jest/globals';
import { readMarkdown } from '../../core/text/markdown-text.ts';
import type { CreationRequest } from '../creator.ts';
import { composeWritingKit } from './writing-kit.ts';

const request: CreationRequest & { topic: string } = {
  topic: '储能行业趋势',
  keywords: ['电价', '储能'],
  category: 'deep',
  requirements: '面向普通读者；不要堆砌术语',
  tone: null,
  previousFindings: [],
  options: {},
  language: 'zh',
  account: {
    id: 'a',
    name: '能源前线',
    voice: { tone: '平实', requiredPhrases: ['仅供参考'], forbiddenPhrases: ['暴富'] },
    sections: [{ code: 'deep', name: '深度', wordCount: 1530 }],
  },
  sources: [],
};
const budgets = (markdown: string): number[] =>
  Array.from(markdown.matchAll(/(?:约 |about )(\d+) (?:字|words)/g), ([, words]) => Number(words));

describe('composeWritingKit', () => {
  it('calls itself a brief and contains everything that was requested', () => {
    const { title, summary, bodyMarkdown } = composeWritingKit(request);
    expect(title).toBe('写作提纲：储能行业趋势');
    expect(summary).toContain('不是成稿');
    for (const words of ['不是文章', '深度', '平实', '面向普通读者', '不要堆砌术语', '**电价**', '仅供参考', '暴富'])
      expect(bodyMarkdown).toContain(words);
    expect(readMarkdown(bodyMarkdown).sections.map(({ heading }) => heading)).toEqual(
      expect.arrayContaining(['选题与角度', '标题备选', '提纲', '要回答的问题', '关键词计划', '字数预算', '交稿前自查']),
    );
  });

  it('plans words that add up to the length of the section', () => {
    const planned = budgets(composeWritingKit(request).bodyMarkdown);
    const total = planned.pop();
    expect(total).toBe(1530);
    expect(planned.reduce((sum, each) => sum + each, 0)).toBe(1530);
    expect(planned.every((each) => each > 0)).toBe(true);
    const capped = { ...request, account: { ...request.account, voice: { maxWords: 400 } } };
    expect(budgets(composeWritingKit(capped).bodyMarkdown).at(-1)).toBe(400);
  });

  it.each<[string, 'zh' | 'en', RegExp]>([
    ['为什么电网需要储能？', 'zh', /第一段先给出答案/],
    ['如何选择热泵', 'zh', /跟着一位读者/],
    ['热泵与燃气炉的区别', 'zh', /先定标准/],
    ['储能行业趋势', 'zh', /已经发生的变化/],
    ['Why does the grid need storage?', 'en', /Give the answer/],
    ['How to choose a heat pump', 'en', /Follow one reader/],
    ['Heat pump vs. gas boiler', 'en', /Name the criteria/],
    ['Grid storage in 2026', 'en', /Pick one thing/],
  ])('finds the angle of "%s"', (topic, language, angle) => {
    const { bodyMarkdown } = composeWritingKit({ ...request, topic, language });
    expect(bodyMarkdown).toMatch(angle);
    const titles = bodyMarkdown.match(/^1\. .+$/gm) ?? [];
    expect(titles[0]).toContain(topic.replace(/[?？]$/, '').slice(0, 8));
    expect(bodyMarkdown).not.toMatch(/undefined|NaN|\?\?|？？/);
  });

  it('asks questions without keywords too', () => {
    expect(composeWritingKit({ ...request, keywords: [] }).bodyMarkdown).toContain('**储能行业趋势**');
  });
});
