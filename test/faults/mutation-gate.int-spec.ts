import { describe, expect, it } from '@jest/globals';
import { verdictOf } from './mutants/verdict.ts';

const FACTS = { statements: 'statements.int-spec.ts', only: 'a claim', limitMs: 300_000 };
const NONE = { hung: false, ran: 3, failed: [], broken: [] };

describe('the verdict of the mutation gate', () => {
  it.each([
    ['a failed test kills', { ...NONE, failed: [{ file: 'locks.int-spec.ts', fullName: 'a claim skips' }] }, 'killed', 'a claim skips'],
    ['passing tests let it survive', NONE, 'survived', '3 tests passed'],
    ['a hung test', { ...NONE, hung: true, ran: 0 }, 'inconclusive', 'the tests did not end within 300 s'],
    ['no test at all', { ...NONE, ran: 0 }, 'inconclusive', 'no test is named a claim'],
    ['a broken file', { ...NONE, broken: ['a.ts: SyntaxError'] }, 'inconclusive', 'the tests could not run: a.ts: SyntaxError'],
    [
      'an invalid statement, although other tests failed',
      {
        ...NONE,
        failed: [
          { file: 'locks.int-spec.ts', fullName: 'x' },
          { file: 'test/engine/statements.int-spec.ts', fullName: 'CLAIM fits the schema' },
        ],
      },
      'inconclusive',
      'no valid statement: CLAIM fits the schema',
    ],
  ])('%s', (_name, run, kind, why) => {
    expect(verdictOf(run, FACTS)).toEqual({ kind, why });
  });
});
