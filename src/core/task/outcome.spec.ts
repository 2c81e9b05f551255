import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cancel, done, retry, snooze, toOutcome, wait } from './outcome.ts';

describe('toOutcome', () => {
  it('treats any plain value as the result', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(toOutcome(value)).toMatchObject({ kind: 'done', result: value ?? null });
      }),
    );
  });

  it('treats an object that only resembles an outcome as a result', () => {
    const result = { kind: 'cancel', reason: 'a word of the content' };
    expect(toOutcome(result)).toMatchObject({ kind: 'done', result });
  });

  it.each([done({ words: 3 }), retry('busy'), retry('busy', 5), snooze('not yet', 10), wait('job-9', 10), cancel('gone')])(
    'passes $kind through',
    (outcome) => {
      expect(toOutcome(outcome)).toBe(outcome);
    },
  );

  it('keeps the reason, and the delay of a task that is not ready', () => {
    expect(snooze('not yet', 10)).toMatchObject({ kind: 'snooze', reason: 'not yet', delayMs: 10 });
    expect(cancel('gone')).toMatchObject({ kind: 'cancel', reason: 'gone' });
  });

  it('keeps the id of the external work and the time of its first poll', () => {
    expect(wait('job-9', 10)).toMatchObject({ kind: 'wait', externalId: 'job-9', pollAfterMs: 10 });
  });

  it('leaves the delay of a retry to the backoff unless one is given', () => {
    expect([retry('busy'), retry('busy', 5)]).toMatchObject([{ delayMs: null }, { delayMs: 5 }]);
  });
});
