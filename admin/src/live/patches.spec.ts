import { describe, expect, it } from '@jest/globals';
import { type ExecutionEvent, patch, supersedes } from './patches.ts';

const FETCHED = Date.parse('2026-11-30T12:00:00Z');
const at = (seconds: number) => new Date(FETCHED + seconds * 1000).toISOString();
const row = {
  status: 'submitted',
  phase: 'ready',
  attempt: 0,
  progress: null,
  step: null,
  startedAt: null,
  finishedAt: null,
  fetchedAt: FETCHED,
};
const received = (changes: Partial<ExecutionEvent>, after = 1) => ({ data: event(changes), receivedAt: FETCHED + after });
const event = (changes: Partial<ExecutionEvent>): ExecutionEvent => ({
  executionId: '01',
  taskName: 'sync',
  status: 'running',
  phase: 'running',
  attempt: 1,
  progress: null,
  step: null,
  version: 3,
  at: at(1),
  ...changes,
});

describe('a row with its newest event', () => {
  it('starts, moves on and ends', () => {
    expect(patch(row, received({ progress: 40, step: 'draft' }))).toMatchObject({
      status: 'running',
      progress: 40,
      step: 'draft',
      startedAt: at(1),
    });
    const running = { ...row, status: 'running', startedAt: at(-5), progress: 40 };
    expect(patch(running, received({}))).toMatchObject({ progress: 40, startedAt: at(-5), finishedAt: null });
    const ended = patch(running, received({ status: 'failed', phase: null, at: at(9) }));
    expect(ended).toMatchObject({ status: 'failed', progress: null, finishedAt: at(9) });
  });

  it('stays as it is without an event, and with one that came before the row was asked for', () => {
    expect(patch(row, undefined)).toBe(row);
    expect(patch(row, received({ at: at(5) }, -1))).toBe(row);
  });

  it('takes an event of a server whose clock is behind', () => {
    expect(patch(row, received({ at: at(-600) }))).toMatchObject({ status: 'running' });
  });
});

describe('the order of events', () => {
  it('takes a newer version, and newer progress of the same', () => {
    expect(supersedes(event({}), undefined)).toBe(true);
    expect(supersedes(event({ version: 4, at: at(-9) }), event({}))).toBe(true);
    expect(supersedes(event({ at: at(2) }), event({}))).toBe(true);
  });

  it('drops what a reconnection repeats', () => {
    expect(supersedes(event({ version: 2, at: at(5) }), event({}))).toBe(false);
    expect(supersedes(event({ at: at(0) }), event({}))).toBe(false);
  });
});
