import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LoopRecord } from './loop-record.ts';

beforeEach(() => {
  jest.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  jest.useRealTimers();
});

const after = (ms: number): void => jest.advanceTimersByTime(ms);

describe('a loop record', () => {
  it('is late when no round has succeeded for 15 s, and no longer after the next success', () => {
    const record = new LoopRecord({ name: 'promoter', intervalMs: 250 });
    expect(record.state()).toMatchObject({ running: false, late: false, latenessSeconds: 0, lastStartAt: null, lastSuccessAt: null });
    record.started();
    record.roundStarted();
    record.succeeded();
    after(15_000);
    expect(record.state()).toMatchObject({ late: false, lateAfterMs: 15_000, latenessSeconds: 14.8, lastSuccessAt: new Date(1_000_000) });
    after(1);
    expect(record.state()).toMatchObject({ late: true, running: true });
    record.roundStarted();
    record.succeeded();
    expect(record.state()).toMatchObject({ late: false, latenessSeconds: 0, lastStartAt: new Date(1_015_001) });
  });

  it('is late when its first round never succeeds', () => {
    const record = new LoopRecord({ name: 'promoter', intervalMs: 250 });
    record.started();
    after(15_001);
    expect(record.state()).toMatchObject({ late: true, lastSuccessAt: null });
  });

  it('has a threshold of 5 intervals for a slow loop, or the one it names', () => {
    expect(new LoopRecord({ name: 'slow', intervalMs: 60_000 }).state().lateAfterMs).toBe(300_000);
    expect(new LoopRecord({ name: 'named', intervalMs: 250, lateAfterMs: 1_000 }).state().lateAfterMs).toBe(1_000);
  });

  it('stays late while every round fails, and shows the last error with its code', () => {
    const record = new LoopRecord({ name: 'promoter', intervalMs: 250 });
    record.started();
    for (let round = 1; round <= 20; round++) {
      record.roundStarted();
      expect(record.failed(Object.assign(new Error('no route'), { code: 'EHOSTUNREACH' }))).toBe(round);
      after(1_000);
    }
    expect(record.state()).toMatchObject({
      late: true,
      consecutiveErrors: 20,
      lastError: 'EHOSTUNREACH: no route',
      lastErrorAt: new Date(1_019_000),
      latenessSeconds: 19.8,
    });
  });

  it('is not late while it is suspended or stopped', () => {
    const record = new LoopRecord({ name: 'claims of default', intervalMs: 1_000 });
    record.started();
    record.roundStarted();
    record.suspended();
    after(3_600_000);
    expect(record.state()).toMatchObject({ late: false, stuck: false, latenessSeconds: 0 });
    record.roundStarted();
    after(15_001);
    expect(record.state().late).toBe(true);
    record.stopped();
    expect(record.state()).toMatchObject({ late: false, running: false, latenessSeconds: 0 });
  });

  it('is stuck when one round runs for 10 minutes, but not when it fails for as long', () => {
    const hanging = new LoopRecord({ name: 'promoter', intervalMs: 250 });
    const failing = new LoopRecord({ name: 'promoter', intervalMs: 250 });
    for (const record of [hanging, failing]) {
      record.started();
      record.roundStarted();
    }
    failing.failed(new Error('no database'));
    after(600_001);
    expect([hanging.state().stuck, failing.state().stuck]).toEqual([true, false]);
  });
});
