import { beforeAll, describe, expect, it } from '@jest/globals';
import type { CreationLanguage } from '../../creator.ts';
import { loadSegmenter, type Segmenter } from '../segmenter.ts';
import type { SourceDocument } from '../source-document.ts';
import type { Facet } from './facets.ts';
import { collectMaterial, type QuotableUnit } from './quotable-units.ts';
import { Question } from './question.ts';

const segmenters = {} as Record<CreationLanguage, Segmenter>;
beforeAll(async () => {
  segmenters.en = await loadSegmenter('en');
  segmenters.zh = await loadSegmenter('zh');
});
const ask = (topic: string, language: CreationLanguage): Question => new Question(topic, language, segmenters[language]);
const unitsOf = (paragraph: string, language: CreationLanguage): QuotableUnit[] => {
  const sections = [{ heading: null, location: null, publishedAt: null, paragraphs: [paragraph] }];
  const source: SourceDocument = { title: 'x', location: null, publishedAt: null, keywords: [], sections };
  return collectMaterial([source], language, []).units;
};

describe('what a topic asks for', () => {
  it.each<[CreationLanguage, string, Facet[]]>([
    ['zh', '小店为什么会倒闭，怎样才能不亏？', ['reason', 'way']],
    ['zh', '怎样省电，为什么要省电？', ['way', 'reason']],
    ['zh', '换灯会不会降低电费？', ['change']],
    ['en', 'Why do shops close, and how can they stay open?', ['reason', 'way']],
    ['en', 'Why do shops close, and what makes them last?', ['reason', 'way']],
    ['en', 'How does salt affect bread?', ['effect']],
    ['en', 'Does a ring road reduce noise, and why?', ['change', 'reason']],
    ['en', 'Shops in Ulm', []],
  ])('keeps the order of the question (%s): %s', (language, topic, asked) => {
    expect(ask(topic, language).asked).toEqual(asked);
  });
});

describe('what a unit gives', () => {
  const WHY_ZH = '书店为什么会亏损，怎样才能不亏？';
  it.each([
    '亏损主要来自两处。一是房租，占了四成；二是退货，每月两千册。',
    '书店的亏损出在仓库上，那里的书放了三年。',
    '问题源于进货太多，卖得太少。',
    '关门的书店有一个共同点：每天不到四十位顾客。',
    '亏损与房租的上涨有关，三年里涨了一倍。',
  ])('recognises a cause: %s', (paragraph) => {
    expect(unitsOf(paragraph, 'zh').flatMap((unit) => ask(WHY_ZH, 'zh').given(unit))).toContain('reason');
  });

  it.each([
    '所以我的看法是：要开咖啡座，要办读书会，要少进新书。',
    '街道想了两个办法。第一，把书架从九十个减到六十个。第二，晚上开到十点。',
    '书店把仓库改成教室，租给两家培训班。',
    '店里装了自助收款机，夜班不再需要人。',
    '做法很简单：先登记，再借书，月底结算。',
  ])('recognises a way: %s', (paragraph) => {
    const units = unitsOf(paragraph, 'zh');
    expect(units.length).toBeGreaterThan(0);
    expect(ask(WHY_ZH, 'zh').clearest(units[0] as QuotableUnit)).toMatchObject({ facet: 'way' });
  });

  it('takes a place of origin for no cause', () => {
    const [unit] = unitsOf('来书店的人一半来自附近的三个小区，周末更多。', 'zh');
    expect(ask('书店的顾客为什么减少', 'zh').given(unit as QuotableUnit)).not.toContain('reason');
    const [loss] = unitsOf('The loss of the shop comes mainly from its rent.', 'en');
    expect(ask('Why does the shop make a loss?', 'en').given(loss as QuotableUnit)).toContain('reason');
    const [guests] = unitsOf('The guests of the inn come mainly from Ulm.', 'en');
    expect(ask('Why does the shop make a loss?', 'en').given(guests as QuotableUnit)).not.toContain('reason');
  });

  it('gives what the announcement of a list gives, in each of its members', () => {
    const units = unitsOf('亏损来自两处。一是房租，占了收入的四成。二是退货，每月有两千册。', 'zh');
    expect(units).toHaveLength(3);
    for (const unit of units) expect(ask(WHY_ZH, 'zh').clarityOf(unit, 'reason')).toBe(1);
  });

  it('answers nothing with a question', () => {
    const [unit] = unitsOf('Why did the shop close in 2019? It was empty because of the road works.', 'en');
    expect(ask('Why do shops close?', 'en').answers(unit as QuotableUnit)).toBe(0);
  });
});
