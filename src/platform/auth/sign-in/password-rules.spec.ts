import { expect, it } from '@jest/globals';
import { ProblemError } from '../../http/problem.ts';
import { requireUsablePassword } from './password-rules.ts';

function codeOf(password: string, username: string): string | undefined {
  try {
    requireUsablePassword(password, username);
    return undefined;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return error.errors[0]?.code;
  }
}

it.each([
  ['correct horse', 'ann', undefined],
  ['任务如何不丢不重复呢今天', 'ann', undefined],
  ['任务如何不丢不重复呢今', 'ann', 'too_short'],
  ['short', 'ann', 'too_short'],
  ['x'.repeat(2_000), 'ann', 'too_long'],
  ['Anna.Schmidt@example.org', 'anna.schmidt@example.org', 'is_username'],
  ['anna.schmidt1', 'anna.schmidt', 'is_username'],
  ['aaaaaaaaaaaaaaaa', 'ann', 'too_simple'],
  ['a very long text about ann', 'ann', undefined],
])('%j of %s: %s', (password, username, expected) => {
  expect(codeOf(password, username)).toBe(expected);
});
