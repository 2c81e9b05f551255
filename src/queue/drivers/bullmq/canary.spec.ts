import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Canary } from './canary.ts';

const AFTER_SONG = 30_000;
const AFTER_CHECK = 41_000;

function aviary() {
  const reader = { listening: true, heardAt: performance.now(), replace: jest.fn(() => Promise.resolve()) };
  const link = { up: true, fail: jest.fn() };
  const queues = { ringEmpty: jest.fn((_queue: string) => Promise.resolve()) };
  const logger = { warn: jest.fn() };
  const canary = new Canary({ link, queues, readers: new Map([['default', reader]]), logger });
  return { reader, link, queues, logger, canary };
}

beforeEach(() => {
  jest.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  jest.useRealTimers();
});

describe('Canary', () => {
  it('replaces a reader that hears nothing, again and again', () => {
    const { reader, queues, logger, canary } = aviary();
    jest.advanceTimersByTime(AFTER_SONG);
    expect(queues.ringEmpty.mock.calls).toEqual([['default']]);
    jest.advanceTimersByTime(AFTER_CHECK - AFTER_SONG);
    jest.advanceTimersByTime(AFTER_SONG);
    expect([reader.replace.mock.calls.length, logger.warn.mock.calls.length]).toEqual([2, 2]);
    canary.close();
    expect(jest.getTimerCount()).toBe(0);
  });

  it.each([
    ['heard something since', ({ reader }: ReturnType<typeof aviary>) => (reader.heardAt = performance.now())],
    ['waits no more', ({ reader }: ReturnType<typeof aviary>) => (reader.listening = false)],
    ['cannot hear because Redis is gone', ({ link }: ReturnType<typeof aviary>) => (link.up = false)],
  ])('leaves a reader alone that %s', (_, happen) => {
    const all = aviary();
    jest.advanceTimersByTime(AFTER_SONG);
    happen(all);
    jest.advanceTimersByTime(AFTER_CHECK - AFTER_SONG);
    expect(all.reader.replace).not.toHaveBeenCalled();
    all.canary.close();
  });

  it('does not sing to who does not listen, nor without Redis', () => {
    const all = aviary();
    all.reader.listening = false;
    jest.advanceTimersByTime(AFTER_SONG);
    all.reader.listening = true;
    all.link.up = false;
    jest.advanceTimersByTime(AFTER_SONG);
    expect(all.queues.ringEmpty).not.toHaveBeenCalled();
    all.canary.close();
  });

  it('tells the link when Redis does not take the ticket', async () => {
    const { link, queues, canary } = aviary();
    queues.ringEmpty.mockRejectedValue(new Error('OOM'));
    await jest.advanceTimersByTimeAsync(AFTER_SONG);
    expect(link.fail).toHaveBeenCalledWith(new Error('OOM'));
    canary.close();
  });
});
