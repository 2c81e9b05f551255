import { describe, expect, it } from '@jest/globals';
import { validateSync } from 'class-validator';
import { IsPointInTime, toPointInTime } from './point-in-time.ts';

class Query {
  @IsPointInTime()
  since: unknown;
}
const NOW = new Date('2026-11-30T12:00:00Z');

function accepts(since: unknown): boolean {
  return validateSync(Object.assign(new Query(), { since })).length === 0;
}

describe('a point in time', () => {
  it.each([
    ['2026-11-23T09:00:00+08:00', '2026-11-23T01:00:00.000Z'],
    ['PT24H', '2026-11-29T12:00:00.000Z'],
    ['P7D', '2026-11-23T12:00:00.000Z'],
    ['PT0S', '2026-11-30T12:00:00.000Z'],
  ])('%s', (text, expected) => {
    expect(accepts(text)).toBe(true);
    expect(toPointInTime(text, NOW).toISOString()).toBe(expected);
  });

  it.each(['', 'P', 'PT', '24h', 'P1M', '2026-11-23', '2026-11-23T09:00:00', '2026-02-30T09:00:00Z', 'P999999W', 5, null])(
    'rejects %j',
    (value) => expect(accepts(value)).toBe(false),
  );
});
