import { describe, expect, it } from '@jest/globals';
import { cellText, durationText } from './cells.ts';

describe('durationText', () => {
  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1_000, '1.0 s'],
    [59_949, '59.9 s'],
    [59_950, '1 min 00 s'],
    [245_000, '4 min 05 s'],
    [3_599_400, '59 min 59 s'],
    [3_599_600, '1 h 00 min'],
    [11_220_000, '3 h 07 min'],
  ])('%d', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  it('is for terminals: other formats get milliseconds', () => {
    const field = { name: 'runMs', title: 'Ran', kind: 'duration' } as const;
    expect(cellText(1_234, field, { people: true, utc: true })).toBe('1.2 s');
    expect(cellText(1_234, field, { people: false, utc: true })).toBe('1234');
  });
});

it('an unknown outcome names the decision of the operator', () => {
  const field = { name: 'error', title: 'Error', kind: 'error' } as const;
  const error = { class: 'unknown_outcome', code: 'no_answer', message: 'no answer after 60 s' };
  expect(cellText(error, field, { people: true, utc: true })).toBe(
    'no_answer: no answer after 60 s (the outcome is unknown: check whether the work was done, then retry the task or leave it)',
  );
});
