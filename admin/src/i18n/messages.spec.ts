import { describe, expect, it } from '@jest/globals';
import { en } from './en/index.ts';
import { createFormat, formatOf } from './format.ts';
import { zh } from './zh/index.ts';

/** Every text by its path; a text with numbers is called with 2. */
function textsOf(node: unknown, path = ''): [string, string][] {
  if (typeof node === 'string') return [[path, node]];
  if (typeof node === 'function') return [[path, String((node as (...values: number[]) => string)(2, 2))]];
  return Object.entries(node as object).flatMap(([name, value]) => textsOf(value, path === '' ? name : `${path}.${name}`));
}

describe('the texts', () => {
  const [english, chinese] = [textsOf(en), textsOf(zh)];

  it('are the same in both languages, and none is empty', () => {
    expect(chinese.map(([path]) => path).toSorted()).toEqual(english.map(([path]) => path).toSorted());
    expect([...english, ...chinese].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('are translated', () => {
    const han = /\p{Script=Han}/u;
    const others =
      /^(brand|header\.(language|zone\.UTC)|live\.rate|palette\.toEnglish|alerts\.comparison|tasks\.paramsHint|health\.commandLine|executions\.window|settings\.budgets\.spentOf|topics\.refused|accounts\.(languages|api\.examples)|health\.system\.(node|database))/;
    expect(chinese.filter(([path, text]) => !han.test(text) && !others.test(path))).toEqual([]);
    const toChinese = /^(header\.language|palette\.toChinese|accounts\.languages\.zh)$/;
    expect(english.filter(([path, text]) => han.test(text) && !toChinese.test(path))).toEqual([]);
  });

  it('count in English', () => {
    expect([en.run.lines(1), en.run.lines(0), en.run.lines(1200)]).toEqual(['1 line', '0 lines', '1,200 lines']);
    expect([en.header.paused(1), en.header.paused(2)]).toEqual(['1 queue is paused', '2 queues are paused']);
    expect(en.alerts.wouldHave(1)).toBe('It would have fired 1 time last week.');
  });
});

describe('times and numbers', () => {
  const format = createFormat('en', 'Asia/Shanghai');
  const at = '2026-11-30T01:05:09Z';

  it('are in the time zone of the reader', () => {
    expect([format.clock(at), createFormat('zh', 'UTC').minute(at)]).toEqual(['09:05:09', '01:05']);
    expect(format.offset(Date.parse(at))).toBe(8 * 3_600_000);
    expect(createFormat('en', 'UTC').offset(0)).toBe(0);
  });

  it('are formatted by one object for each language and time zone, because each time of a list asks for it', () => {
    expect(formatOf('en', 'UTC')).toBe(formatOf('en', 'UTC'));
    expect([formatOf('en', 'Asia/Shanghai').minute(at), formatOf('en', 'UTC').minute(at)]).toEqual(['09:05', '01:05']);
  });

  it('are short', () => {
    expect([-3, 12, 4_310, 62_000, 5_400_000, 200_000_000, 90 * 86_400_000, 2954 * 86_400_000].map(format.took)).toEqual([
      '0 ms',
      '12 ms',
      '4.3 s',
      '1 min 02 s',
      '1 h 30 min',
      '2 d 7 h',
      '2 mo',
      '8 y 1 mo',
    ]);
    expect([0, 1023, 1536, 20_971_520].map(format.bytes)).toEqual(['0 B', '1023 B', '1.5 KiB', '20 MiB']);
    expect(format.ago(Date.parse(at) - 185_000, Date.parse(at))).toMatch(/^3.?min/);
    expect(format.ago(Date.parse(at) - 2954 * 86_400_000, Date.parse(at))).toMatch(/^8.?y/);
    expect(createFormat('zh', 'UTC').list(['甲', '乙'])).toBe('甲、乙');
  });
});
