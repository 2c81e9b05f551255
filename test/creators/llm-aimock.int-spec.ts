import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { LLMock } from '@copilotkit/aimock';
import { articleMock } from './article-mock.ts';
import { RecordedRun, requestOf } from './creator-runs.ts';
import { LlmHarness, providerAt } from './llm-harness.ts';

/** The second opinion: a mock that was not written for this creator. */
describe('the llm creator on aimock', () => {
  let harness: LlmHarness;
  let mock: LLMock;
  beforeAll(async () => {
    harness = await LlmHarness.start();
  });
  afterAll(() => harness.stop());
  beforeEach(async () => {
    mock = articleMock();
    await mock.start();
    await harness.sql('TRUNCATE creator_circuits');
  });

  afterEach(() => mock.stop());

  const write = () => harness.creator([providerAt(`${mock.url}/v1`)]).create(requestOf(), new RecordedRun());
  const calls = () => mock.getRequests().filter(({ path }) => path.endsWith('/chat/completions'));

  it('writes an article, and is usable', async () => {
    expect(await write()).toMatchObject({ kind: 'article', title: 'How grid storage works', usage: { estimated: false } });
    expect(calls()).toHaveLength(4);
    expect(await harness.creator([providerAt(`${mock.url}/v1`)]).probe(AbortSignal.timeout(5_000))).toEqual({ usable: true, detail: null });
  });

  it('negotiates the JSON mode', async () => {
    mock.prependFixture({
      match: { predicate: ({ response_format }) => response_format?.type === 'json_schema' },
      response: {
        error: { message: "Invalid parameter: 'response_format' of type 'json_schema' is not supported", type: 'invalid_request_error' },
        status: 400,
      },
    });
    expect(await write()).toMatchObject({ kind: 'article' });
    expect(calls()).toHaveLength(5);
  });

  it.each([
    [401, 'incompatible'],
    [429, 'rate_limited'],
    [503, 'transient'],
  ])('maps %d to %s', async (status, code) => {
    mock.prependFixture({ match: { userMessage: /^Plan/ }, response: { error: { message: 'no' }, status, retryAfter: 120 } });
    await expect(write()).rejects.toMatchObject({ code, retryAfterMs: status === 429 ? 120_000 : null });
  });

  it('takes a stream that is cut off for a failure that passes', async () => {
    mock.prependFixture({
      match: { userMessage: /^Write section 1/ },
      response: { content: 'a long text '.repeat(50) },
      chunkSize: 10,
      truncateAfterChunks: 3,
    });
    await expect(write()).rejects.toMatchObject({ code: 'transient' });
  });
});
