import { describe, expect, it } from '@jest/globals';
import { isOutage, isTransient, isUnavailable, retryTransient } from './transient.ts';

const coded = (code: string) => Object.assign(new Error('x'), { code });

describe('isTransient', () => {
  it.each([
    '40001',
    '40P01',
    '55P03',
    '57P01',
    '57P03',
    '08006',
    '53300',
    '25P03',
    '25P04',
    '25006',
    '26000',
    '42P05',
    '57P05',
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
  ])('knows the code %s', (code) => {
    expect(isTransient(coded(code))).toBe(true);
  });

  it.each([
    'Connection terminated unexpectedly',
    'timeout exceeded when trying to connect',
    'Query read timeout',
    'Query runner already released. Cannot run queries anymore.',
    'Database connection provided by a query runner was already released, cannot continue to use its querying methods anymore.',
    'cached plan must not change result type',
  ])('knows the words "%s"', (message) => expect(isTransient(new Error(message))).toBe(true));

  it.each([coded('23505'), coded('22P02'), coded('57014'), new Error('no'), 'ECONNREFUSED', null])('takes %s for final', (error) => {
    expect(isTransient(error)).toBe(false);
  });
});

describe('isOutage', () => {
  it('is a server that is away, not a statement that may be repeated', () => {
    expect(['08006', '53300', '57P01', 'ECONNREFUSED'].filter((code) => !isOutage(coded(code)))).toEqual([]);
    expect(['40001', '55P03', '25006', '26000', '23505'].filter((code) => isOutage(coded(code)))).toEqual([]);
    expect([isOutage(new Error('Query read timeout')), isOutage(new Error('cached plan must not change result type'))]).toEqual([
      true,
      false,
    ]);
  });
});

describe('isUnavailable', () => {
  it('is what may be asked again later: all that is transient, and a statement that took too long', () => {
    expect(['08006', '53100', '57P01', '40001', '25006', '57014'].filter((code) => !isUnavailable(coded(code)))).toEqual([]);
    expect([isUnavailable(coded('23505')), isUnavailable(new Error('no'))]).toEqual([false, false]);
  });

  it('is no error of the network as such: the connection may be that of a client', () => {
    expect([isUnavailable(coded('ECONNRESET')), isUnavailable(new Error('Connection terminated unexpectedly'))]).toEqual([false, true]);
  });
});

describe('retryTransient', () => {
  const failing = (times: number, error: Error) => {
    let tries = 0;
    return () => (++tries <= times ? Promise.reject(error) : Promise.resolve(tries));
  };

  it('repeats what may succeed a moment later', async () => {
    expect(await retryTransient({ forMs: 5_000 }, failing(2, coded('40P01')))).toBe(3);
  });

  it('gives up at once on a permanent error', async () => {
    await expect(retryTransient({ forMs: 5_000 }, failing(1, coded('23505')))).rejects.toThrow('x');
  });

  it('gives up at the deadline or when the signal is aborted', async () => {
    await expect(retryTransient({ forMs: 1 }, failing(1, coded('40P01')))).rejects.toThrow('x');
    await expect(retryTransient({ forMs: 5_000, signal: AbortSignal.abort() }, failing(1, coded('40P01')))).rejects.toThrow('x');
  });
});
