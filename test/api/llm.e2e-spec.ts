import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LlmStub, writeArticle } from '../creators/llm-stub.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { type Account, ContentClient, type ContentTask, SOURCES } from './content-client.ts';

const KEY = 'sk-canary-e2e-0123456789';
let stub: LlmStub;
let server: TestApplication;
let client: ContentClient;
let account: Account;

beforeAll(async () => {
  stub = new LlmStub();
  stub.answer = writeArticle;
  server = await startApplication({ settings: { LLM_BASE_URL: await stub.start(), LLM_API_KEY: KEY, LLM_MODEL: 'small' } });
  client = new ContentClient(server.http);
  account = await client.createAccount({ sources: SOURCES, creator: 'llm' });
});
afterAll(async () => {
  await server.close();
  await stub.stop();
});

const prompts = (method: string, path = '', body?: object) =>
  server.http<{ items: { name: string; version: string }[] }>(method, `/accounts/${account.id}/prompts${path}`, body);

describe('the llm creator in the application', () => {
  it('is listed as usable, and writes an article with provenance and usage', async () => {
    const { body } = await server.http<{ items: object[] }>('GET', '/creators');
    expect(body.items).toContainEqual(
      expect.objectContaining({ name: 'llm', health: expect.objectContaining({ usable: true, detail: null }) }),
    );
    const content = await client.generate({ account: account.name, topic: 'grid storage', allowDuplicate: true });
    expect(content).toMatchObject({
      kind: 'article',
      title: 'How grid storage works',
      provenance: { creator: 'llm', aiGenerated: true, models: ['small'], usage: { promptTokens: 400, cost: null, estimated: false } },
    });
    const rows = await server.sql('SELECT account_id, provider FROM creator_usage WHERE task_id = $1', [content.generationTaskId]);
    expect(rows).toEqual(Array.from({ length: 4 }, () => ({ account_id: account.id, provider: 'default' })));
  });

  it('frees the slot of a task that must wait two minutes, and pays for no step twice', async () => {
    stub.requests.length = 0;
    stub.answer = (request) =>
      request.messages.at(-1)?.content.startsWith('Write section 2')
        ? { status: 429, headers: { 'retry-after': '120' }, json: { error: { message: `slow down, ${KEY}` } } }
        : writeArticle(request);
    const { taskId } = (await client.submit({ account: account.name, topic: 'grid storage', allowDuplicate: true })).body;
    const waits = async () => {
      const task = (await server.http<ContentTask>('GET', `/content-tasks/${taskId}`)).body;
      return task.phase === 'retrying' && task;
    };
    const task = await waitFor(waits, { what: 'the task to wait for the provider' });
    expect(task).toMatchObject({ status: 'pending', errorMessage: expect.stringContaining('slow down') });
    expect(JSON.stringify(task)).not.toContain(KEY);
    const [row] = await server.sql<{ ms: number }>(
      'SELECT extract(epoch FROM run_at - now())::float8 * 1000 AS ms FROM tasks WHERE id = $1',
      [task.id],
    );
    expect(row?.ms).toBeGreaterThan(100_000);
    stub.answer = writeArticle;
    await server.sql('UPDATE tasks SET run_at = now() WHERE id = $1', [task.id]);
    expect(await client.ended(taskId)).toMatchObject({ status: 'completed' });
    const asked = stub.requests.map(({ messages }) => messages.at(-1)?.content.slice(0, 15));
    expect(asked.filter((text) => text === 'Plan an article')).toHaveLength(1);
    expect(asked.filter((text) => text === 'Write section 1')).toHaveLength(1);
  });
});

describe('the prompts of an account', () => {
  it('are those of the product until one is replaced, which applies to the next task', async () => {
    const { body } = await prompts('GET');
    expect(body.items.map(({ name, version }) => `${name} ${version}`)).toEqual([
      'system product-2',
      ...['outline', 'draft', 'check', 'revise', 'repair', 'titles'].map((name) => `${name} product-1`),
    ]);
    const text = 'Plan an article for sailors about {{ topic }}.';
    const put = await prompts('PUT', '/outline', { text });
    expect([put.status, put.body]).toMatchObject([200, { name: 'outline', version: 'account-1', text, createdBy: expect.any(String) }]);
    expect((await prompts('PUT', '/outline', { text })).body).toMatchObject({ version: 'account-1' });
    expect((await prompts('PUT', '/outline', { text: `${text} Now.` })).body).toMatchObject({ version: 'account-2' });
    stub.requests.length = 0;
    const content = await client.generate({ account: account.name, topic: 'grid storage', allowDuplicate: true });
    expect(stub.requests[0]?.messages.at(-1)?.content).toMatch(/^Plan an article for sailors about grid storage\. Now\./);
    expect(content.provenance).toMatchObject({
      prompts: expect.arrayContaining([expect.objectContaining({ name: 'outline', version: 'account-2' })]),
    });
    expect((await prompts('DELETE', '/outline')).body).toMatchObject({ version: 'product-1', createdBy: null });
    expect((await prompts('PUT', '/outline', { text })).body).toMatchObject({ version: 'account-3' });
  });

  it.each([
    ['Write about {{ tpoic }}.', 'undefined variable: tpoic'],
    ['{% if topic %}', 'not closed'],
    ['{{ topic | shout }}', 'undefined filter: shout'],
    ['{% if false %}x{% endif %}', 'renders to an empty text'],
    ["{% include '/etc/passwd' %}", '/etc/passwd'],
    ['{% for i in (1..1000000000) %}x{% endfor %}', 'limit'],
  ])('%j is rejected with the reason', async (text, reason) => {
    const { status, body } = await prompts('PUT', '/draft', { text });
    expect([status, body]).toMatchObject([
      422,
      { code: 'prompt_invalid', errors: [{ pointer: '/text', detail: expect.stringContaining(reason) }] },
    ]);
  });

  it('belong to accounts that the caller may see, and have known names', async () => {
    expect((await prompts('PUT', '/odd', { text: 'x' })).status).toBe(404);
    const other = await client.createAccount();
    const key = await server.keyOf('editor', { accountIds: [other.id] });
    const { status } = await server.http('GET', `/accounts/${account.id}/prompts`, undefined, { authorization: `Bearer ${key}` });
    expect(status).toBe(404);
  });
});
