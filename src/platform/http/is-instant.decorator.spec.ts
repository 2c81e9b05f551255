import { describe, expect, it } from '@jest/globals';
import { validateSync } from 'class-validator';
import fc from 'fast-check';
import { IsInstant } from './is-instant.decorator.ts';

class Body {
  @IsInstant()
  at: unknown;
}

function accepts(at: unknown): boolean {
  return validateSync(Object.assign(new Body(), { at })).length === 0;
}

describe('IsInstant', () => {
  it.each(['2026-11-23T09:00:00Z', '2026-11-23T09:00+08:00', '2024-02-29T23:59:59.999Z', '2999-12-31T23:00:00-12:00'])('takes %s', (text) =>
    expect(accepts(text)).toBe(true),
  );

  it.each([
    ['a week date', '2026-W05-1'],
    ['a month', '2026-05'],
    ['a day', '2026-11-23'],
    ['a local time', '2026-11-23T09:00:00'],
    ['the basic format', '20261123T090000Z'],
    ['a day that is not', '2026-02-30T00:00:00Z'],
    ['an hour that is not', '2026-11-23T24:00:00Z'],
    ['a leap second', '2026-12-31T23:59:60Z'],
    ['the year 0', '0000-01-01T00:00:00Z'],
    ['a year that an offset makes five digits of', '9999-12-31T23:00:00-12:00'],
    ['a year of six digits', '+275760-09-13T00:00:00Z'],
    ['a blank for the T', '2026-11-23 09:00:00Z'],
    ['milliseconds', 1_795_392_000_000],
    ['null', null],
  ])('refuses %s', (_what, value) => expect(accepts(value)).toBe(false));

  it('takes nothing that Date cannot read', () => {
    const digits = (least: number, most: number) => fc.integer({ min: least, max: most }).map((n) => String(n).padStart(2, '0'));
    const text = fc
      .tuple(
        fc.integer({ min: 1000, max: 9999 }),
        digits(0, 13),
        digits(0, 32),
        digits(0, 25),
        digits(0, 61),
        digits(0, 61),
        digits(0, 30),
        digits(0, 99),
      )
      .map(([y, mo, d, h, mi, s, oh, om]) => `${y}-${mo}-${d}T${h}:${mi}:${s}+${oh}:${om}`);
    fc.assert(
      fc.property(text, (at) => {
        expect(accepts(at) && Number.isNaN(new Date(at).getTime())).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });
});
