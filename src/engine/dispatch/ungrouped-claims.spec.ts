import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { SqlExecutor } from '../../platform/database/pools.ts';
import { CLAIM_ONLY_NAME, CLAIM_ONLY_NAME_FROM, CLAIM_TASKS, CLAIM_TASKS_FROM, COUNT_DEAD_ROWS } from '../claim.sql.ts';
import { UngroupedClaims } from './ungrouped-claims.ts';

const ALL = Number.NEGATIVE_INFINITY;
const NAMES: Record<string, string> = {
  [CLAIM_TASKS]: 'tasks',
  [CLAIM_ONLY_NAME]: 'only name',
  [CLAIM_TASKS_FROM]: 'tasks from',
  [CLAIM_ONLY_NAME_FROM]: 'only name from',
  [COUNT_DEAD_ROWS]: 'count',
};
const REQUEST = { queue: 'q', limit: 2, names: ['a', 'b'], owner: 'o', leaseSeconds: 15 };

type Row = Record<string, unknown>;
let rows: Row[];
let tookMs: number;
let dead: Row[] | Error;
let asked: unknown[];

/** Each claim takes `tookMs` and answers with `rows`. */
const executor: SqlExecutor = {
  query<T extends object>(text: string, values: unknown[]): Promise<T[]> {
    const name = NAMES[text] ?? text;
    asked.push(name.endsWith('from') ? [name, values.at(-1)] : name);
    if (text === COUNT_DEAD_ROWS) return dead instanceof Error ? Promise.reject(dead) : Promise.resolve(dead as T[]);
    jest.advanceTimersByTime(tookMs);
    return Promise.resolve(rows as T[]);
  },
};

beforeEach(() => {
  jest.useFakeTimers();
  [rows, tookMs, dead, asked] = [[], 1, [{ count: 50_000 }], []];
});
afterEach(() => void jest.useRealTimers());

/** Claims that have read the whole queue of one name slowly, and took a task of rank 1,000. */
async function slowClaims(): Promise<UngroupedClaims> {
  const claims = new UngroupedClaims(executor, true);
  [rows, tookMs] = [[{ name: 'a', isOnlyName: true, rank: 1_000 }], 100];
  for (let i = 0; i < 2; i++) {
    await claims.claim(REQUEST);
    await jest.advanceTimersByTimeAsync(0); // dead rows are counted
  }
  [tookMs, asked] = [1, []];
  return claims;
}

describe('claims without groups', () => {
  it('have no floor for a driver that must see every ready task', async () => {
    const claims = new UngroupedClaims(executor, false);
    tookMs = 100;
    for (let i = 0; i < 3; i++) await claims.claim(REQUEST);
    expect(asked.filter((name) => name !== 'count')).toEqual(['tasks', 'tasks', 'tasks']);
  });

  it('ask for the only name of the last claim, and read the whole queue while they are fast', async () => {
    const claims = new UngroupedClaims(executor, true);
    rows = [{ name: 'a', isOnlyName: true }];
    const first = await claims.claim(REQUEST);
    const second = await claims.claim(REQUEST);
    expect(asked).toEqual(['tasks', 'only name']);
    expect([first, second]).toMatchObject([
      { isFullScan: true, isSingleName: false },
      { isFullScan: true, isSingleName: true },
    ]);
  });

  it('read from the last ranks after slow ones, and the whole queue from time to time', async () => {
    const claims = await slowClaims();
    rows = [
      { name: 'a', rank: 1_010 },
      { name: 'a', rank: 1_009 },
    ];
    expect(await claims.claim(REQUEST)).toMatchObject({ isFullScan: false });
    await claims.claim(REQUEST);
    jest.advanceTimersByTime(900);
    expect(await claims.claim(REQUEST)).toMatchObject({ isFullScan: true });
    expect(asked).toEqual([
      ['only name from', 999],
      ['only name from', 1_008],
      ['only name from', ALL],
    ]);
  });

  it('count dead rows after slow claims of the whole queue only', async () => {
    const claims = new UngroupedClaims(executor, true);
    tookMs = 100;
    dead = [{ count: 10 }];
    await claims.claim(REQUEST);
    await claims.claim(REQUEST);
    expect(asked).toEqual(['tasks', 'count', 'tasks', 'count']);
  });

  it('do without a floor when dead rows cannot be counted', async () => {
    const claims = new UngroupedClaims(executor, true);
    [rows, tookMs, dead] = [[{ name: 'a' }], 100, new Error('the connection was lost')];
    expect((await claims.claim(REQUEST)).tasks).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(0);
    expect(await claims.claim(REQUEST)).toMatchObject({ isFullScan: true });
  });

  it('after a claim above a floor that found nothing of the only name, the next one considers all names', async () => {
    const claims = await slowClaims();
    rows = [];
    await claims.claim(REQUEST);
    await claims.claim(REQUEST);
    expect(asked).toEqual([
      ['only name from', 999],
      ['tasks from', 999],
    ]);
  });
});
