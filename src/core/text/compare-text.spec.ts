import { expect, it } from '@jest/globals';
import { compareText } from './compare-text.ts';

it('compares texts by their code units', () => {
  expect([compareText('a', 'b'), compareText('b', 'a'), compareText('a', 'a'), compareText('B', 'a')]).toEqual([-1, 1, 0, -1]);
});
