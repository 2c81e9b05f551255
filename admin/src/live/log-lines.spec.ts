import { expect, it } from '@jest/globals';
import { EMPTY_LOG, KEPT_LINES, type Line, reduceLog, transitionLine } from './log-lines.ts';

const line = (key: string, second: number, engine = false): Line => ({
  key,
  at: new Date(second * 1000).toISOString(),
  level: 'info',
  message: key,
  engine,
});
const keys = (state: typeof EMPTY_LOG) => state.lines.map(({ key }) => key);

it('appends in the order of time and drops what is repeated', () => {
  const first = reduceLog(EMPTY_LOG, { add: [line('l1', 1), line('l2', 3)] });
  const next = reduceLog(first, { add: [line('l2', 3), line('t1', 2, true), line('l3', 4)] });
  expect(keys(next)).toEqual(['l1', 't1', 'l2', 'l3']);
  expect([first.changes, next.changes]).toEqual([0, 1]);
  expect(reduceLog(next, { add: [line('l1', 1)] })).toBe(next);
});

it('keeps the order of the handler when times do not rise', () => {
  const state = reduceLog(EMPTY_LOG, { add: [line('l1', 5), line('l3', 4), line('t1', 6, true), line('l2', 7)] });
  expect(keys(state)).toEqual(['l1', 't1', 'l2', 'l3']);
});

it('says that the connection is lost until it is back', () => {
  const lost = reduceLog(EMPTY_LOG, { lost: true });
  expect([lost.lost, reduceLog(lost, { lost: false }).lost]).toEqual([true, false]);
});

it('keeps the newest lines, ends, and starts anew', () => {
  const many = Array.from({ length: KEPT_LINES + 5 }, (_, index) => line(`l${index}`, index));
  const state = reduceLog(EMPTY_LOG, { add: many });
  expect([state.lines.length, state.lines[0]?.key]).toEqual([KEPT_LINES, 'l5']);
  expect(reduceLog(state, { end: true })).toMatchObject({ ended: true, changes: 1 });
  expect(reduceLog(state, { clear: true })).toEqual(EMPTY_LOG);
});

it('has no line for a transition without words', () => {
  const change = { version: 2, at: '2026-11-30T12:00:00Z', level: null, message: null };
  expect(transitionLine(change as never)).toBeNull();
  expect(transitionLine({ ...change, message: 'Task started' } as never)).toMatchObject({ key: 't2', level: 'info', engine: true });
});
