import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CreationLanguage } from '../../creator.ts';
import { discourseLinks, LONGEST_LIST, refersBack, unitAround } from './discourse-links.ts';

const unitsOf = (sentences: string[], language: CreationLanguage): (string | null)[] => {
  const links = sentences.map((_, at) => discourseLinks(sentences, at, language));
  return sentences.map((_, core) => {
    const unit = unitAround(links, core);
    return unit === null ? null : `${unit.from}-${unit.to}`;
  });
};

describe('refersBack', () => {
  it.each<[CreationLanguage, string]>([
    ['en', 'They fear for the light in their flats.'],
    ['en', 'The operator expects them to last until 2034.'],
    ['en', 'In 2019 they gave up.'],
    ['en', 'Residents there pay 9 percent less.'],
    ['en', 'Half of it goes into cells.'],
    ['en', 'The new one is quieter.'],
    ['en', 'Other operators found the same clock.'],
    ['en', 'For this reason the plant was closed.'],
    ['zh', '他们担心采光变差。'],
    ['zh', '居民认为这个办法不公平。'],
    ['zh', '去年，他退休了。'],
    ['zh', '其中一半用于电芯。'],
    ['zh', '有九栋楼因此达成了协议。'],
    ['zh', '正是这种差距让项目收回了投资。'],
    ['zh', '剩下的27栋卡在管线迁改上。'],
  ])('finds the reference (%s): %s', (language, sentence) => {
    expect(refersBack(sentence, language)).toBe(true);
  });

  it.each<[CreationLanguage, string]>([
    ['en', 'Cities cut their emissions by a third.'],
    ['en', 'Concrete shrinks when it dries.'],
    ['en', 'There are 11 bridges in the county.'],
    ['en', 'Engineers said that the bridge moves by 21 cm.'],
    ['en', 'Pour the liquid off or stir it in.'],
    ['zh', '电池在低温下变慢，这会让续航缩短。'],
    ['zh', '骨头要丢进其他垃圾桶。'],
    ['zh', '尤其值得一看的是北门。'],
    ['zh', '没有开工的188栋里，161栋是因为一层住户反对。'],
  ])('accepts a sentence that names what it is about (%s): %s', (language, sentence) => {
    expect(refersBack(sentence, language)).toBe(language === 'zh' && sentence.startsWith('尤其'));
  });
});

describe('units', () => {
  it.each<[string, CreationLanguage, string[], (string | null)[]]>([
    ['a pronoun and its sentence', 'zh', ['161栋是因为一层住户反对。', '他们担心采光变差。'], ['0-0', '0-1']],
    ['a pronoun at the start of a paragraph', 'en', ['It answers in 140 milliseconds.'], [null]],
    ['a chain of three', 'en', ['Jana spoke on Tuesday.', 'She showed pictures.', 'They were blue.'], ['0-0', '0-1', '0-2']],
    ['a longer chain', 'en', ['Jana spoke.', 'She smiled.', 'Then she left.', 'This was all.'], ['0-0', '0-1', '0-2', null]],
    ['a question and its answer', 'zh', ['电梯装好以后由谁管理？', '业主可以委托物业公司。'], ['0-1', '1-1']],
    ['a question without an answer', 'en', ['How does a tree do that?'], [null]],
    [
      'a measurement and its result',
      'en',
      ['We put moisture probes into 220 tree pits.', 'Mature trees used 40 litres a day.'],
      ['0-1', '1-1'],
    ],
    ['a measurement without a result', 'en', ['We put moisture probes into 220 tree pits.', 'Marta brings cake.'], [null, '1-1']],
    ['a measurement with its result', 'zh', ['我们测了11款车，续航平均下降46%。'], ['0-0']],
    ['a stored sample with its result', 'zh', ['我们把两罐茶叶放了一年。', '密封的一罐仍有香味。'], ['0-1', '1-1']],
    ['a stored sample without a result', 'zh', ['我们把两罐茶叶放了一年。', '茶馆周一休息。'], [null, '1-1']],
    ['a buried sample with its result', 'en', ['We buried six cotton shirts.', 'Half of the cloth was gone in May.'], ['0-1', '1-1']],
    ['a time after the sentence before', 'zh', ['工厂关闭了排水口。', '两年以后，湖水变清了。'], ['0-0', '0-1']],
    ['a time after the sentence before', 'en', ['The plant closed its outlet.', 'Two years later the lake was clear.'], ['0-0', '0-1']],
    ['an announced list without members', 'zh', ['异步任务带来三个好处。', '进程崩溃时任务不会丢失。'], [null, '1-1']],
    [
      'an announced list in the next sentence',
      'en',
      ['Movements have three causes.', 'The first is heat, the second is load.'],
      ['0-1', '0-1'],
    ],
    [
      'an announced list of three',
      'zh',
      ['推进慢有三个原因。', '第一是采光。', '第二是资金。', '第三是管线。'],
      ['0-3', '0-3', '0-3', '0-3'],
    ],
    ['a colon without members', 'en', ['The following plants were connected:', 'Brno has a bus fleet.'], [null, '1-1']],
  ])('%s', (_, language, sentences, expected) => {
    expect(unitsOf(sentences, language)).toEqual(expected);
  });

  it('contain their core, stay in the paragraph and are short, for any links', () => {
    const links = fc.array(
      fc.record({ needsPrevious: fc.boolean(), needsNext: fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 3 })) }),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(links, fc.nat(7), (all, at) => {
        const core = at % all.length;
        const unit = unitAround(all, core);
        if (unit === null) return;
        expect(unit.from).toBeGreaterThanOrEqual(0);
        expect(unit.to).toBeLessThan(all.length);
        expect(unit.from <= core && core <= unit.to).toBe(true);
        expect(unit.to - unit.from).toBeLessThan(LONGEST_LIST);
        expect(all[unit.from]?.needsPrevious).toBe(false);
      }),
    );
  });
});

describe('enumerations', () => {
  it.each<[string, CreationLanguage, string[], (string | null)[]]>([
    [
      'an announcement that no number word gives away',
      'zh',
      ['亏损主要来自两处。', '一是人工，占四成；二是浪费。', '经理很忙。'],
      ['0-1', '0-1', '2-2'],
    ],
    ['an announcement without its members', 'zh', ['书店的亏损来自两处。', '房租占四成。'], [null, '1-1']],
    ['members without an announcement', 'zh', ['一是房租，占四成；二是退货。'], [null]],
    ['a broken enumeration', 'zh', ['街道想了两个办法。', '第一，减菜。', '老人说够了。', '第二，对外开放。'], [null, null, '2-2', null]],
    ['a narrative', 'zh', ['食堂去年五月开业。', '第一个冬季，来的人很少。'], ['0-0', '0-1']],
    ['an announcement of conditions', 'en', ['It takes a plan.', 'First, count the cups.', 'Second, wash them.'], [null, null, null]],
    ['an announcement', 'en', ['Anna has a plan.', 'First, count the cups.', 'Second, wash them.'], ['0-2', '0-2', '0-2']],
    [
      'five members',
      'zh',
      ['办法有五个。', '一是少做。', '二是早关。', '三是外卖。', '四是涨价。', '五是捐款。'],
      [null, null, null, null, null, null],
    ],
  ])('are quoted with all members, or not at all: %s', (_, language, sentences, expected) => {
    expect(unitsOf(sentences, language)).toEqual(expected);
  });

  it.each<[CreationLanguage, string[], (string | null)[]]>([
    ['zh', ['有柜子的城市，借书量增加两成。', '没有柜子的对照城市也增加两成，不能说是柜子的功劳。'], ['0-1', '0-1']],
    ['zh', ['蜂蜜放了三年没有坏。', '不过香味淡了，也不再透明。'], ['0-1', '0-1']],
    ['en', ['Loans rose by a fifth.', 'But they did not rise in the town hall.'], ['0-1', '0-1']],
    ['en', ['Loans rose by a fifth.', 'Towns without machines also rose by a fifth.'], ['0-1', '0-1']],
    ['en', ['Loans rose by a fifth.', 'The library is open on Sundays.'], ['0-0', '1-1']],
  ])('are not quoted without what takes them back (%s): %s', (language, sentences, expected) => {
    expect(unitsOf(sentences, language)).toEqual(expected);
  });

  it('are announced by a measurement in the passive voice', () => {
    expect(unitsOf(['Output was measured by each plant.', 'Revenue rose by 1.4 percent.'], 'en')).toEqual(['0-1', '1-1']);
  });

  it.each<[CreationLanguage, string, boolean]>([
    ['zh', '所以我的看法是：要对外开放，要有外卖。', false],
    ['zh', '所以他们关了门。', true],
    ['en', 'So my advice is: open on Sundays.', false],
    ['en', 'So they closed it.', true],
    ['en', 'None of the changes was significant.', true],
    ['en', 'A second life of ten years is realistic.', false],
    ['en', 'Rent was the reason in nine.', true],
    ['en', 'Of twelve rooms, two were lit, and one of them in nine.', false],
    ['en', 'The model was built in 1974.', false],
    ['en', 'Absence was the same in both years.', false],
    ['en', 'The same clock failed in Ulm.', true],
    ['en', 'A second reason is the rent.', true],
  ])('know a conclusion that names what it concludes (%s): %s', (language, sentence, expected) => {
    expect(refersBack(sentence, language)).toBe(expected);
  });
});
