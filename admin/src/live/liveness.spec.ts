import { expect, it } from '@jest/globals';
import { liveWord, STALE_MS } from './liveness.ts';

it.each([
  ['live', null, 'live'],
  ['paused', 0, 'paused'],
  ['connecting', null, 'connecting'],
  ['lost', 100_000 - STALE_MS, 'reconnecting'],
  ['lost', 99_999 - STALE_MS, 'stale'],
] as const)('of a connection that is %s since %p says %s', (state, lostAt, word) => {
  expect(liveWord({ state, lostAt, rate: 0 }, 100_000)).toBe(word);
});
