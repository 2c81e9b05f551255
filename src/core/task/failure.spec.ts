import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { classify, FAILURE_CLASSES, type Failure, TaskFailure } from './failure.ts';

/** What prevents a failure from being stored as jsonb or shown. */
function flaws(failure: Failure): string[] {
  const { code, message, fingerprint } = failure;
  const texts = { code, message, fingerprint };
  const unfit = Object.entries(texts).filter(([, text]) => typeof text !== 'string' || !text.isWellFormed() || text.includes('\0'));
  return [
    ...unfit.map(([name]) => name),
    ...(code.length > 100 || message.length > 2_000 ? ['length'] : []),
    ...(FAILURE_CLASSES.includes(failure.class) ? [] : ['class']),
  ];
}

const wildText = fc.string({ unit: 'binary', maxLength: 3_000 }).map((text) => `${text}\0\ud800`);

describe('classify', () => {
  it('turns any thrown value into a failure that can be stored', () => {
    fc.assert(fc.property(fc.anything({ withNullPrototype: true }), (thrown) => expect(flaws(classify(thrown))).toEqual([])));
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), (message, code, stack) => {
        expect(flaws(classify(Object.assign(new Error('x'), { message, code, stack })))).toEqual([]);
      }),
    );
    fc.assert(
      fc.property(wildText, wildText, (message, code) => expect(flaws(classify(new TaskFailure('rejected', message, code)))).toEqual([])),
    );
  });

  it('keeps the classification of a handler', () => {
    expect(classify(new TaskFailure('rate_limited', 'slow down', 'http_429'))).toMatchObject({
      class: 'rate_limited',
      code: 'http_429',
      message: 'slow down',
    });
    expect(classify(new TaskFailure('rejected', 'no'))).toMatchObject({ class: 'rejected', code: 'rejected' });
  });

  it.each(['ECONNREFUSED', 'EPIPE', 'EAI_AGAIN', 'ETIMEDOUT', 'UND_ERR_SOCKET', '08006', '40001', '40P01', '53300', '55P03', '57P01'])(
    'classifies %s as transient',
    (code) => expect(classify(Object.assign(new Error('x'), { code }))).toMatchObject({ class: 'transient', code }),
  );

  it.each([['ENOENT'], ['22P02'], [undefined], [42]])('classifies the code %s as internal', (code) => {
    expect(classify(Object.assign(new Error('x'), { code })).class).toBe('internal');
  });

  it('has a message for a thrown value without one', () => {
    expect(classify(undefined).message).toBe('the handler threw a value that is not an error');
    expect(classify('no luck').message).toBe('no luck');
    expect(classify(new RangeError('')).message).toBe('RangeError');
  });
});

describe('fingerprint', () => {
  const thrownBy = (message: string, failureClass: 'rejected' | 'transient' = 'rejected') =>
    classify(new TaskFailure(failureClass, message)).fingerprint;

  it('is equal for failures that differ in numbers and ids', () => {
    const [one, two] = ['row 17 of 0190c4a2-7b1c-7d35-9f00-1f2e3d4c5b6a', 'row 4 of 0190c4a2-7b1c-7d35-9f00-aaaaaaaaaaaa'].map((m) =>
      thrownBy(m),
    );
    expect(one).toBe(two);
    expect(one).toMatch(/^[0-9a-f]{8}$/);
  });

  it('differs by cause, class and place', () => {
    const elsewhere = () => classify(new TaskFailure('rejected', 'no such row')).fingerprint;
    const all = [thrownBy('no such row'), thrownBy('no such column'), thrownBy('no such row', 'transient'), elsewhere()];
    expect(new Set(all).size).toBe(4);
  });
});
