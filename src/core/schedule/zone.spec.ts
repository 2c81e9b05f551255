import { expect, it } from '@jest/globals';
import { instantOf } from './zone.ts';

it.each([
  ['in winter', '2026-01-01T12:00', '2026-01-01T11:00', false],
  ['before the hour that spring leaves out', '2026-03-29T01:59', '2026-03-29T00:59', false],
  ['at the begin of that hour', '2026-03-29T02:00', '2026-03-29T01:00', true],
  ['at its end', '2026-03-29T03:00', '2026-03-29T01:00', false],
  ['in the hour that autumn repeats', '2026-10-25T02:30', '2026-10-25T00:30', false],
  ['after both', '2026-10-25T03:00', '2026-10-25T02:00', false],
])('the instant of a wall time %s', (_, wall, at, inGap) => {
  expect(instantOf(Date.parse(`${wall}Z`), 'Europe/Berlin')).toEqual({ at: Date.parse(`${at}Z`), inGap });
});
