import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { attemptTimedOut, classify, FAILURE_CLASSES, type Failure, fullStack, TaskFailure } from './failure.ts';

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

  it.each([['ENOENT'], ['22P02'], ['NO_EPIPE'], [undefined], [42]])('classifies the code %s as internal', (code) => {
    expect(classify(Object.assign(new Error('x'), { code })).class).toBe('internal');
  });

  it('cuts a code to 100 characters and a message to 2,000', () => {
    const { code, message } = classify(new TaskFailure('rejected', 'm'.repeat(2_001), 'c'.repeat(101)));
    expect([code, message]).toEqual(['c'.repeat(100), 'm'.repeat(2_000)]);
  });

  it('takes only lines of the stack as frames, and the function of a frame', () => {
    const failureOf = (stack: string) => classify(Object.assign(new Error('x'), { stack }));
    const frame = '    at run (/app/src/run.ts:1:2)';
    expect(failureOf(`Error: it looks at src/a.ts\n${frame}`)).toEqual(failureOf(`Error: x\n${frame}`));
    expect(failureOf(`Error: x\n${frame}`).frames).toEqual(['at run (src/run.ts:1:2)']);
  });

  it('gives failures that differ in ids and numbers one fingerprint', () => {
    const fingerprintOf = (message: string) => classify(new TaskFailure('rejected', message)).fingerprint;
    const one = fingerprintOf('task deadbeef-7b3a-7000-8000-0123456789ab failed 3 times');
    expect(fingerprintOf('task 01926f3e-7b3a-7000-8000-abcdefabcdef failed 14 times')).toBe(one);
    expect(fingerprintOf('task deadbeef-7b3a-7000-8000-0123456789ab failed once')).not.toBe(one);
  });

  it('has a message for a thrown value without one', () => {
    expect(classify(undefined).message).toBe('the handler threw a value that is not an error');
    expect(classify('no luck').message).toBe('no luck');
    expect(classify(new RangeError('')).message).toBe('RangeError');
  });
});

const STACK = `Error: the moon
at night (src/not-a-frame.ts:1:1)
    at async sync (file:///home/build/app/src/spaces/sync.ts:12:9)
    at Client.query (/home/build/app/node_modules/pg/lib/client.js:1:1)
    at process.processTicksAndRejections (node:internal/process/task_queues:104:5)
    at /home/build/app/dist/main.js:7:3
    at run (C:\\app\\run.ts:2:2)
    at fourth (/home/build/app/test/fourth.ts:4:4)`;
const thrown = (stack: string | undefined, more = {}) => Object.assign(new Error('the moon'), { stack, ...more });

describe('the frames of a failure', () => {
  it('are the first three outside of dependencies, without the folders above the project', () => {
    expect(classify(thrown(STACK)).frames).toEqual([
      'at async sync (src/spaces/sync.ts:12:9)',
      'at dist/main.js:7:3',
      'at run (C:\\app\\run.ts:2:2)',
    ]);
  });

  it('are cut to 300 characters each', () => {
    expect(classify(thrown(`    at ${'f'.repeat(400)}`)).frames).toEqual([`at ${'f'.repeat(297)}`]);
  });

  it.each<[string, Error]>([
    ['that the handler classified', Object.assign(new TaskFailure('internal', 'no'), { stack: STACK })],
    ['with a transient code', thrown(STACK, { code: 'ECONNRESET' })],
    ['without a stack', thrown(undefined)],
  ])('are missing for an error %s', (_, error) => {
    expect(classify(error)).not.toHaveProperty('frames');
  });
});

describe('fullStack', () => {
  const chain = (length: number): Error => thrown(`stack ${length}`, length > 1 ? { cause: chain(length - 1) } : {});

  it('joins the stacks of an error and of four causes', () => {
    expect(fullStack(chain(2))).toBe('stack 2\nCaused by: stack 1');
    expect(fullStack(chain(6))).toBe([6, 5, 4, 3, 2].map((n) => `stack ${n}`).join('\nCaused by: '));
  });

  it('is cut to 7,500 characters, and empty for a value that is no error', () => {
    expect(fullStack(thrown('s'.repeat(8_000)))).toHaveLength(7_500);
    expect(fullStack('no luck')).toBe('');
  });
});

it('attemptTimedOut names the attempt and its limit', () => {
  expect(attemptTimedOut({ attempt: 2, timeoutMs: 500 })).toMatchObject({
    class: 'timeout',
    code: 'attempt_timeout',
    message: 'attempt 2 ran longer than 500 ms',
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

  it('is the same in every version, because stored failures are grouped by it', () => {
    // FNV-1a of "internal|||no luck", and of "internal|E1|sync|row #".
    expect(classify('no luck').fingerprint).toBe('bcc3766c');
    expect(classify(Object.assign(new Error('row 7'), { code: 'E1', stack: STACK })).fingerprint).toBe('8edf53c8');
  });

  it('depends on the function that threw, but not on its line', () => {
    const [at, later, longer] = ['sync (src/a.ts:1:1)', 'sync (src/a.ts:9:9)', 'syncAll (src/a.ts:1:1)'].map(
      (frame) => classify(thrown(`Error: the moon\n    at ${frame}`)).fingerprint,
    );
    expect(later).toBe(at);
    expect(longer).not.toBe(at);
  });

  it('differs by cause, class and place', () => {
    const elsewhere = () => classify(new TaskFailure('rejected', 'no such row')).fingerprint;
    const all = [thrownBy('no such row'), thrownBy('no such column'), thrownBy('no such row', 'transient'), elsewhere()];
    expect(new Set(all).size).toBe(4);
  });
});
