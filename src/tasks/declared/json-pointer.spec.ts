import { describe, expect, it } from '@jest/globals';
import { JSON_POINTER, valueAt } from './json-pointer.ts';

const JSON_VALUE = { data: { items: [{ id: 7 }, null], length: 3, '': 'empty', 'a/b': 1, 'm~n': 2, '~1': 3 } };

describe('valueAt', () => {
  it.each<[string, unknown]>([
    ['', JSON_VALUE],
    ['/data/items/0/id', 7],
    ['/data/items/1', null],
    ['/data/length', 3],
    ['/data/', 'empty'],
    ['/data/a~1b', 1],
    ['/data/m~0n', 2],
    ['/data/~01', 3],
    ['/data/items/2', undefined],
    ['/data/items/-', undefined],
    ['/data/items/length', undefined],
    ['/data/items/0/id/x', undefined],
    ['/toString', undefined],
    ['/__proto__', undefined],
  ])('%s', (pointer, value) => {
    expect(JSON_POINTER.test(pointer)).toBe(true);
    expect(valueAt(JSON_VALUE, pointer)).toEqual(value);
  });

  it('returns undefined inside a value that is no container', () => {
    expect(valueAt('text', '/0')).toBeUndefined();
    expect(valueAt(null, '/a')).toBeUndefined();
    expect(valueAt(0, '')).toBe(0);
  });
});

it.each(['a', '#/a', '/~', '/~2', 'a/b'])('%s is not a pointer', (text) => {
  expect(JSON_POINTER.test(text)).toBe(false);
});
