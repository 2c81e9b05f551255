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
    expect(patch(row, event({ progress: 40, step: 'draft' }))).toMatchObject({
      status: 'running',
      progress: 40,
      step: 'draft',
      startedAt: at(1),
    });
    const running = { ...row, status: 'running', startedAt: at(-5), progress: 40 };
    expect(patch(running, event({}))).toMatchObject({ progress: 40, startedAt: at(-5), finishedAt: null });
    const ended = patch(running, event({ status: 'failed', phase: null, at: at(9) }));
    expect(ended).toMatchObject({ status: 'failed', progress: null, finishedAt: at(9) });
  });

  it('stays as it is without an event, and with one that the answer already contains', () => {
    expect(patch(row, undefined)).toBe(row);
    expect(patch(row, event({ at: at(-1) }))).toBe(row);
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
