import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CreatorRegistry, type ListedCreator } from '../../src/creators/creator.registry.ts';
import { type CreationRequest, type CreationResult, Creator, type CreatorDescription } from '../../src/creators/creator.ts';
import { startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { ContentClient, type ContentTask, LATER, SOURCES } from './content-client.ts';

/** Writes one sentence. */
class SentenceCreator extends Creator {
  override describe(): CreatorDescription {
    return { description: 'one sentence', needsNetwork: false, asynchronous: false };
  }

  override async create({ topic }: CreationRequest): Promise<CreationResult> {
    return {
      kind: 'article',
      title: `About ${topic}`,
      summary: 'One sentence.',
      bodyMarkdown: `There is something to say about ${topic}.`,
      boilerplate: [],
      findings: [],
      sources: [],
      coverSvg: '<svg/>',
      claims: [],
      usage: null,
      provenance: { creator: 'sentence', version: '1', inputsHash: 'x' },
      warnings: [],
      qualityScore: null,
    };
  }
}

let server: TestApplication;
let client: ContentClient;
beforeAll(async () => {
  server = await startApplication();
  server.app.get(CreatorRegistry).register('sentence', new SentenceCreator());
  client = new ContentClient(server.http);
});
afterAll(() => server.close());

const UNKNOWN = {
  code: 'creator_unknown',
  detail: 'GET /creators lists all: known are cli, http, llm, offline, sentence, simulated, simulated-async.',
  errors: [
    {
      pointer: '/creator',
      code: 'creator_unknown',
      detail: 'is no creator; known are cli, http, llm, offline, sentence, simulated, simulated-async',
    },
  ],
};
const creatorOf = (content: { provenance: Record<string, unknown> }): unknown => content.provenance.creator;

describe('creators', () => {
  it('are listed by name, with the schema of their options', async () => {
    const { status, body } = await server.http<{ items: ListedCreator[] }>('GET', '/creators');
    expect(status).toBe(200);
    expect(body.items).toMatchObject([
      {
        name: 'cli',
        asynchronous: true,
        health: { usable: false, code: 'not_configured', detail: expect.stringContaining('CREATOR_CLI_PATH') },
      },
      { name: 'http', health: { usable: false, code: 'not_configured', detail: expect.stringContaining('CREATOR_HTTP_URL') } },
      { name: 'llm', health: { usable: false, code: 'not_configured', detail: expect.stringContaining('LLM_BASE_URL') } },
      {
        name: 'offline',
        needsNetwork: false,
        asynchronous: false,
        optionsSchema: { type: 'object', properties: {}, additionalProperties: false },
      },
      { name: 'sentence', description: 'one sentence', health: { usable: true, detail: null } },
      { name: 'simulated', asynchronous: false, optionsSchema: { properties: { latencyMs: { type: 'integer', default: 2_400 } } } },
      { name: 'simulated-async', asynchronous: true },
    ]);
  });

  it('are probed once for all requests of 30 s, and again on request', async () => {
    const healthOf = async (path: string) => {
      const { items } = (await server.http<{ items: Wire<ListedCreator>[] }>('GET', path)).body;
      return items.find(({ name }) => name === 'sentence')?.health.checkedAt;
    };
    const [first] = await Promise.all([healthOf('/creators'), healthOf('/creators')]);
    expect(await healthOf('/creators?refresh=false')).toBe(first);
    expect(await healthOf('/creators?refresh=true')).not.toBe(first);
  });

  it('are the choice of the account, which a request may override', async () => {
    const { name } = await client.createAccount({ sources: SOURCES, creator: 'sentence' });
    expect(creatorOf(await client.generate({ account: name, topic: 'Tides', allowDuplicate: true }))).toBe('sentence');
    expect(creatorOf(await client.generate({ account: name, creator: 'offline' }))).toBe('offline');
    const plain = await client.createAccount({ sources: SOURCES });
    expect(plain).toMatchObject({ creator: 'offline' });
    expect(creatorOf(await client.generate({ account: plain.name, topic: 'Tides', creator: 'sentence' }))).toBe('sentence');
  });

  it('that do not exist are rejected with the field and the known names', async () => {
    const account = await client.createAccount();
    const create = await server.http('POST', '/accounts', { name: 'odd', platform: 'blog', creator: 'gpt' });
    expect([create.status, create.body]).toMatchObject([422, UNKNOWN]);
    const change = await server.http('PATCH', `/accounts/${account.id}`, { creator: 'gpt' }, { 'if-match': '"v1"' });
    expect([change.status, change.body]).toMatchObject([422, UNKNOWN]);
    const request = await client.submit({ account: account.name, topic: 'x', creator: 'gpt', runAt: LATER });
    expect([request.status, request.body]).toMatchObject([422, UNKNOWN]);
    const params = { accountId: account.id, topic: 'x', creator: 'gpt' };
    const task = await server.http('POST', '/tasks/content-generation/execute/api', { params });
    expect([task.status, task.body]).toMatchObject([422, { code: 'creator_unknown' }]);
    expect(await server.sql('SELECT id FROM content_generation WHERE account_id = $1', [account.id])).toEqual([]);
  });

  it('that an account names although they are gone reject a request, and a task that was accepted before fails with the reason', async () => {
    const account = await client.createAccount();
    const { body } = await client.submit({ accountId: account.id, topic: 'x', runAt: new Date(Date.now() + 1_500).toISOString() });
    await server.sql(`UPDATE accounts SET creator = 'gone' WHERE id = $1`, [account.id]);
    const rejected = await client.submit({ accountId: account.id, topic: 'x' });
    expect([rejected.status, rejected.body]).toMatchObject([
      422,
      { title: `The account "${account.name}" names the creator "gone", which does not exist.`, errors: [{ pointer: '/creator' }] },
    ]);
    expect(await client.ended(body.taskId)).toMatchObject({
      status: 'failed',
      errorMessage: 'There is no creator "gone" in this process; known are cli, http, llm, offline, sentence, simulated, simulated-async',
    });
    expect((await client.submit({ accountId: account.id, topic: 'x', creator: 'offline', runAt: LATER })).status).toBe(202);
  });

  it('get the options of the account with those of the request over them; wrong ones name the field', async () => {
    const options = { latencyMs: 0, words: 60 };
    const account = await client.createAccount({ creator: 'simulated', creatorOptions: options });
    expect(account).toMatchObject({ creator: 'simulated', creatorOptions: options });
    const content = await client.generate({ account: account.name, topic: 'Tides', allowDuplicate: true, creatorOptions: { words: 400 } });
    expect(content).toMatchObject({
      kind: 'sample',
      title: '[SAMPLE] Tides',
      qualityScore: null,
      reviewStatus: 'pending_review',
      reviewReasons: ['sample_not_for_readers'],
    });
    expect(content.wordCount).toBeGreaterThan(400);
    const approval = await server.http('POST', `/contents/${content.id}/approve`, {}, { 'if-match': '"v1"' });
    expect([approval.status, approval.body]).toMatchObject([409, { code: 'sample_not_approvable' }]);
    const wrong = { code: 'creator_options_invalid', errors: [{ pointer: '/creatorOptions/words', code: 'is_integer' }] };
    const create = await server.http('POST', '/accounts', {
      name: 'odd',
      platform: 'blog',
      creator: 'simulated',
      creatorOptions: { words: 1 },
    });
    expect([create.status, create.body]).toMatchObject([422, wrong]);
    const request = await client.submit({
      account: account.name,
      topic: 'x',
      allowDuplicate: true,
      creatorOptions: { words: 1 },
      runAt: LATER,
    });
    expect([request.status, request.body]).toMatchObject([422, wrong]);
    const change = await server.http('PATCH', `/accounts/${account.id}`, { creator: 'offline' }, { 'if-match': '"v1"' });
    expect([change.status, change.body]).toMatchObject([
      422,
      { errors: [{ pointer: '/creatorOptions/words', code: 'unknown_option' }, { pointer: '/creatorOptions/latencyMs' }] },
    ]);
    const both = { creator: 'offline', creatorOptions: {} };
    expect((await server.http('PATCH', `/accounts/${account.id}`, both, { 'if-match': '"v1"' })).status).toBe(200);
  });

  it('retry after a failure, at the time that a rate limit names, and fail typed', async () => {
    const { name } = await client.createAccount({ creator: 'simulated', creatorOptions: { latencyMs: 0 } });
    const { taskId } = (
      await client.submit({
        account: name,
        topic: 'x',
        allowDuplicate: true,
        creatorOptions: { behavior: 'rate_limited', retryAfterMs: 3_600_000 },
      })
    ).body;
    const delayed = async () => {
      const { body } = await server.http<ContentTask>('GET', `/content-tasks/${taskId}`);
      return body.status === 'pending' && body;
    };
    const waiting = await waitFor(delayed, { what: 'the task to wait for the rate limit' });
    expect(waiting).toMatchObject({ phase: 'retrying', errorMessage: 'The simulated provider answered 429.' });
    const [row] = await server.sql<{ ms: number }>(
      'SELECT extract(epoch FROM run_at - now())::float8 * 1000 AS ms FROM tasks WHERE id = $1',
      [waiting.id],
    );
    expect(row?.ms).toBeGreaterThan(3_500_000);
    const failed = await client.submit({ account: name, topic: 'x', allowDuplicate: true, creatorOptions: { behavior: 'bad_json' } });
    expect(await client.ended(failed.body.taskId)).toMatchObject({ status: 'failed', retryCount: 0 });
  });

  it('that work elsewhere are polled, and their tasks hold no slot', async () => {
    const options = { latencyMs: 300, words: 60 };
    const { name } = await client.createAccount({ creator: 'simulated-async', creatorOptions: options });
    const content = await client.generate({ account: name, topic: 'Tides', allowDuplicate: true });
    expect(content).toMatchObject({ kind: 'sample', provenance: { creator: 'simulated-async' } });
    const transitions = await server.sql<{ reason: string }>('SELECT reason FROM task_audit WHERE task_id = $1 ORDER BY version', [
      content.generationTaskId,
    ]);
    expect(transitions.map(({ reason }) => reason)).toEqual(['submit', 'claim', 'wait', 'complete']);
    const failing = await client.submit({
      account: name,
      topic: 'x',
      allowDuplicate: true,
      creatorOptions: { behavior: 'failure', failures: 1, latencyMs: 0 },
    });
    expect(await client.ended(failing.body.taskId)).toMatchObject({ status: 'completed', retryCount: 1 });
  });
});
