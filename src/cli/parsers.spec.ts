import { describe, expect, it } from '@jest/globals';
import { InvalidArgumentError } from 'commander';
import { commaList, duration, headerText, instant, integer, money, namedValue, since } from './parsers.ts';

describe('duration', () => {
  it.each([
    ['90', 90_000],
    ['90s', 90_000],
    ['500ms', 500],
    ['1.5m', 90_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
    ['0', 0],
  ])('%s is %i ms', (text, ms) => {
    expect(duration(text)).toBe(ms);
  });

  it.each(['', '-1', '5x', 'm', '1h30m', '1e3', ' 5'])('refuses "%s"', (text) => {
    expect(() => duration(text)).toThrow('It must be a duration');
  });
});

describe('instant', () => {
  it('converts any offset to UTC, and uses the local time zone without one', () => {
    expect(instant('2026-11-23T09:00+08:00')).toBe('2026-11-23T01:00:00.000Z');
    expect(instant('2026-11-23T09:00')).toBe(new Date(2026, 10, 23, 9).toISOString());
    expect(instant('2026-11-23')).toBe(new Date(2026, 10, 23).toISOString());
  });

  it.each(['', 'tomorrow', '2026-13-01', '1', '23/11/2026'])('refuses "%s"', (text) => {
    expect(() => instant(text)).toThrow('It must be an ISO 8601 time');
  });
});

describe('since', () => {
  it('accepts a time or an age', () => {
    expect(since('2026-11-23T00:00Z')).toBe('2026-11-23T00:00:00.000Z');
    expect(Math.abs(Date.now() - 3_600_000 - Date.parse(since('1h')))).toBeLessThan(1000);
  });
});

describe('integer', () => {
  it('includes both bounds', () => {
    expect([integer(1, 10)('1'), integer(1, 10)('10')]).toEqual([1, 10]);
  });

  it.each(['0', '11', '1.5', '-3', '', 'x', '1e1', '0x5'])('refuses "%s"', (text) => {
    expect(() => integer(1, 10)(text)).toThrow('It must be a whole number from 1 to 10');
  });
});

describe('money', () => {
  it('is read in millionths, without rounding', () => {
    expect(['20', '20.5', '0.000001', '0.29'].map(money)).toEqual([20_000_000, 20_500_000, 1, 290_000]);
  });

  it.each(['', '-1', '1,5', '1.', '0.0000001', '1e3', '12345678901'])('rejects %j', (text) => {
    expect(() => money(text)).toThrow('It must be an amount such as 20.50');
  });
});

describe('commaList', () => {
  it('accepts Chinese commas and drops empty parts', () => {
    expect(commaList(' a,,b ， 中文,')).toEqual(['a', 'b', '中文']);
  });
});

describe('namedValue', () => {
  it('collects texts, numbers, truth values and the texts of files', () => {
    const given = ['form=data-article', 'total=true', 'roundUpDays=14', 'column="2024"', 'template=@LICENSE'];
    const all = given.reduce<ReturnType<typeof namedValue>>((before, each) => namedValue(each, before), {});
    expect(all).toEqual({
      form: 'data-article',
      total: true,
      roundUpDays: 14,
      column: '2024',
      template: expect.stringMatching(/License/),
    });
    for (const wrong of ['form', '=x', 'template=@absent.liquid']) expect(() => namedValue(wrong)).toThrow(InvalidArgumentError);
  });
});

describe('headerText', () => {
  it.each(['', 'a b', 'a\nb', '钥', 'x'.repeat(256)])('refuses %j', (text) => {
    expect(() => headerText(text)).toThrow('1 to 255 visible ASCII');
  });
});
