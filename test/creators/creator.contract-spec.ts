import type { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CreationError } from '../../src/creators/creation-error.ts';
import { type AnyCreator, type CreationRequest, type CreationResult, ExternalCreator } from '../../src/creators/creator.ts';
import { OfflineCreator, OfflineCreatorConfig } from '../../src/creators/offline/offline-creator.ts';
import type { CreatorOptions } from '../../src/creators/options-table.ts';
import { SimulatedAsyncCreator } from '../../src/creators/simulated/simulated-async-creator.ts';
import { SimulatedCreator } from '../../src/creators/simulated/simulated-creator.ts';
import { CONTENT_KINDS } from '../../src/content/contents/content.entity.ts';
import { waitFor } from '../support/wait-for.ts';
import { cliCreator } from './cli-harness.ts';
import { httpCreator } from './http-harness.ts';
import { articleMock } from './article-mock.ts';
import { RecordedRun, requestOf, SOURCE_ROOT, StoredSteps, submissionOf } from './creator-runs.ts';
import { LlmHarness, NoNetwork, providerAt } from './llm-harness.ts';

interface Subject {
  name: string;
  /** Beside the name, where one creator has several subjects. */
  variant?: string;
  /** Fast and successful. */
  options: CreatorOptions;
  start: () => Promise<AnyCreator>;
  /** A request without its material; by default one without topic and sources. */
  lacking?: Partial<CreationRequest>;
}

let harness: LlmHarness;
let mock: LLMock;
let service: Awaited<ReturnType<typeof httpCreator>>;
beforeAll(async () => {
  harness = await LlmHarness.start();
  mock = articleMock();
  await mock.start();
  service = await httpCreator();
});
afterAll(async () => {
  await mock.stop();
  await service.stop();
  await harness.stop();
});

const offline = async (): Promise<AnyCreator> => new OfflineCreator(new NoNetwork(), new OfflineCreatorConfig([SOURCE_ROOT]));
const GIVEN: Subject[] = [
  { name: 'offline', options: {}, start: offline },
  { name: 'offline', options: { form: 'data-article', total: true }, start: offline },
  {
    name: 'offline',
    options: { form: 'round-up' },
    start: offline,
    lacking: { options: { form: 'round-up', until: '2026-11-29' } },
  },
  { name: 'simulated', options: { latencyMs: 30 }, start: async () => new SimulatedCreator() },
  { name: 'llm', options: {}, start: async () => harness.creator([providerAt(`${mock.url}/v1`)]) },
  { name: 'cli', variant: ' (native)', options: {}, start: async () => cliCreator('native').creator },
  { name: 'cli', variant: ' (content-creator@0.2)', options: {}, start: async () => cliCreator('content-creator@0.2').creator },
  { name: 'http', options: {}, start: async () => service.creator },
  { name: 'simulated-async', options: { latencyMs: 30 }, start: async () => new SimulatedAsyncCreator() },
];
const SUBJECTS = GIVEN.map((subject) => ({ variant: '', ...subject }));

const END: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled']);

/** One attempt, as the handler of content tasks makes it. */
async function write(creator: AnyCreator, request: CreationRequest, run: RecordedRun): Promise<CreationResult> {
  if (!(creator instanceof ExternalCreator)) return creator.create(request, run);
  const id = await creator.submit(request, run, submissionOf(run));
  const status = await waitFor(
    async () => {
      const found = await creator.status(id, run.signal);
      if ('progress' in found && found.progress !== null && found.step !== null) run.progress(found.progress, found.step);
      return END.has(found.state) && found;
    },
    { what: 'the external work to end' },
  );
  if (status.state === 'failed') throw status.error;
  return creator.result(id, request, run);
}

describe.each(SUBJECTS)('the creator $name$variant $options.form', ({ name, options, start, lacking = { topic: null, sources: [] } }) => {
  const request = requestOf({ options });

  it('describes itself, its options and whether it is usable', async () => {
    const creator = await start();
    expect(creator.describe()).toMatchObject({
      description: expect.stringMatching(/\S/),
      asynchronous: creator instanceof ExternalCreator,
    });
    expect(creator.options.schema).toMatchObject({ type: 'object', additionalProperties: false });
    expect(creator.options.faults(options, '')).toEqual([]);
    expect(await creator.probe(AbortSignal.timeout(5_000))).toEqual({ usable: true, detail: null });
  });

  it('writes a complete result of JSON, and progress never falls', async () => {
    const run = new RecordedRun();
    const result = await write(await start(), request, run);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    expect(CONTENT_KINDS).toContain(result.kind);
    expect(result).toMatchObject({
      title: expect.stringMatching(/\S/),
      bodyMarkdown: expect.stringMatching(/\S/),
      coverSvg: expect.stringMatching(/^<svg/),
      provenance: { creator: name, version: expect.stringMatching(/\S/), inputsHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(run.progressed).toEqual(run.progressed.toSorted((a, b) => a - b));
    expect(run.progressed.every((percent) => percent >= 0 && percent <= 100)).toBe(true);
  });

  it('gives the same result from the checkpoints of an earlier attempt, and repeats no step', async () => {
    const creator = await start();
    const stored = new StoredSteps();
    const first = await write(creator, request, new RecordedRun(stored));
    const done = [...stored.done];
    expect(await write(creator, request, new RecordedRun(stored, 2))).toEqual(first);
    expect(stored.done).toEqual(done);
  });

  it('rejects a request without its material with invalid_input', async () => {
    const error = await write(await start(), { ...request, ...lacking }, new RecordedRun()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CreationError);
    expect(error).toMatchObject({ code: 'invalid_input', retryable: false });
  });

  it('throws the reason of an aborted signal', async () => {
    const run = new RecordedRun();
    const reason = new Error('the task was cancelled');
    run.stopper.abort(reason);
    await expect(write(await start(), request, run)).rejects.toBe(reason);
  });

  it('stops at its next step after an abort', async () => {
    const creator = await start();
    if (creator instanceof ExternalCreator) return; // it holds no slot that an abort would free
    const run = new RecordedRun();
    const reason = new Error('the task was cancelled');
    const seen: string[] = [];
    run.onStep = (step) => {
      seen.push(step);
      if (step === 'draft') run.stopper.abort(reason);
    };
    await expect(write(creator, request, run)).rejects.toBe(reason);
    expect(seen.filter((step) => ['check', 'package'].includes(step))).toEqual([]);
  });
});

describe.each(SUBJECTS.filter(({ name }) => name.startsWith('simulated')))('the simulation $name', ({ start, options }) => {
  it.each([
    ['failure', 'transient'],
    ['rate_limited', 'rate_limited'],
    ['bad_json', 'incompatible'],
    ['truncated', 'transient'],
  ])('shows %s as a CreationError %s in as many attempts as asked, and then writes', async (behavior, code) => {
    const creator = await start();
    const asked = requestOf({ options: { ...options, behavior, failures: 2, retryAfterMs: 90_000 } });
    const stored = new StoredSteps();
    for (const attempt of [1, 2]) {
      const error = await write(creator, asked, new RecordedRun(stored, attempt)).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(CreationError);
      expect(error).toMatchObject({ code, retryAfterMs: code === 'rate_limited' ? 90_000 : null });
    }
    expect(await write(creator, asked, new RecordedRun(stored, 3))).toMatchObject({ kind: 'sample' });
  });

  it('watermarks the text at both ends and has the asked length', async () => {
    const { title, bodyMarkdown, warnings } = await write(
      await start(),
      requestOf({ options: { ...options, words: 300 } }),
      new RecordedRun(),
    );
    expect(title).toBe('[SAMPLE] grid storage');
    expect(bodyMarkdown.match(/^> SAMPLE\. /gm)).toHaveLength(2);
    expect(bodyMarkdown.endsWith('must not be published.')).toBe(true);
    expect(warnings).toHaveLength(1);
  });
});

it('a simulation that hangs is ended by its signal', async () => {
  const run = new RecordedRun();
  const reason = new Error('timed out');
  run.onStep = (step) => {
    if (step === 'draft') setTimeout(() => run.stopper.abort(reason), 50);
  };
  const request = requestOf({ options: { latencyMs: 1, behavior: 'hang' } });
  await expect(new SimulatedCreator().create(request, run)).rejects.toBe(reason);
  const async = new SimulatedAsyncCreator();
  const other = new RecordedRun();
  const id = await async.submit(request, other, submissionOf(other));
  expect(await async.status(id, new AbortController().signal)).toMatchObject({ state: 'running' });
});
