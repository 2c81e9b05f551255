import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { CreationError } from '../../src/creators/creation-error.ts';
import type { StubAnswer } from '../channels/stub-server.ts';
import { RecordedRun, requestOf, submissionOf } from './creator-runs.ts';
import { httpCreator, TOKEN } from './http-harness.ts';

const failureOf = async (work: Promise<unknown>): Promise<CreationError> => {
  const error = await work.then(
    () => 'no error',
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CreationError);
  return error as CreationError;
};
const never = new AbortController().signal;

describe('the creator http', () => {
  let harness: Awaited<ReturnType<typeof httpCreator>>;
  beforeAll(async () => {
    harness = await httpCreator();
  });
  afterEach(() => {
    harness.service.trouble = () => null;
    harness.service.requests.length = 0;
  });
  afterAll(() => harness.stop());

  const submit = (run = new RecordedRun(), changes = {}) => harness.creator.submit(requestOf(), run, submissionOf(run, changes));

  it('sends the request with the key of the hand-over; a repeated one starts no second work', async () => {
    const run = new RecordedRun();
    const before = harness.service.works.size;
    const first = await submit(run);
    expect(await submit(run, { repeated: true })).toBe(first);
    expect(harness.service.works.size).toBe(before + 1);
    const [{ method, url, headers, body }] = harness.service.requests as [(typeof harness.service.requests)[0]];
    expect([method, url.pathname, headers['idempotency-key'], headers.authorization]).toEqual([
      'POST',
      '/api/tasks',
      run.stored.key,
      `Bearer ${TOKEN}`,
    ]);
    expect(JSON.parse(body.toString())).toMatchObject({
      mode: 'async',
      topic: 'grid storage',
      keywords: ['storage'],
      account: { name: 'Notes' },
    });
    expect(body.toString()).not.toContain('0193b0a0');
  });

  it.each<[string, StubAnswer, object]>([
    ['429', { status: 429, headers: { 'retry-after': '120' } }, { code: 'rate_limited', retryAfterMs: 120_000 }],
    ['503', { status: 503, headers: { 'retry-after': '7' } }, { code: 'transient', retryAfterMs: 7_000 }],
    [
      '500',
      { status: 500, body: { error: { message: 'no disk' } } },
      { code: 'transient', message: 'The service answered 500 to a POST: no disk' },
    ],
    ['401', { status: 401 }, { code: 'invalid_input', message: expect.stringContaining('CREATOR_HTTP_TOKEN') }],
    ['402', { status: 402 }, { code: 'budget_exceeded' }],
    ['404', { status: 404 }, { code: 'incompatible', message: expect.stringContaining('CREATOR_HTTP_URL') }],
    ['409', { status: 409 }, { code: 'unknown_outcome' }],
    ['422', { status: 422, body: { success: false, error: { message: 'topic is too long' } } }, { code: 'invalid_input' }],
    ['a page', { status: 200, body: '<html>' }, { code: 'incompatible', message: expect.stringContaining('began with: <html>') }],
    [
      'no id',
      { status: 202, body: { success: true, data: {} } },
      { code: 'incompatible', message: expect.stringContaining('without a taskId') },
    ],
    [
      'a refusal with 200',
      { status: 200, body: { success: false, error: { code: 'budget_exceeded', message: 'x' } } },
      { code: 'budget_exceeded' },
    ],
    ['too much', { status: 200, body: 'x'.repeat(100_001) }, { code: 'incompatible', message: expect.stringContaining('100000') }],
  ])('%s', async (_, answer, expected) => {
    harness.service.trouble = () => answer;
    expect(await failureOf(submit())).toMatchObject(expected);
  });

  it.each(['POST', 'GET'])('follows no redirect of a %s, so the token stays here', async (method) => {
    const id = await submit();
    harness.service.requests.length = 0;
    harness.service.trouble = () => ({ status: 302, headers: { location: '/health' } });
    const error = await failureOf(method === 'POST' ? submit() : harness.creator.status(id, never));
    expect(error).toMatchObject({ code: 'incompatible', message: expect.stringContaining('redirects') });
    expect(harness.service.requests).toHaveLength(1);
  });

  it('reads the progress of each step', async () => {
    const id = await submit();
    const at = (data: object) => {
      harness.service.trouble = () => ({ status: 200, body: { success: true, data } });
      return harness.creator.status(id, never);
    };
    expect(await at({ status: 'running', currentStep: 'write' })).toEqual({ state: 'running', progress: 50, step: 'draft' });
    expect(await at({ status: 'pending', progress: 0 })).toEqual({ state: 'waiting', progress: 0, step: null });
    expect(await at({ status: 'cancelled' })).toEqual({ state: 'cancelled' });
    expect(await at({ status: 'failed', error: 'no quota' })).toMatchObject({
      state: 'failed',
      error: { code: 'transient', retryable: true },
    });
    expect(await failureOf(at({ status: 'dreaming' }))).toMatchObject({ code: 'incompatible' });
  });

  it('reads the highest cost of a task from the health of the service', async () => {
    const at = (body: StubAnswer['body']) => {
      harness.service.trouble = () => ({ status: 200, body });
      return harness.creator.reportedCost(never);
    };
    expect(await at({ status: 'ok', maxTaskCost: { amount: 0.4, currency: 'USD' } })).toEqual({ amount: 0.4, currency: 'USD' });
    for (const maxTaskCost of [
      undefined,
      0.4,
      { amount: -1, currency: 'USD' },
      { amount: 1, currency: 'dollars' },
      { amount: 1e9, currency: 'USD' },
    ])
      expect(await at({ status: 'ok', maxTaskCost })).toBeNull();
    expect(await at('<html>')).toBeNull();
  });

  it('fetches the result and asks to cancel', async () => {
    const run = new RecordedRun();
    const id = await submit(run);
    expect(await harness.creator.result(id, requestOf(), run)).toMatchObject({
      title: 'On grid storage',
      bodyMarkdown: 'Storage keeps the power of noon.',
      warnings: ['The service made 1 images at its own addresses. They are not part of this content.'],
      provenance: { aiGenerated: true, externalId: id },
    });
    expect(await harness.creator.cancel(id, never)).toBe(true);
    expect(await failureOf(harness.creator.status('gone/../x', never))).toMatchObject({ code: 'incompatible' });
    expect(harness.service.requests.at(-1)?.url.pathname).toBe('/api/tasks/gone%2F..%2Fx/status');
  });

  it('reports a service that cannot be reached, and an address that is not configured', async () => {
    const gone = await httpCreator();
    await gone.stop();
    const run = new RecordedRun();
    expect(await failureOf(gone.creator.submit(requestOf(), run, submissionOf(run)))).toMatchObject({ code: 'transient' });
    expect(await gone.creator.probe(never)).toMatchObject({ usable: false, code: 'unreachable' });
    const empty = await httpCreator({ CREATOR_HTTP_URL: '' });
    await empty.stop();
    expect(await empty.creator.probe(never)).toMatchObject({ usable: false, code: 'not_configured' });
  });

  it('throws the reason of an abort while the service is silent', async () => {
    harness.service.trouble = () => undefined;
    const run = new RecordedRun();
    const reason = new Error('cancelled');
    const submitted = submit(run);
    setTimeout(() => run.stopper.abort(reason), 50);
    await expect(submitted).rejects.toBe(reason);
  });
});
