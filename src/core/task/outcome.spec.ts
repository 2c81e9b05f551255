import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cancel, done, retry, snooze, toOutcome } from './outcome.ts';

describe('toOutcome', () => {
  it('takes any plain value for the result of finished work', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(toOutcome(value)).toMatchObject({ kind: 'done', result: value ?? null });
      }),
    );
  });

  it('takes an object that only looks like an outcome for a result', () => {
    const result = { kind: 'cancel', reason: 'a word of the content' };
    expect(toOutcome(result)).toMatchObject({ kind: 'done', result });
  });

  it.each([done({ words: 3 }), retry('busy'), retry('busy', 5), snooze('not yet', 10), cancel('gone')])('passes $kind on', (outcome) => {
    expect(toOutcome(outcome)).toBe(outcome);
  });

  it('leaves the wait of a retry to the back-off unless it is named', () => {
    expect([retry('busy'), retry('busy', 5)]).toMatchObject([{ delayMs: null }, { delayMs: 5 }]);
  });
});
