import { describe, expect, it } from '@jest/globals';
import { globSync, readFileSync } from 'node:fs';
import { verdictOf } from './mutants/verdict.ts';
import { MUTANTS } from './mutants.mjs';

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

describe('every mutant', () => {
  it('finds its guard exactly once, and has a name of its own', () => {
    const textsOf = (pattern: string) => globSync(pattern).map((file) => readFileSync(file, 'utf8'));
    const places = ({ file, find }: (typeof MUTANTS)[number]) => textsOf(file).reduce((sum, text) => sum + text.split(find).length - 1, 0);
    expect(MUTANTS.length).toBeGreaterThan(400);
    expect(MUTANTS.filter((mutant) => places(mutant) !== 1).map(({ name }) => name)).toEqual([]);
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  });
});
