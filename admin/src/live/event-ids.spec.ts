import { describe, expect, it } from '@jest/globals';
import { EventIds } from './event-ids.ts';

function added(...times: number[]): EventIds {
  const ids = new EventIds(15_000);
  for (const time of times) ids.add(`at ${time}`, time);
  return ids;
}

describe('EventIds', () => {
  it('knows none at first', () => {
    expect([added().last, added().knownAt(0)]).toEqual([undefined, undefined]);
  });

  it.each([
    ['the one of that time', 5_000, 'at 5000'],
    ['the one before', 8_999, 'at 5000'],
    ['the first, when all are newer', 500, 'at 1000'],
    ['the last', 60_000, 'at 9000'],
  ])('knownAt: %s', (_, time, id) => {
    expect(added(1_000, 5_000, 9_000).knownAt(time)).toBe(id);
  });

  it('keeps one id a second, and the last', () => {
    const ids = added(1_000, 1_300, 1_600, 2_100, 2_200);
    expect([ids.last, ids.knownAt(1_999), ids.knownAt(2_150)]).toEqual(['at 2200', 'at 1000', 'at 2100']);
  });

  it('drops the ids that are too old, except the last of them', () => {
    const ids = added(1_000, 2_000, 3_000, 18_500);
    expect([ids.knownAt(3_500), ids.knownAt(0)]).toEqual(['at 3000', 'at 3000']);
  });
});
