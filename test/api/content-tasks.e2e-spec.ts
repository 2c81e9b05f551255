import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApplication, type TestApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { ContentClient, type ContentTask, LATER, type Page, SOURCES } from './content-client.ts';

const FIELDS =
  'id taskId contentId accountId topic keywords category requirements tone status priority retryCount maxRetries submittedAt startedAt completedAt timeoutAt result errorMessage autoApprove createdAt updatedAt'.split(
    ' ',
  );
let server: TestApplication;
let client: ContentClient;

beforeAll(async () => {
  server = await startApplication();
  client = new ContentClient(server.http);
});
afterAll(() => server.close());

describe('a content task', () => {
  it('is accepted at once, with Location and Retry-After', async () => {
    const { id: accountId } = await client.createAccount();
    const { status, headers, body } = await client.submit({
      accountId,
      topic: 'Tides',
      keywords: ['moon'],
      priority: 'high',
      runAt: LATER,
    });
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(body.statusUrl);
    expect(headers.get('retry-after')).toBe('1');
    expect(body).toMatchObject({
      taskId: expect.stringMatching(/^task-[0-9a-f]{12}$/),
      executionId: body.id,
      status: 'pending',
      phase: 'waiting',
      accountId,
      topic: 'Tides',
      keywords: ['moon'],
      priority: 8,
      retryCount: 0,
      maxRetries: 3,
      autoApprove: true,
      contentId: null,
      completedAt: null,
      statusUrl: `/content-tasks/${body.taskId}`,
    });
    for (const id of [body.taskId, body.id]) expect((await server.http('GET', `/content-tasks/${id}`)).body).toEqual(body);
    expect((await server.http('GET', `/executions/${body.id}`)).body).toMatchObject({
      taskName: 'content-generation',
      queue: 'content',
      priority: 8,
    });
  });

  it('keeps the trace context of its request', async () => {
    const { id: accountId } = await client.createAccount();
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const { body } = await client.submit({ accountId, topic: 'Tides', runAt: LATER }, { traceparent });
    expect(await server.sql('SELECT trace_context FROM tasks WHERE id = $1', [body.id])).toEqual([{ trace_context: traceparent }]);
  });

  it('has 22 fields, the same in the database’s view and in the API', async () => {
    const { body } = await client.submit({
      account: (await client.createAccount()).name,
      topic: 'The colour of water',
      taskId: 'my-own',
      tone: 'calm',
      category: 'sea',
    });
    await client.ended(body.taskId);
    const [row] = await server.sql<Record<string, unknown>>('SELECT * FROM content_generation_tasks WHERE task_id = $1', ['my-own']);
    const camel = Object.entries(row ?? {}).map(([name, value]) => [
      name.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]);
    const fields = JSON.parse(JSON.stringify(Object.fromEntries(camel))) as Record<string, unknown>;
    expect(Object.keys(fields)).toEqual(FIELDS);
    expect((await server.http('GET', '/content-tasks/my-own')).body).toMatchObject(fields);
    expect(fields).toMatchObject({ taskId: 'my-own', tone: 'calm', category: 'sea', status: 'completed', contentId: expect.any(String) });
  });

  it('is created once, for any number of simultaneous requests with one key', async () => {
    const { id: accountId } = await client.createAccount();
    const headers = { 'idempotency-key': 'rush' };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => client.submit({ accountId, topic: 'Tides', runAt: LATER }, headers)),
    );
    expect(new Set(answers.map(({ body }) => body.taskId)).size).toBe(1);
    expect(answers.filter((answer) => answer.headers.get('idempotency-replayed') === null)).toHaveLength(1);
    expect(await server.sql('SELECT 1 FROM content_generation WHERE account_id = $1', [accountId])).toHaveLength(1);
    expect((await client.submit({ accountId, topic: 'Ebb' }, headers)).status).toBe(422);
  });

  it('accepts a task id once, for any number of simultaneous requests', async () => {
    const { id: accountId } = await client.createAccount();
    for (const round of [1, 2, 3]) {
      const answers = await Promise.all(
        Array.from({ length: 12 }, () => client.submit({ accountId, topic: 'x', taskId: `race-${round}`, runAt: LATER })),
      );
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([202, ...Array<number>(11).fill(409)]);
    }
    expect(await server.sql('SELECT 1 FROM tasks JOIN content_generation g USING (id) WHERE g.account_id = $1', [accountId])).toHaveLength(
      3,
    );
  });

  it('is cancelled, once', async () => {
    const { body } = await client.submit({ account: (await client.createAccount()).name, topic: 'Tides', runAt: LATER });
    const cancelled = await server.http<ContentTask>('DELETE', body.statusUrl);
    expect([cancelled.status, cancelled.body]).toMatchObject([200, { status: 'cancelled', completedAt: expect.any(String), phase: null }]);
    expect((await server.http('DELETE', body.statusUrl)).body).toEqual(cancelled.body);
    const done = await client.submit({ account: (await client.createAccount()).name, topic: 'Currents' });
    await client.ended(done.body.taskId);
    expect((await server.http('DELETE', done.body.statusUrl)).body).toMatchObject({ status: 'completed' });
  });

  it('suggests the account that was probably meant', async () => {
    await client.createAccount({ name: 'harbour-news' });
    const { status, body } = await client.submit({ account: 'harbour-nwes', topic: 'Tides' });
    expect([status, body]).toMatchObject([422, { code: 'account_not_found', detail: 'Did you mean "harbour-news"?' }]);
  });

  it('fails with advice when there is too little to quote', async () => {
    const { name } = await client.createAccount({ sources: [{ type: 'notes', text: 'A lamp. A door.' }] });
    const task = await client.ended((await client.submit({ account: name, topic: 'Doors' })).body.taskId);
    expect(task).toMatchObject({ status: 'failed', retryCount: 0, contentId: null, result: null });
    expect(task.errorMessage).toMatch(/add longer or further sources, about \d+ full sentences in all/);
    expect((await server.http('GET', `/executions/${task.id}`)).body).toMatchObject({
      error: { class: 'invalid_input', code: 'insufficient_material' },
    });
  });

  it('fails for a file outside the folders without revealing whether it exists', async () => {
    const { id, name } = await client.createAccount();
    await server.sql(`UPDATE accounts SET sources = '[{"type":"file","location":"../../../package.json"}]' WHERE id = $1`, [id]);
    const task = await client.ended((await client.submit({ account: name })).body.taskId);
    expect(task).toMatchObject({
      status: 'failed',
      errorMessage: expect.stringMatching(/^"\.\.\/\.\.\/\.\.\/package\.json" is outside the folders sources may be read from: move/),
    });
  });

  it('fails with the words of the topic that the sources lack, in the language of the account', async () => {
    const sources = SOURCES.slice(0, 1);
    const english = await client.createAccount({ sources });
    const task = await client.ended(
      (await client.submit({ account: english.name, topic: 'Chocolate cake', keywords: ['storage'] })).body.taskId,
    );
    expect(task).toMatchObject({
      status: 'failed',
      retryCount: 0,
      errorMessage:
        'The sources do not cover "Chocolate cake": no quotable sentence mentions "Chocolate" or "cake". Add sources about it, name the topic in the words of the sources, or ask without a topic.',
    });
    const chinese = await client.createAccount({ language: 'zh', sources: [{ type: 'file', location: 'cunneng-baogao.md' }] });
    expect(await client.ended((await client.submit({ account: chinese.name, topic: '巧克力蛋糕' })).body.taskId)).toMatchObject({
      status: 'failed',
      errorMessage:
        '资料没有覆盖选题「巧克力蛋糕」：没有一句可引用的原文提到「巧克力」「蛋糕」。请补充相关的资料，改用资料里的说法，或者不指定选题。',
    });
  });

  it('names the unreadable source when the others are not sufficient', async () => {
    const sources = [
      { type: 'notes', text: 'A lamp. A door.' },
      { type: 'rss', name: 'Doors daily', location: 'http://127.0.0.1:9/feed' },
    ];
    const { name } = await client.createAccount({ sources });
    const task = await client.ended((await client.submit({ account: name })).body.taskId);
    expect(task.errorMessage).toMatch(/^Found 2 sentences.* Could not be read: .*127\.0\.0\.1:9\/feed could not be read/);
  });

  it('is listed by status and account, in pages', async () => {
    const { id: accountId } = await client.createAccount();
    const made: string[] = [];
    for (let i = 0; i < 5; i++) made.unshift((await client.submit({ accountId, topic: `Topic ${i}`, runAt: LATER })).body.taskId);
    await server.http('DELETE', `/content-tasks/${made[2]}`);
    const list = async (query: string): Promise<Page<ContentTask>> =>
      (await server.http<Page<ContentTask>>('GET', `/content-tasks?accountId=${accountId}&${query}`)).body;
    expect((await list('status=cancelled')).items.map(({ taskId }) => taskId)).toEqual([made[2]]);
    const first = await list('limit=3');
    const second = await list(`limit=3&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items].map(({ taskId }) => taskId)).toEqual(made);
    expect(second.nextCursor).toBeNull();
  });

  it('has a phase that belongs to its status in every answer', async () => {
    const { id: accountId } = await client.createAccount({ sources: SOURCES });
    for (let i = 0; i < 30; i++) await client.submit({ accountId, topic: `grid storage ${i}`, allowDuplicate: true });
    const seen = new Set<string>();
    const all = async () => {
      const { items } = (await server.http<Page<ContentTask>>('GET', `/content-tasks?accountId=${accountId}&limit=50`)).body;
      for (const { status, phase } of items) seen.add(`${status} ${phase}`);
      return items.every(({ completedAt }) => completedAt !== null);
    };
    await waitFor(all, { what: 'all to end' });
    const possible = [
      'pending waiting',
      'pending retrying',
      'submitted ready',
      'submitted leased',
      'submitted retrying',
      'running running',
    ];
    expect([...seen].filter((pair) => ![...possible, 'completed null', 'failed null'].includes(pair))).toEqual([]);
    expect(seen.size).toBeGreaterThan(2);
  });
});
