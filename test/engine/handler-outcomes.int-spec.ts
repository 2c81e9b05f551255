import { describe, expect, it } from '@jest/globals';
import { TaskFailure } from '../../src/core/task/failure.ts';
import { cancel, done, retry, snooze } from '../../src/core/task/outcome.ts';
import { type Engine, type EngineOptions, OTHER_OWNER, type TestHandler, useEngines } from '../support/engine.ts';
import { waitFor } from '../support/wait-for.ts';

const harness = useEngines();
const SOON = { baseMs: 1, maxMs: 1 };

type Options = Omit<EngineOptions, 'databaseUrl'>;

/** An engine whose only task is `work`. */
const start = (handle: TestHandler['handle'], { options, ...rest }: Options & { options?: TestHandler['options'] } = {}): Promise<Engine> =>
  harness.start({ handlers: [{ name: 'work', options: { backoff: SOON, ...options }, handle }], slots: 2, loops: true, ...rest });

async function outcomeOf(handle: TestHandler['handle'], options?: TestHandler['options']) {
  const engine = await start(handle, { options });
  const id = await engine.submit('work');
  return engine.ended(id);
}

const transient = (message = 'busy') => new TaskFailure('transient', message);

describe('what a handler returns', () => {
  it.each<[string, () => unknown, unknown]>([
    ['nothing', () => undefined, null],
    ['a plain value', () => ({ words: 3 }), { words: 3 }],
    ['done', () => done({ words: 3 }), { words: 3 }],
    ['a value that looks like an outcome', () => ({ kind: 'cancel', reason: 'x' }), { kind: 'cancel', reason: 'x' }],
    ['text that jsonb refuses', () => ['a\0b', '\ud800', 'fine'], ['a\uFFFDb', '\uFFFD', 'fine']],
    ['a key that jsonb refuses', () => ({ 'a\0\udfff': 1 }), { 'a\uFFFD\uFFFD': 1 }],
    ['numbers that JSON lacks', () => [Number.NaN, Number.POSITIVE_INFINITY], [null, null]],
    ['dates and errors', () => [new Date(0), new RangeError('x')], ['1970-01-01T00:00:00.000Z', { name: 'RangeError', message: 'x' }]],
  ])('%s is its result', async (_, handle, result) => {
    expect(await outcomeOf(handle)).toMatchObject({ status: 'completed', attempt: 1, progress: 100, result, error: null });
  });

  const circle: Record<string, unknown> = { name: 'circle' };
  circle['self'] = circle;
  const deep = JSON.parse('['.repeat(5_000) + ']'.repeat(5_000)) as unknown;
  it.each<[string, unknown, string]>([
    ['a big integer', { rows: [{ id: 10n }] }, 'at /rows/0/id is a BigInt, which JSON does not have. Return it as a string'],
    ['a circle', { list: [circle] }, 'at /list/0/self is a circular reference'],
    ['5,000 levels', deep, 'is nested deeper than 64 levels'],
  ])('%s is invalid output, which is not retried', async (_, value, words) => {
    const { status, attempt, result, error } = await outcomeOf(() => value);
    expect({ status, attempt, result, error }).toMatchObject({
      status: 'failed',
      attempt: 1,
      result: null,
      error: { class: 'invalid_output', code: 'result_not_json', message: expect.stringContaining(words) },
    });
  });

  it('a step whose output is a big integer fails the attempt that made it', async () => {
    const row = await outcomeOf((context) => context.checkpoint('count', {}, () => Promise.resolve({ total: 10n })));
    expect(row).toMatchObject({
      status: 'failed',
      error: {
        code: 'result_not_json',
        message:
          'the output of the step count cannot be stored as JSON: the value at /total is a BigInt, which JSON does not have. Return it as a string',
      },
    });
  });

  it('an unclassified error stores its first frames, and logs its whole stack', async () => {
    function findRow(): never {
      throw new TypeError('no such row', { cause: new Error('the cause') });
    }
    const engine = await start(() => findRow(), { options: { maxAttempts: 1 } });
    const id = await engine.submit('work');
    const { error } = await engine.ended(id);
    expect(error?.frames?.[0]).toMatch(/^at findRow \(test\/engine\/handler-outcomes\.int-spec\.ts:\d+:\d+\)$/);
    expect(error?.frames?.length).toBeLessThanOrEqual(3);
    const lines = await engine.logs.lines([id], 0, { lines: 10, bytes: 100_000 });
    const line = lines.find(({ message }) => message === 'stack of the failure');
    expect(line).toMatchObject({
      level: 'debug',
      data: { stack: expect.stringMatching(/^TypeError: no such row\n.*findRow[^]*\nCaused by: Error: the cause\n/) },
    });
  });

  it('more than a megabyte is invalid output, which is not retried', async () => {
    expect(await outcomeOf(() => 'x'.repeat(2_000_000))).toMatchObject({
      status: 'failed',
      attempt: 1,
      result: null,
      error: { class: 'invalid_output', code: 'result_too_large' },
    });
  });

  it('cancel ends the task as cancelled', async () => {
    expect(await outcomeOf(() => cancel('the account is gone'))).toMatchObject({
      status: 'cancelled',
      attempt: 1,
      error: { class: 'cancelled', message: 'the account is gone' },
    });
  });

  it('retry uses up an attempt', async () => {
    expect(await outcomeOf(({ attempt }) => (attempt < 3 ? retry('busy', 0.5) : 'done'))).toMatchObject({
      status: 'completed',
      attempt: 3,
    });
    expect(await outcomeOf(() => retry('busy'), { maxAttempts: 2 })).toMatchObject({
      status: 'failed',
      attempt: 2,
      error: { class: 'transient', code: 'retry_asked', message: 'busy' },
    });
  });

  it('snooze gives the attempt back, any number of times', async () => {
    let calls = 0;
    const row = await outcomeOf(({ attempt }) => (++calls <= 4 ? snooze('not yet', Math.PI) : attempt), { maxAttempts: 1 });
    expect(row).toMatchObject({ status: 'completed', attempt: 1, result: 1, epoch: 9 });
    expect(calls).toBe(5);
  });

  it('waits as long as it requested', async () => {
    const engine = await start(({ params }) => (params['retry'] ? retry('busy', 3_600_000) : snooze('not yet', 7_200_000)));
    const wait = async (id: string) => {
      const row = await waitFor(async () => (await engine.tasks.get(id)).status === 'pending' && engine.tasks.get(id), {
        what: 'the wait',
      });
      return [row.attempt, Math.round((row.runAt.getTime() - Date.now()) / 60_000)];
    };
    const [attempt, minutes] = await wait(await engine.submit('work', { retry: true }));
    expect(attempt).toBe(1);
    expect(minutes).toBeGreaterThanOrEqual(60);
    expect(minutes).toBeLessThanOrEqual(66);
    expect(await wait(await engine.submit('work'))).toEqual([0, 120]);
  });
});

describe('what a handler throws', () => {
  it('is tried again after the back-off, and counted', async () => {
    const engine = await start(
      ({ attempt }) => {
        if (attempt < 3) throw transient();
        return attempt;
      },
      { options: { maxAttempts: 5, backoff: { baseMs: 400, maxMs: 400 } } },
    );
    const id = await engine.submit('work');
    expect(await engine.ended(id)).toMatchObject({ status: 'completed', attempt: 3, result: 3, epoch: 5, error: null });
    const transitions = await harness.transitions(id);
    expect(transitions.filter((step) => step.startsWith('claim'))).toHaveLength(3);
    expect(transitions.filter((step) => step.startsWith('retry'))).toHaveLength(2);
    const early = await harness.sql(
      `SELECT 1 FROM task_audit r JOIN task_audit c ON c.task_id = r.task_id AND c.attempt = r.attempt + 1 AND c.reason = 'claim'
       WHERE r.reason = 'retry' AND c.at < r.at`,
    );
    expect(early).toEqual([]);
  });

  it('is final after the last attempt', async () => {
    const throws = (): never => {
      throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    };
    expect(await outcomeOf(throws, { maxAttempts: 3 })).toMatchObject({
      status: 'failed',
      attempt: 3,
      error: { class: 'transient', code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' },
    });
  });

  it.each([
    ['could not help', 'invalid_input'],
    ['could do the work twice', 'unknown_outcome'],
  ] as const)('is final at once when another attempt %s', async (_, failureClass) => {
    const throws = (): never => {
      throw new TaskFailure(failureClass, 'no such account', 'unknown_account');
    };
    expect(await outcomeOf(throws)).toMatchObject({
      status: 'failed',
      attempt: 1,
      error: { class: failureClass, code: 'unknown_account' },
    });
  });

  it('is not retried beyond the last attempt, whatever its owner sends', async () => {
    const engine = await start(() => undefined, { slots: undefined, loops: false });
    const id = await engine.submit('work', {}, { maxAttempts: 1 });
    const error = { class: 'transient', code: 'busy', message: 'busy', fingerprint: '0' } as const;
    expect(await engine.attempts.retry([{ ...(await engine.claim()), delayMs: 0, error }], OTHER_OWNER)).toEqual(new Set());
    expect(await engine.tasks.get(id)).toMatchObject({ status: 'running', attempt: 1 });
  });

  it.each<[string, unknown]>([
    ['an error whose words jsonb refuses', Object.assign(new Error('a\0\ud800'), { code: 'E\0\ud800' })],
    ['an error without words', Object.assign(new Error('x'), { message: { no: 'text' }, code: 7, stack: null })],
    ['a value that is no error', { code: null }],
    ['a wait of half a millisecond', new TaskFailure('rate_limited', 'slow down', 'http_429', 0.5)],
  ])('is stored even when it is %s', async (_, thrown) => {
    const row = await outcomeOf(() => Promise.reject(thrown as Error), { maxAttempts: 2 });
    expect(row).toMatchObject({ status: 'failed', attempt: 2 });
    expect(typeof row.error?.message).toBe('string');
  });
});
