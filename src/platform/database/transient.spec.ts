import { describe, expect, it } from '@jest/globals';
import { isTransient, throughOutages } from './transient.ts';

const coded = (code: string) => Object.assign(new Error('x'), { code });

describe('isTransient', () => {
  it.each(['40001', '40P01', '55P03', '57P01', '57P03', '08006', '53300', '25P03', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'])(
    'knows the code %s',
    (code) => {
      expect(isTransient(coded(code))).toBe(true);
    },
  );

  it.each([
    'Connection terminated unexpectedly',
    'timeout exceeded when trying to connect',
    'Query read timeout',
    'Query runner already released. Cannot run queries anymore.',
    'Database connection provided by a query runner was already released, cannot continue to use its querying methods anymore.',
  ])('knows the words "%s"', (message) => expect(isTransient(new Error(message))).toBe(true));

  it.each([coded('23505'), coded('22P02'), coded('57014'), new Error('no'), 'ECONNREFUSED', null])('takes %s for final', (error) => {
    expect(isTransient(error)).toBe(false);
  });
});

describe('throughOutages', () => {
  const failing = (times: number, error: Error) => {
    let tries = 0;
    return () => (++tries <= times ? Promise.reject(error) : Promise.resolve(tries));
  };

  it('repeats what may succeed a moment later', async () => {
    expect(await throughOutages({ forMs: 5_000 }, failing(2, coded('40P01')))).toBe(3);
  });

  it('gives up at once on what never will', async () => {
    await expect(throughOutages({ forMs: 5_000 }, failing(1, coded('23505')))).rejects.toThrow('x');
  });

  it('gives up when time is over or nobody waits any more', async () => {
    await expect(throughOutages({ forMs: 1 }, failing(1, coded('40P01')))).rejects.toThrow('x');
    await expect(throughOutages({ forMs: 5_000, signal: AbortSignal.abort() }, failing(1, coded('40P01')))).rejects.toThrow('x');
  });
});
