import { describe, expect, it } from '@jest/globals';
import { FIRST_ID, SWEEP_ROWS } from '../sweep-pages.ts';
import { SweepCursor, type SweptPage } from './sweep-cursor.ts';

const NEVER = new AbortController().signal;

/** A table of 5 pages, from 'page 0' to 'page 4'. Each page changes as many rows as `changes` gives. */
function table(changes: readonly number[]) {
  const read: string[] = [];
  const page = (after: string): Promise<SweptPage> => {
    read.push(after);
    const number = after === FIRST_ID ? 0 : Number(after.slice(-1)) + 1;
    return Promise.resolve({ changed: changes[number] ?? 0, next: number === 4 ? null : `page ${number}` });
  };
  return { read, page };
}

describe('SweepCursor', () => {
  it('reads two pages in each round, continues after them, and begins again after the last', async () => {
    const { read, page } = table([]);
    const cursor = new SweepCursor(2, 0);
    for (let round = 0; round < 4; round += 1) await cursor.round(page, NEVER);
    expect(read).toEqual([FIRST_ID, 'page 0', 'page 1', 'page 2', 'page 3', FIRST_ID, 'page 0']);
  });

  it('continues a round while pages are full of old rows', async () => {
    const { read, page } = table([SWEEP_ROWS, SWEEP_ROWS, 3, SWEEP_ROWS, 7]);
    expect(await new SweepCursor(2, 0).round(page, NEVER)).toBe(3 * SWEEP_ROWS + 10);
    expect(read).toHaveLength(5);
  });

  it('keeps its position when a page fails', async () => {
    const { read, page } = table([]);
    const cursor = new SweepCursor(1, 0);
    await cursor.round(page, NEVER);
    await expect(cursor.round(() => Promise.reject(new Error('the database is away')), NEVER)).rejects.toThrow('away');
    await cursor.round(page, NEVER);
    expect(read).toEqual([FIRST_ID, 'page 0']);
  });

  it('reads nothing after its signal', async () => {
    const { read, page } = table([]);
    expect(await new SweepCursor(2, 0).round(page, AbortSignal.abort())).toBe(0);
    expect(read).toEqual([]);
  });
});
