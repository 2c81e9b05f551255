import { describe, expect, it } from '@jest/globals';
import { problemOf } from './database-problem.ts';
import { type Ask, WRITE, WRITE_TEMPORARY_FILE, writeTransaction } from './write-transaction.ts';

const coded = (code: string, message = 'as the server says it'): Error => Object.assign(new Error(message), { code });

/** A database whose temporary files fail with this SQLSTATE, and the statements it got. */
function databaseThatFails(code: string): { ask: Ask; statements: string[] } {
  const statements: string[] = [];
  const ask: Ask = (text) => {
    statements.push(text);
    return text === WRITE_TEMPORARY_FILE[1] ? Promise.reject(coded(code)) : Promise.resolve({ rows: [] });
  };
  return { ask, statements };
}

describe('the write of a database probe', () => {
  it('fails when the disk has no room for a temporary file', async () => {
    const { ask, statements } = databaseThatFails('53100');
    await expect(writeTransaction(ask)).rejects.toMatchObject({ code: '53100' });
    expect(statements).not.toContain('COMMIT');
  });

  it('succeeds without the temporary file where temp_file_limit refuses it', async () => {
    const { ask, statements } = databaseThatFails('53400');
    await writeTransaction(ask);
    expect(statements.slice(-4)).toEqual(['ROLLBACK', 'BEGIN', WRITE, 'COMMIT']);
  });
});

describe('the problem of a failed probe', () => {
  it.each([
    ['53100', 'the database cannot write (53100: as the server says it)'],
    ['53300', 'the database accepts no more connections (53300: as the server says it)'],
    ['42501', 'the database refuses the probe (42501: as the server says it)'],
    ['42P01', 'the database refuses the probe (42P01: as the server says it)'],
    ['28P01', 'the database refuses the login (28P01: as the server says it)'],
    ['57014', 'the database was too slow to answer (57014: as the server says it)'],
    ['ECONNREFUSED', 'the database does not answer (ECONNREFUSED)'],
  ])('names what SQLSTATE %s means', (code, problem) => {
    expect(problemOf(coded(code))).toBe(problem);
  });

  it('is no answer when there is no code', () => {
    expect(problemOf(new Error('Query read timeout'))).toBe('the database does not answer');
  });
});
