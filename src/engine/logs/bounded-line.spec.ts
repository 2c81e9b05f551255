import { describe, expect, it } from '@jest/globals';
import { boundedLine } from './bounded-line.ts';

describe('boundedLine', () => {
  it('replaces what cannot be stored, and cuts between characters', () => {
    expect(boundedLine('info', 'a\0b\uD83D', { text: '\0' })).toEqual({
      level: 'info',
      message: 'a\uFFFDb\uFFFD',
      data: { text: '\uFFFD' },
    });
    expect(boundedLine('info', `${'x'.repeat(7_999)}😀`, undefined)).toEqual({ level: 'info', message: 'x'.repeat(7_999), data: null });
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
