import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { containing, parseSearch } from './search.ts';

describe('a search text', () => {
  it('of 8 or more digits of an id selects the ids that begin with it', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 8, max: 36 }), fc.boolean(), (id, length, upper) => {
        const prefix = id.slice(0, length);
        const found = parseSearch(upper ? prefix.toUpperCase() : prefix);
        if (!found || !('idRange' in found)) throw new Error(`${prefix} is not taken as an id`);
        const [first, last] = found.idRange;
        expect([first <= id, id <= last, first.startsWith(prefix.slice(0, 8)), last.startsWith(prefix.slice(0, 8))]).toEqual(
          Array(4).fill(true),
        );
        expect(first.startsWith(prefix.replace(/-$/, ''))).toBe(true);
        expect(last.startsWith(prefix.replace(/-$/, ''))).toBe(true);
      }),
    );
  });

  it('takes an id without hyphens too', () => {
    expect(parseSearch('01926f3e7b3a')).toEqual({
      idRange: ['01926f3e-7b3a-0000-0000-000000000000', '01926f3e-7b3a-ffff-ffff-ffffffffffff'],
    });
  });

  it('takes the beginning of an id with its hyphens', () => {
    expect(parseSearch('01926f3e-7b')).toEqual({
      idRange: ['01926f3e-7b00-0000-0000-000000000000', '01926f3e-7bff-ffff-ffff-ffffffffffff'],
    });
  });

  it.each([
    ['  Grid  storage ', ['Grid', 'storage']],
    ['2026', ['2026']],
    ['deadbee', ['deadbee']],
    ['deadbeef cafe', ['deadbeef', 'cafe']],
    ['deadbeef-cafe-x', ['deadbeef-cafe-x']],
    ['dead-beef-cafe', ['dead-beef-cafe']],
    ['x-deadbeef', ['x-deadbeef']],
    ['xdeadbeef', ['xdeadbeef']],
    ['a'.repeat(33), ['a'.repeat(33)]],
    ['储能', ['储能']],
  ])('%j is words', (text, words) => expect(parseSearch(text)).toEqual({ words }));

  it.each(['', ' ', '\t\n'])('%j is nothing', (text) => expect(parseSearch(text)).toBeUndefined());

  it('escapes the wildcards of LIKE', () => {
    expect(containing(['100%', 'a_b', String.raw`c\d`])).toEqual([String.raw`%100\%%`, String.raw`%a\_b%`, String.raw`%c\\d%`]);
  });
});
