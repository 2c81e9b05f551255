import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { decideReview } from '../../src/core/review/review-policy.ts';
import { finding } from '../../src/core/text/check-content.ts';
import type { CreationResult } from '../../src/creators/creator.ts';
import { CircuitBreaker } from '../../src/creators/llm/circuit-breaker.ts';
import type { LlmProvider } from '../../src/creators/llm/provider-config.ts';
import { failureOf, RecordedRun, requestOf, StoredSteps } from './creator-runs.ts';
import { KEY, LlmHarness, providerAt } from './llm-harness.ts';
import { LlmStub, type StubAnswer, type StubRequest, writeArticle } from './llm-stub.ts';

let harness: LlmHarness;
let stub: LlmStub;
let provider: LlmProvider;

beforeAll(async () => {
  harness = await LlmHarness.start();
  stub = new LlmStub();
  provider = providerAt(await stub.start());
});
afterAll(async () => {
  await stub.stop();
  await harness.stop();
});
beforeEach(async () => {
  stub.requests.length = 0;
  stub.answer = writeArticle;
  await harness.sql('TRUNCATE creator_circuits, creator_usage');
});

/** Answers the first request for an outline with this, and all others with the article. */
const firstOutline = (answer: StubAnswer) => (request: StubRequest, number: number) => (number === 1 ? answer : writeArticle(request));
const write = (run = new RecordedRun(), creator = harness.creator([provider])): Promise<CreationResult> => creator.create(requestOf(), run);
/** The decision of the rules for an account that approves by them. Only the findings of the creator count here. */
const reviewOf = ({ kind, findings }: CreationResult) => {
  const found = findings.filter(({ code }) => code !== 'source_unreadable').map(({ code, detail }) => finding(code, detail));
  const check = { passed: found.length === 0, score: 90, findings: found, checks: [] };
  return decideReview({ mode: 'auto' }, { contentId: '0193b0a0-0000-7000-8000-00000000000b', kind, check, autoApprove: true });
};
const outlineText = writeArticle({ model: '', headers: {}, messages: [{ role: 'user', content: 'Plan an article' }] }).parts?.[0] ?? '';

describe('the workflow', () => {
  it('writes from outline to check, cites only known sources, and adds up usage and cost', async () => {
    const result = await write();
    expect(result).toMatchObject({ kind: 'article', title: 'How grid storage works', sources: [{ id: 's1' }], warnings: [] });
    expect(result.bodyMarkdown).toMatch(/^## Noon\n\nPart 1\.1 .*\[\^s1\]/);
    expect(result.bodyMarkdown).not.toContain('s9');
    expect(result.usage).toEqual({
      promptTokens: 400,
      completionTokens: 200,
      cost: expect.closeTo(0.0008, 9),
      currency: 'USD',
      estimated: false,
    });
    expect(result.provenance).toMatchObject({ aiGenerated: true, providers: ['stub'], models: ['small'], judge: 'pass', revisions: 0 });
    expect(result.provenance['prompts']).toContainEqual({
      name: 'draft',
      version: 'product-1',
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const rows = await harness.sql('SELECT step, state, estimated, cost::float8 FROM creator_usage ORDER BY id');
    expect(rows).toEqual(
      ['outline', 'draft/1', 'draft/2', 'check/0'].map((step) => ({ step, state: 'settled', estimated: false, cost: 0.0002 })),
    );
  });

  it('plans with the objections to the earlier version', async () => {
    await harness
      .creator([provider])
      .create(requestOf({ previousFindings: ['The reviewer wrote: Begin with the price.'] }), new RecordedRun());
    const plan = stub.requests[0]?.messages.at(-1)?.content;
    expect(plan).toContain('An earlier version was rejected. Avoid its faults:\n- The reviewer wrote: Begin with the price.');
  });

  it('shows the examples of the voice to the model in each step, and no empty heading without them', async () => {
    const { account } = requestOf();
    const examples = ['Low water was at six.', '潮水退了。'];
    await harness.creator([provider]).create(requestOf({ account: { ...account, voice: { examples } } }), new RecordedRun());
    expect(stub.requests.length).toBeGreaterThan(2);
    for (const { messages } of stub.requests) {
      expect(messages[0]).toMatchObject({ role: 'system', content: expect.stringMatching(/Imitate their manner, and take no fact/) });
      expect(messages[0]?.content).toContain('<example>\nLow water was at six.\n</example>\n<example>\n潮水退了。\n</example>');
    }
    stub.requests.length = 0;
    await write();
    expect(stub.requests[0]?.messages[0]?.content).not.toContain('example');
  });

  it('pays for no finished step again after a crash in the middle of a draft', async () => {
    const stored = new StoredSteps();
    stub.answer = (request, number) => (number === 3 ? { parts: ['half of it'], finish: null } : writeArticle(request));
    expect(await failureOf(write(new RecordedRun(stored)))).toMatchObject({
      code: 'transient',
      message: expect.stringContaining('finish_reason'),
    });
    expect(stub.requests).toHaveLength(3);
    stub.answer = writeArticle;
    await write(new RecordedRun(stored, 2));
    expect(stub.requests).toHaveLength(5); // draft/2 and check/0
    expect(stored.done).toEqual(['topic', 'outline', 'draft/1', 'draft/2', 'check/0']);
  });

  it('revises at most three times, and then leaves the faults to the reviewer', async () => {
    stub.answer = (request) =>
      request.messages.at(-1)?.content.startsWith('Read')
        ? { parts: ['{"verdict":"revise","problems":["Too vague."]}'] }
        : writeArticle(request);
    const result = await write();
    expect(result).toMatchObject({ warnings: ['Too vague.'], provenance: { revisions: 3, judge: 'revise' } });
    expect(reviewOf(result)).toEqual({ status: 'pending_review', reasons: ['judge_revise'] });
    expect(stub.requests.filter(({ messages }) => messages.at(-1)?.content.startsWith('Revise'))).toHaveLength(3);
  });

  it('takes a check without a verdict for no verdict', async () => {
    stub.answer = (request) =>
      /Read this|Your answer/.test(request.messages.at(-1)?.content ?? '') ? { parts: ['I like it, 9/10.'] } : writeArticle(request);
    const result = await write();
    expect(result).toMatchObject({ qualityScore: null, provenance: { judge: 'cannot_judge' } });
    expect(reviewOf(result)).toEqual({ status: 'pending_review', reasons: ['cannot_judge'] });
  });

  it.each<[string, StubAnswer]>([
    ['is withheld', { parts: ['x'], finish: 'content_filter' }],
    ['is 503', { status: 503, json: { error: { message: 'busy' } } }],
  ])('keeps the article, for a person, when the answer of the judge %s', async (_what, answer) => {
    stub.answer = (request) => (request.messages.at(-1)?.content.startsWith('Read') ? answer : writeArticle(request));
    const result = await write();
    expect(result).toMatchObject({ title: 'How grid storage works', provenance: { judge: 'cannot_judge' } });
    expect(reviewOf(result)).toEqual({ status: 'pending_review', reasons: ['cannot_judge'] });
  });

  it('lets the rules approve what the judge passed, or what no judge was asked about', async () => {
    const approved = { status: 'approved', reasons: ['checks_passed'] };
    expect(reviewOf(await write())).toEqual(approved);
    expect(reviewOf(await harness.creator([provider]).create(requestOf({ options: { judge: false } }), new RecordedRun()))).toEqual(
      approved,
    );
  });
});

describe('a JSON answer', () => {
  it.each([
    ['in a fence', '```json\n' + outlineText + '\n```'],
    ['after prose and before prose', `好的：${outlineText}\n以上。`],
    ['after thinking', `<think>{"title": "no"}</think>${outlineText}`],
    ['before another object', `${outlineText}{"title":"second"}`],
    ['with single quotes and a comma too many', outlineText.replaceAll('"', "'").replace(']}]}', '],}]}')],
  ])('is read %s', async (_how, text) => {
    stub.answer = firstOutline({ parts: [text] });
    expect(await write()).toMatchObject({ title: 'How grid storage works' });
    expect(stub.requests).toHaveLength(4);
  });

  it('that is none gets one repair turn, and then fails typed', async () => {
    stub.answer = firstOutline({ parts: ['{"title": "x"}'] });
    const repaired = (request: StubRequest, number: number): StubAnswer =>
      number === 2 ? { parts: [outlineText] } : stub.requests.length === 1 ? { parts: ['{"title": "x"}'] } : writeArticle(request);
    stub.answer = repaired;
    expect(await write()).toMatchObject({ title: 'How grid storage works' });
    expect(stub.requests[1]?.messages.at(-1)?.content).toContain('has no list "sections"');
    stub.requests.length = 0;
    stub.answer = () => ({ parts: ['no JSON here'] });
    expect(await failureOf(write())).toMatchObject({ code: 'incompatible', message: expect.stringContaining('contains no JSON object') });
    expect(stub.requests).toHaveLength(2);
  });

  it('is asked for in a simpler mode after a refusal, which is remembered', async () => {
    const refusing = (request: StubRequest): StubAnswer => {
      const type = request.response_format?.type;
      if (type === undefined) return writeArticle(request);
      return { status: 400, json: { error: { message: `response_format ${type} is not supported` } } };
    };
    stub.answer = refusing;
    const creator = harness.creator([provider]);
    await write(new RecordedRun(), creator);
    await write(new RecordedRun(), creator);
    expect(stub.requests.map(({ response_format }) => response_format?.type).filter((type) => type !== undefined)).toEqual([
      'json_schema',
      'json_object',
    ]);
  });
});

describe('an answer', () => {
  it.each<[string, StubAnswer, string, string?]>([
    ['is blank', { parts: ['  \n'] }, 'transient'],
    ['is only reasoning', { parts: [], reasoning: 'hmm' }, 'transient'],
    ['ends at its longest length', { parts: ['x'], finish: 'length' }, 'transient'],
    ['is withheld', { parts: ['x'], finish: 'content_filter' }, 'rejected_content'],
    ['is 503', { status: 503, json: { error: { message: 'busy' } } }, 'transient'],
    ['is 401', { status: 401, json: { error: { message: `Incorrect key ${KEY}` } } }, 'incompatible', 'released'],
    ['is 402', { status: 402, json: { error: { message: 'Insufficient balance' } } }, 'budget_exceeded', 'released'],
    ['is 413', { status: 413, json: { error: { message: 'too large' } } }, 'incompatible', 'released'],
  ])('that %s is a typed error', async (_what, answer, code, state = 'failed') => {
    stub.answer = () => answer;
    const error = await failureOf(write());
    expect(error.code).toBe(code);
    expect(error.message).not.toContain(KEY);
    expect(await harness.sql('SELECT state FROM creator_usage')).toEqual([{ state }]);
  });

  it('without usage is estimated, and usage in camelCase is read: the cost is never NaN', async () => {
    stub.answer = (request, number) => ({
      ...writeArticle(request),
      usage: number === 1 ? null : { promptTokens: 7, completionTokens: 3 },
    });
    const { usage } = await write();
    expect(usage).toMatchObject({ estimated: true, cost: expect.any(Number) });
    expect(Number.isFinite(usage?.cost)).toBe(true);
    const [first, second] = await harness.sql<{ estimated: boolean; prompt: number }>(
      'SELECT estimated, prompt_tokens AS prompt FROM creator_usage ORDER BY id',
    );
    expect(first?.estimated).toBe(true);
    expect(first?.prompt).toBeGreaterThan(100);
    expect(second).toEqual({ estimated: false, prompt: 7 });
  });

  it('that stalls is cut at the idle deadline; keep-alive comments are no stall', async () => {
    stub.answer = (request, number) => (number === 1 ? { ...writeArticle(request), keepAlives: 12 } : { parts: ['and then'], stall: true });
    const error = await failureOf(write(new RecordedRun(), harness.creator([provider], { idleMs: 300 })));
    expect(error).toMatchObject({ code: 'timeout', retryable: true });
    expect(stub.requests).toHaveLength(2);
  });

  it('that goes on for ever is cut at the total deadline', async () => {
    stub.answer = () => ({ parts: [], keepAlives: 100_000 });
    expect(await failureOf(write(new RecordedRun(), harness.creator([provider], { callMs: 400 })))).toMatchObject({ code: 'timeout' });
  });

  it.each([
    ['seconds', '120'],
    ['a date', new Date(Date.now() + 121_000).toUTCString()],
  ])('429 with a Retry-After of two minutes, as %s, schedules the task again instead of waiting', async (_form, retryAfter) => {
    stub.answer = () => ({ status: 429, headers: { 'retry-after': retryAfter }, json: { error: { message: 'slow down' } } });
    const error = await failureOf(write());
    expect(error.code).toBe('rate_limited');
    expect(error.retryAfterMs).toBeGreaterThan(60_000);
    expect(error.retryAfterMs).toBeLessThanOrEqual(121_000);
    expect(stub.requests).toHaveLength(1);
  });

  it('429 with a short Retry-After is waited for', async () => {
    stub.answer = firstOutline({ status: 429, headers: { 'retry-after': '1' }, json: { error: { message: 'slow down' } } });
    expect(await write()).toMatchObject({ kind: 'article' });
  });
});

describe('providers', () => {
  const down: StubAnswer = { status: 503, json: { error: { message: 'busy' } } };
  const both = (): LlmProvider[] => [
    providerAt(provider.baseUrl, { name: 'first', model: 'first' }),
    providerAt(provider.baseUrl, { name: 'second', model: 'second', models: { draft: 'large' } }),
  ];
  const onlySecond = (request: StubRequest): StubAnswer => (request.model === 'first' ? down : writeArticle(request));

  it('are tried in order, each with its model for the step', async () => {
    stub.answer = onlySecond;
    expect(await write(new RecordedRun(), harness.creator(both()))).toMatchObject({
      provenance: { providers: ['second'], models: ['second', 'large'] },
    });
    expect(stub.requests.map(({ model }) => model)).toEqual(['first', 'second', 'first', 'large', 'first', 'large', 'first', 'second']);
  });

  it('that fail five times in a row are not asked by any worker; one worker has the probe that closes the circuit', async () => {
    stub.answer = onlySecond;
    const workers = [harness.creator(both()), harness.creator(both())];
    for (const worker of [...workers, ...workers]) await write(new RecordedRun(), worker);
    const asked = (): number => stub.requests.filter(({ model }) => model === 'first').length;
    expect(asked()).toBe(5);
    stub.answer = () => down;
    const alone = await failureOf(write(new RecordedRun(), harness.creator(both().slice(0, 1))));
    expect(alone).toMatchObject({ code: 'rate_limited', retryAfterMs: expect.any(Number) });
    expect(asked()).toBe(5);
    const pauseOver = () => harness.sql(`UPDATE creator_circuits SET open_until = now() - interval '1 s' WHERE provider = 'first'`);
    await pauseOver();
    await Promise.all(workers.map((worker) => write(new RecordedRun(), worker).catch(() => undefined)));
    expect(asked()).toBe(6); // the probe failed, and the circuit is open again
    await pauseOver();
    stub.answer = writeArticle;
    await write(new RecordedRun(), harness.creator(both().slice(0, 1)));
    expect(await harness.sql(`SELECT failures, open_until FROM creator_circuits WHERE provider = 'first'`)).toEqual([
      { failures: 0, open_until: null },
    ]);
  });

  it('with an open circuit are probed by one worker of many at once', async () => {
    await harness.sql(`INSERT INTO creator_circuits (provider, failures, open_until) VALUES ('stub', 5, now() - interval '1 s')`);
    const workers = Array.from({ length: 4 }, () => new CircuitBreaker(harness.pools).admit('stub'));
    const kinds = (await Promise.all(workers)).map(({ kind }) => kind);
    expect(kinds.toSorted((a, b) => a.localeCompare(b))).toEqual(['open', 'open', 'open', 'probe']);
  });

  it('without a price have an unknown cost, not 0', async () => {
    const { usage } = await write(new RecordedRun(), harness.creator([{ ...provider, price: null }]));
    expect(usage).toMatchObject({ cost: null, currency: null, promptTokens: 400 });
  });
});
