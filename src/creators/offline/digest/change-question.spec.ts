import { beforeAll, describe, expect, it } from '@jest/globals';
import type { CreationLanguage } from '../../creator.ts';
import { loadSegmenter, type Segmenter } from '../segmenter.ts';
import { changeClarity, GIVES_CHANGE, readChangeQuestion } from './change-question.ts';

const segmenters = {} as Record<CreationLanguage, Segmenter>;
beforeAll(async () => {
  segmenters.en = await loadSegmenter('en');
  segmenters.zh = await loadSegmenter('zh');
});

describe('readChangeQuestion', () => {
  it.each<[CreationLanguage, string, string[], string[]]>([
    ['en', 'Does a four-day week reduce output?', ['output'], ['reduc']],
    ['en', 'Can night trains cut the number of flights in Europe?', ['flight'], ['cut']],
    ['en', 'Does output fall in a four-day week?', ['output'], ['fall']],
    ['en', 'Will a new dam make the river colder?', ['river'], []],
    ['zh', '四天工作制会不会降低产量？', ['产量'], ['降低']],
    ['zh', '换灯以后，学校的电费能不能下降？', ['换灯', '学校', '电费'], ['下降']],
    ['zh', '分时预约是否缩短病人的候诊时间', ['候诊', '时间'], ['缩短']],
  ])('finds what changes (%s): %s', (language, topic, measured, verbs) => {
    const question = readChangeQuestion(topic, language, segmenters[language]);
    expect(question).toMatchObject({ measured });
    expect([...(question?.verbs ?? [])]).toEqual(verbs);
  });

  it.each<[CreationLanguage, string]>([
    ['en', 'How to reduce output'],
    ['en', 'Is a four-day week legal?'],
    ['en', 'Rising rents in Ulm'],
    ['zh', '怎样降低成本'],
    ['zh', '猫会不会做梦？'],
  ])('takes no other topic for one (%s): %s', (language, topic) => {
    expect(readChangeQuestion(topic, language, segmenters[language])).toBeNull();
  });
});

describe('changeClarity', () => {
  const clarityOf = (language: CreationLanguage, topic: string, sentence: string, before = '', quoted = sentence): number => {
    const question = readChangeQuestion(topic, language, segmenters[language]);
    if (question === null) throw new Error('no question');
    return changeClarity({ sentence, quoted, before }, question, language, segmenters[language]);
  };
  const EN = 'Does a late start reduce absence?';
  const ZH = '推迟上课会不会降低缺勤率？';

  it.each([
    'Absence fell by 4 percent.',
    'Absence rose from 31 to 36 days.',
    'Absence stayed at 31 days.',
    'Absence changed by less than one day.',
    'In two schools absence was the same, in three it was lower.',
  ])('finds a change in either direction, or none (en): %s', (sentence) => {
    expect(clarityOf('en', EN, sentence)).toBeGreaterThanOrEqual(0.9);
  });

  it.each([
    '缺勤率下降了两个百分点。',
    '缺勤率由百分之五降到百分之三。',
    '缺勤率没有变化，仍为百分之五。',
    '三个月里缺勤率上升到6%。',
    '缺勤率减少一成。',
  ])('finds a change in either direction, or none (zh): %s', (sentence) => {
    expect(clarityOf('zh', ZH, sentence)).toBe(1);
  });

  it.each([
    'Absence is counted by 14 clerks.',
    'The school opened in 2019.',
    'The number of buses fell by 9 percent.',
    'We had hoped that absence would fall by half.',
  ])('does not count another statement, thing or hope: %s', (sentence) => {
    expect(clarityOf('en', EN, sentence)).toBeLessThan(GIVES_CHANGE);
  });

  it('takes the name of what changes from the sentences beside it, with less weight when they are not quoted', () => {
    const before = 'Absence was counted in eleven schools.';
    const sentence = 'On average 12 days fell to 9 days.';
    expect(clarityOf('en', EN, sentence)).toBeLessThan(GIVES_CHANGE);
    expect(clarityOf('en', EN, sentence, before)).toBeGreaterThanOrEqual(GIVES_CHANGE);
    expect(clarityOf('en', EN, sentence, before, `${before} ${sentence}`)).toBeGreaterThan(clarityOf('en', EN, sentence, before));
  });

  it('ranks a statement about the whole before one about a part, unless the part is contrasted', () => {
    const whole = clarityOf('zh', ZH, '缺勤率下降了两个百分点。');
    expect(clarityOf('zh', ZH, '在小学，缺勤率下降了两个百分点。')).toBeLessThan(whole);
    expect(clarityOf('zh', ZH, '在小学，缺勤率下降了两个百分点，而中学没有变化。')).toBe(whole);
  });
});
