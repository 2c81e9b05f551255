import { expect, it } from '@jest/globals';
import { ProblemError } from '../../platform/http/problem.ts';
import { checkStartOptions } from './start-options.check.ts';

const pointersOf = (options: Parameters<typeof checkStartOptions>[0]): string[] => {
  try {
    checkStartOptions(options);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ProblemError);
    return (error as ProblemError).errors.map(({ pointer }) => pointer);
  }
};

it.each([
  ['nothing', {}],
  ['null for "at once"', { runAt: null }],
  ['the first and the last time', { runAt: new Date('9999-12-31T23:59:59.999Z') }],
  ['the limits', { priority: 10, maxAttempts: 32_767, timeoutMs: 1 }],
])('accepts %s', (_, options) => {
  expect(pointersOf(options)).toEqual([]);
});

it.each([
  ['a year of five digits', { runAt: new Date('+010000-01-01T00:00:00Z') }, '/runAt'],
  ['a year before 1', { runAt: new Date('-000001-01-01T00:00:00Z') }, '/runAt'],
  ['an invalid date', { runAt: new Date('tomorrow') }, '/runAt'],
  ['a priority above 10', { priority: 11 }, '/priority'],
  ['a broken priority', { priority: 2.5 }, '/priority'],
  ['no attempts', { maxAttempts: 0 }, '/maxAttempts'],
  ['more attempts than the column can have', { maxAttempts: 32_768 }, '/maxAttempts'],
  ['a time limit that is no number', { timeoutMs: Number.NaN }, '/timeoutMs'],
])('rejects %s and names the field', (_, options, pointer) => {
  expect(pointersOf(options)).toEqual([pointer]);
});

it('names every wrong field', () => {
  expect(() => checkStartOptions({ runAt: new Date(Number.NaN), priority: 0 })).toThrow('The task cannot be submitted.');
  expect(pointersOf({ runAt: new Date(Number.NaN), priority: 0 })).toEqual(['/runAt', '/priority']);
});
