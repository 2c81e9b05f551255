import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Account as StoredAccount } from '../../src/content/accounts/account.entity.ts';
import { AccountService } from '../../src/content/accounts/account.service.ts';
import type { TopicView } from '../../src/content/topics/topic.dto.ts';
import { TopicService } from '../../src/content/topics/topic.service.ts';
import { LOCK_TOPICS } from '../../src/content/topics/topic.sql.ts';
import { Settings } from '../../src/platform/config/settings.ts';
import { type Account, ContentClient, LATER } from '../api/content-client.ts';
import { runCli } from '../cli/run-cli.ts';
import { type Answer, startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { isWaitedFor } from '../support/is-waited-for.ts';
import { removeContents } from '../support/remove-contents.ts';
import { waitFor } from '../support/wait-for.ts';

type Topic = Wire<TopicView>;
type Problem = { code: string; errors: { pointer: string; code: string }[] };

let server: TestApplication;
let client: ContentClient;
let account: Account;
beforeAll(async () => {
  server = await startApplication();
  client = new ContentClient(server.http);
});
afterAll(() => server.close());
beforeEach(async () => {
  await removeContents(server);
  account = await client.createAccount({
    language: 'en',
    sections: [{ code: 'storage', name: 'Grid storage', keywords: ['battery'] }],
    sources: [
      { type: 'file', location: 'grid-storage.md' },
      { type: 'rss', location: 'energy-news.rss.xml' },
    ],
  });
});

const post = <Body = Topic>(path: string, body: object, headers = {}): Promise<Answer<Body>> =>
  server.http<Body>('POST', path, body, headers);
const add = (title: string, fields: object = {}) => post('/topics', { accountId: account.id, title, ...fields });
const act = (topic: Topic, action: string, body?: object) =>
  server.http<Topic>('POST', `/topics/${topic.id}/${action}`, body, { 'if-match': `"v${topic.version}"` });

describe('a topic', () => {
  it('is added with its scores and the section that it names', async () => {
    const { status, body, headers } = await add('How a battery ages in winter', { sourceUrl: 'https://example.org/a' });
    expect([status, headers.get('location'), headers.get('etag')]).toEqual([201, `/topics/${body.id}`, '"v1"']);
    expect(body).toMatchObject({
      section: 'storage',
      status: 'open',
      origin: 'editor',
      scores: { freshness: 50, relevance: 60, usefulness: 75, total: 60 },
    });
    expect((await server.http('GET', `/topics/${body.id}`)).body).toEqual(body);
  });

  it('is changed at the version that was read, and scored again', async () => {
    const { body: topic } = await add('How a battery ages in winter');
    const changed = await client.patch(`/topics/${topic.id}`, { title: 'Cake', keywords: ['sugar'] }, '"v1"');
    expect(changed.body).toMatchObject({ title: 'Cake', keywords: ['sugar'], version: 2, scores: { relevance: 0 } });
    expect((await client.patch(`/topics/${topic.id}`, { title: 'Pie' }, '"v1"')).status).toBe(412);
    expect((await server.http('PATCH', `/topics/${topic.id}`, { title: 'Pie' })).status).toBe(428);
    const service = server.app.get(TopicService);
    const read = await service.get(topic.id, null);
    const stored = (await server.app.get(AccountService).getMany([account.id]))[0] as StoredAccount;
    const raced = await Promise.allSettled(['a', 'b'].map((word) => service.edit(read, { keywords: [word] }, stored)));
    expect(raced.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await expect(service.reject(read, null)).rejects.toMatchObject({ code: 'version_changed' });
    await expect(service.delete(read)).rejects.toMatchObject({ code: 'version_changed' });
    await add('How wind parks age in summer');
    const same = await client.patch(`/topics/${topic.id}`, { title: 'How wind parks age in summer!' }, '"v3"');
    expect([same.status, same.body.code]).toEqual([409, 'in_backlog']);
  });

  it('is deleted until a content task has worked on it', async () => {
    const title = 'How a battery ages in winter';
    const remove = ({ id }: Topic, etag: string) => server.http('DELETE', `/topics/${id}`, undefined, { 'if-match': etag });
    const topic = (await add(title)).body;
    expect((await remove(topic, '"v9"')).status).toBe(412);
    expect((await remove(topic, '"v1"')).status).toBe(204);
    const again = await add(title);
    expect(again.status).toBe(201);
    const used = again.body;
    await server.sql(`UPDATE topics SET status = 'reserved', reserved_by = id WHERE id = $1`, [used.id]);
    expect((await remove(used, '"v1"')).body).toMatchObject({ code: 'topic_state' });
    await server.sql(`UPDATE topics SET status = 'open' WHERE id = $1`, [used.id]);
    expect((await remove(used, '"v1"')).body).toMatchObject({ code: 'topic_used' });
  });

  it('is rejected with a reason and restored; a task decides about a reserved one', async () => {
    const { body: topic } = await add('How a battery ages in winter');
    const rejected = (await act(topic, 'reject', { reason: 'old news' })).body;
    expect(rejected).toMatchObject({ status: 'rejected', reason: 'old news', version: 2 });
    expect((await act(rejected, 'reject', {})).body).toMatchObject({ code: 'topic_state' });
    const restored = (await act(rejected, 'restore')).body;
    expect(restored).toMatchObject({ status: 'open', reason: null, version: 3 });
    // of an unfinished task: the topics of any other are released
    const { body: task } = await client.submit({ accountId: topic.accountId, topic: 'Another', runAt: LATER });
    await server.sql(`UPDATE topics SET status = 'reserved', reserved_by = $2 WHERE id = $1`, [topic.id, task.executionId]);
    for (const answer of [
      await act(restored, 'reject', {}),
      await act(restored, 'restore'),
      await client.patch(`/topics/${topic.id}`, { title: 'Pie' }, '"v3"'),
    ])
      expect([answer.status, answer.body]).toMatchObject([409, { code: 'topic_state' }]);
  });

  it('expires, and is without an end when it is restored', async () => {
    const { body: topic } = await add('How a battery ages in winter', { expiresAt: '2020-01-01T00:00:00Z' });
    const expired = async () => {
      const { body } = await server.http<Topic>('GET', `/topics/${topic.id}`);
      return body.status === 'expired' && body;
    };
    const now = await waitFor(expired, { what: 'the topic to expire' });
    expect((await act(now, 'restore')).body).toMatchObject({ status: 'open', expiresAt: null });
  });

  it('belongs to one part of a series', async () => {
    const first = await add('Batteries: the basics', { series: 'Batteries', number: 1 });
    expect(first.body).toMatchObject({ series: 'Batteries', number: 1 });
    const again = await add('Where lithium comes from', { series: 'Batteries', number: 1 });
    expect([again.status, (again.body as unknown as Problem).code]).toEqual([409, 'part_exists']);
    const half = await add('Where lithium comes from', { series: 'Batteries' });
    expect([half.status, (half.body as unknown as Problem).errors[0]]).toMatchObject([422, { pointer: '/number' }]);
    await server.sql('UPDATE topics SET series = NULL, number = NULL');
    await add('Where lithium comes from', { series: 'Batteries', number: 1 });
    const moved = await client.patch(`/topics/${first.body.id}`, { series: 'Batteries', number: 1 }, '"v1"');
    expect([moved.status, moved.body.code]).toEqual([409, 'part_exists']);
  });
});

describe('a duplicate', () => {
  const title = 'How the wind parks did in May 2026';

  it('in the backlog of the account is not added', async () => {
    await add(title);
    const again = await add(`${title}!`);
    expect([again.status, (again.body as unknown as Problem).code]).toEqual([409, 'in_backlog']);
    const other = await client.createAccount();
    expect((await post('/topics', { accountId: other.id, title })).status).toBe(201);
  });

  it('of a content of the last 15 days is not added, in any account; other accounts learn no title', async () => {
    const other = await client.createAccount();
    const { id } = await client.generate({ accountId: other.id, topic: title });
    await server.sql(`UPDATE contents SET kind = 'article', title = $2 WHERE id = $1`, [id, title]);
    const refused = await add(title);
    expect([refused.status, (refused.body as unknown as Problem).code]).toEqual([409, 'duplicate_topic']);
    expect([refused.text.includes(id), refused.text.includes(title)]).toEqual([false, false]);
    await server.sql(`UPDATE contents SET created_at = created_at - interval '15 days'`);
    expect((await add(title)).status).toBe(201);
  });

  it('of an open content task is not added, unless that task makes a sample', async () => {
    const task = (await client.submit({ accountId: account.id, topic: title, runAt: LATER })).body;
    expect((await add(title)).status).toBe(409);
    await server.http('DELETE', `/content-tasks/${task.taskId}`);
    await client.submit({ accountId: account.id, topic: title, runAt: LATER, creator: 'simulated' });
    expect((await add(title)).status).toBe(201);
  });

  it('is found between requests at once: one of eight is added', async () => {
    const added = await Promise.all(Array.from({ length: 8 }, () => add(title)));
    expect(added.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, ...Array.from({ length: 7 }, () => 409)]);
    const holder = new pg.Client({ connectionString: server.app.get(Settings).databaseUrl ?? '' });
    await holder.connect();
    try {
      await holder.query('BEGIN');
      await holder.query(LOCK_TOPICS);
      const waiting = add('Where lithium comes from');
      await waitFor(() => isWaitedFor(holder), { what: 'the topic to wait for its turn' });
      await holder.query('COMMIT');
      expect((await waiting).status).toBe(201);
    } finally {
      await holder.end();
    }
  });
});

describe('an open task of a simulated creator', () => {
  it('blocks the same topic of a simulated one only', async () => {
    const body = { accountId: account.id, topic: 'Grid storage', keywords: ['storage'] };
    const sample = { ...body, creator: 'simulated', creatorOptions: { latencyMs: 0 } };
    const waiting = (await client.submit({ ...sample, runAt: LATER })).body;
    const real = await client.ended((await client.submit(body)).body.taskId);
    expect(real).toMatchObject({ status: 'completed', errorMessage: null });
    await server.sql('DELETE FROM contents');
    const other = await client.ended((await client.submit(sample)).body.taskId);
    expect(other.errorMessage).toContain(waiting.taskId);
  });
});

it('the command line adds, imports, lists, suggests, rejects and restores topics', async () => {
  const cli = async (...argv: string[]) => {
    const { code, stdout, stderr } = await runCli(['topic', '-o', 'json', ...argv], {
      env: { APP_SERVER: server.url, APP_TOKEN: server.key },
      stdin: 'How a battery ages in winter\nCake and pie for the grid\n',
    });
    if (code !== 0) throw new Error(`${code}: ${stderr}`);
    return { answer: (argv.includes('-o') ? undefined : JSON.parse(stdout)) as Topic & { items: Topic[] }, stdout, stderr };
  };
  const { name, id } = account;
  const added = await cli('add', 'Cake and pie for the grid', '--account', name, '--keywords', 'a,b', '--series', 'Food', '--number', '1');
  expect(added.answer).toMatchObject({ accountId: id, keywords: ['a', 'b'], series: 'Food', number: 1 });
  const imported = await cli('import', '--account', id, '--file', '-', '-o', 'csv', '--columns', 'title', '--no-headers');
  expect(imported.stdout.trim()).toBe('How a battery ages in winter');
  expect(imported.stderr).toContain('Left out: "Cake and pie for the grid"');
  expect((await cli('suggest', '--account', name, '--count', '2', '--save')).answer.items).toHaveLength(2);
  const rejected = await cli('reject', added.answer.id.slice(-12), '--reason', 'hungry');
  expect(rejected.answer).toMatchObject({ status: 'rejected', reason: 'hungry' });
  expect((await cli('list', '--account', name, '--status', 'rejected')).answer.items).toEqual([rejected.answer]);
  expect((await cli('restore', added.answer.id)).answer).toMatchObject({ status: 'open', version: 3 });
});
