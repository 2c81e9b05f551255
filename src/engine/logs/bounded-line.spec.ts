import { describe, expect, it } from '@jest/globals';
import { boundedLine } from './bounded-line.ts';

describe('boundedLine', () => {
  it('replaces what cannot be stored, and cuts between characters', () => {
    expect(boundedLine('info', 'a\0b\uD83D', { text: '\0' })).toEqual({
      level: 'info',
      message: 'a\uFFFDb\uFFFD',
      data: { text: '\uFFFD' },
    });
    const mark = ' … [cut: 8001 characters]';
    const kept = 'x'.repeat(8_000 - mark.length - 1); // the cut would split the first 😀
    expect(boundedLine('info', `${kept}😀${'y'.repeat(mark.length)}`, undefined)).toEqual({
      level: 'info',
      message: kept + mark,
      data: null,
    });
    expect(boundedLine('info', 'x'.repeat(8_000), undefined).message).toBe('x'.repeat(8_000));
    expect(boundedLine('warn', 'large', 'y'.repeat(8_001)).data).toEqual({ truncated: true });
  });

  it('takes any value of a handler in plain JavaScript', () => {
    const bad = {
      get secret(): string {
        throw new Error('no');
      },
    };
    expect(boundedLine('error', new Error('broken'), bad)).toEqual({
      level: 'error',
      message: 'Error: broken',
      data: { unreadable: true },
    });
    expect(boundedLine('info', undefined, 1n)).toEqual({ level: 'info', message: 'undefined', data: '1' });
    expect(boundedLine('info', Object.create(null), null).message).toBe('a value that has no text');
  });
});
