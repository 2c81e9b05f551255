import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { validate, version } from 'uuid';
import { newId } from './new-id.ts';
import { timeOfId } from '../../core/task/id-window.ts';

const DAY_MS = 86_400_000;
afterEach(() => void jest.restoreAllMocks());

const at = (ms: number, count: number): string[] => {
  jest.spyOn(Date, 'now').mockReturnValue(ms);
  return Array.from({ length: count }, newId);
};

describe('new ids', () => {
  it('are different UUIDs of version 7 with the time of the clock', () => {
    const now = Date.now() + 10;
    const ids = at(now, 1_000);
    expect(new Set(ids).size).toBe(1_000);
    expect(ids.every((id) => validate(id) && version(id) === 7 && timeOfId(id) === now)).toBe(true);
  });

  it('ascend within a millisecond, over milliseconds, and while the clock goes back a little', () => {
    const now = Date.now() + 10_000;
    const ids = [...at(now, 100), ...at(now + 1, 100), ...at(now - 500, 100)];
    expect(ids.toSorted()).toEqual(ids);
  });

  it('begin with the time of a clock that was set back', () => {
    const now = Date.now();
    const [ahead] = at(now + DAY_MS, 1);
    const [after] = at(now, 1);
    expect([timeOfId(ahead as string), timeOfId(after as string)]).toEqual([now + DAY_MS, now]);
  });
});
