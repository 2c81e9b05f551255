import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { AsyncContentGenerationExecutor } from '../../src/content/topics/executor/async-content-generation.executor.ts';
import type { AsyncContentGenerationParams, RunResult } from '../../src/content/topics/executor/executor.params.ts';
import { LOCK_TOPICS } from '../../src/content/topics/topic.sql.ts';
import type { TopicView } from '../../src/content/topics/topic.dto.ts';
import { Settings } from '../../src/platform/config/settings.ts';
import { ProblemError } from '../../src/platform/http/problem.ts';
import type { TaskContext } from '../../src/tasks/definitions/task-context.ts';
import { TaskService } from '../../src/tasks/service/task.service.ts';
import { type Account, ContentClient, type ContentTask, LATER } from '../api/content-client.ts';
import { startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { firstAttempt } from '../support/first-attempt.ts';
import { runBehindLock } from '../support/lock-holder.ts';
import { removeContents } from '../support/remove-contents.ts';
import { waitFor } from '../support/wait-for.ts';

type Topic = Wire<TopicView>;
interface Execution {
  executionId: string;
  status: string;
  result: RunResult;
  error: { code: string; message: string } | null;
}

let server: TestApplication;
let client: ContentClient;
beforeAll(async () => {
  server = await startApplication({ quickLoops: ['topics'] });
  client = new ContentClient(server.http);
});
afterAll(() => server.close());
beforeEach(async () => {
  await removeContents(server);
  await server.sql(`UPDATE accounts SET status = 'archived'`);
});

const SAMPLES = { creator: 'simulated', creatorOptions: { latencyMs: 0, words: 50 } };
const SUBJECTS = ['Wind', 'Tides', 'Salt', 'Iron', 'Bread', 'Glass', 'Paper', 'Wool', 'Copper', 'Silk'];
const titleOf = (subject: string): string => `${subject} and nothing else about ${subject}`;
const path = '/tasks/async-content-generation/execute/api';

async function accountWith(titles: readonly string[], fields: object = SAMPLES): Promise<Account> {
  const account = await client.createAccount(fields);
  if (titles.length === 0) return account;
  const { body } = await server.http<{ skipped: object[] }>('POST', '/topics/import', { accountId: account.id, lines: titles });
  expect(body.skipped).toEqual([]);
  return account;
}

async function run(params: AsyncContentGenerationParams): Promise<Execution> {
  const { body, status, text } = await server.http<Execution>('POST', path, { params });
  if (status !== 202) throw new Error(text);
  const ended = async () => {
    const execution = (await server.http<Execution>('GET', `/executions/${body.executionId}`)).body;
    return ['completed', 'failed'].includes(execution.status) && execution;
  };
  return waitFor(ended, { what: 'the run to end' });
}

const topicsOf = async (account: Account, query = ''): Promise<Topic[]> =>
  (await server.http<{ items: Topic[] }>('GET', `/topics?accountId=${account.id}${query}`)).body.items;
const tasksOf = async (account: Account): Promise<ContentTask[]> =>
  (await server.http<{ items: ContentTask[] }>('GET', `/content-tasks?accountId=${account.id}`)).body.items;

/** A context for a direct call: the run exists as a task that does not start. */
async function contextOf(params: AsyncContentGenerationParams): Promise<TaskContext<AsyncContentGenerationParams>> {
  const { body } = await server.http<Execution>('POST', path, { params, runAt: LATER });
  return firstAttempt(body.executionId, 'async-content-generation', params);
}

describe('a run', () => {
  it('submits a content task for each topic, and the topics are used once their contents exist', async () => {
    const [one, other] = [await accountWith(SUBJECTS.slice(0, 3).map(titleOf)), await accountWith(SUBJECTS.slice(3, 6).map(titleOf))];
    const { status, result } = await run({ count_per_account: 2, category: 'news', auto_approve: false, priority: 9 });
    expect(status).toBe('completed');
    expect(result).toMatchObject({ total_submitted: 4, total_failed: 0, errors: [] });
    expect(result.account_stats).toEqual({
      [one.id]: { requested: 2, submitted: 2, failed: 0 },
      [other.id]: { requested: 2, submitted: 2, failed: 0 },
    });
    const tasks = await tasksOf(one);
    expect(tasks).toHaveLength(2);
    for (const task of tasks) {
      expect(task).toMatchObject({ category: 'news', autoApprove: false, priority: 9 });
      expect(result.tasks).toContainEqual({
        account_id: one.id,
        topic_id: expect.any(String),
        topic: task.topic,
        task_id: task.taskId,
        execution_id: task.executionId,
        choice: { code: 'best_score', section: null, days_overdue: null },
      });
      const { contentId } = await client.ended(task.taskId);
      const [topic] = (await topicsOf(one)).filter(({ reservedBy }) => reservedBy === task.executionId);
      expect(topic).toMatchObject({ title: task.topic, status: 'used', contentId, version: 3 });
    }
    expect((await topicsOf(one, '&status=open')).length).toBe(1);
  });

  it.each([
    [{ count_per_account: 0 }, '/params/count_per_account'],
    [{ account_ids: ['x'] }, '/params/account_ids'],
    [{ priority: 11 }, '/params/priority'],
    [{ topics: [' '] }, '/params/topics'],
    [{ auto_approve: 'yes' }, '/params/auto_approve'],
    [{ accounts: [] }, '/params/accounts'],
  ])('%j is rejected', async (params, pointer) => {
    const { status, body } = await server.http<{ errors: { pointer: string }[] }>('POST', path, { params });
    expect([status, body.errors[0]?.pointer.replace(/\/\d+$/, '')]).toEqual([422, pointer]);
  });

  it('explains every content that it did not submit, account by account', async () => {
    const full = await accountWith([titleOf('Wind')]);
    const [empty, paused, gone] = [await accountWith([]), await accountWith([titleOf('Salt')]), randomUUID()];
    await client.patch(`/accounts/${paused.id}`, { status: 'paused' }, '"v1"');
    const { status, result } = await run({ account_ids: [full.id, empty.id, paused.id, gone], count_per_account: 2 });
    expect([status, result.total_submitted, result.total_failed]).toEqual(['completed', 1, 7]);
    expect(result.errors.map(({ account_id: id, code, count }) => [id, code, count])).toEqual(
      expect.arrayContaining([
        [full.id, 'no_topics', 1],
        [empty.id, 'no_topics', 2],
        [paused.id, 'account_not_active', 2],
        [gone, 'account_not_found', 2],
      ]),
    );
    expect(result.account_stats[full.id]).toEqual({ requested: 2, submitted: 1, failed: 1 });
  });

  it('without any topic is completed with reasons; without a usable account it fails', async () => {
    const empty = await accountWith([]);
    const nothing = await run({ account_ids: [empty.id] });
    expect([nothing.status, nothing.result]).toMatchObject(['completed', { total_submitted: 0, errors: [{ code: 'no_topics' }] }]);
    const gone = await run({ account_ids: [randomUUID()] });
    expect([gone.status, gone.error?.code]).toEqual(['failed', 'nothing_submitted']);
  });

  it('of which one account is rejected submits those of the others', async () => {
    const [good, bad] = [await accountWith([titleOf('Wind')]), await accountWith([titleOf('Salt')])];
    const tasks = server.app.get(TaskService);
    const submit = tasks.submitInTransaction.bind(tasks);
    const spy = jest.spyOn(tasks, 'submitInTransaction').mockImplementation((manager, requests) => {
      const rejected = requests.some(({ params }) => (params as { accountId: string }).accountId === bad.id);
      if (rejected) throw ProblemError.conflict('no_budget', 'The budget is spent.');
      return submit(manager, requests);
    });
    try {
      const { result } = await run({ account_ids: [good.id, bad.id] });
      expect(result.tasks.map(({ account_id: id }) => id)).toEqual([good.id]);
      expect(result.errors).toEqual([{ account_id: bad.id, code: 'no_budget', message: 'The budget is spent.', count: 1 }]);
      expect((await topicsOf(bad)).map(({ status }) => status)).toEqual(['open']);
    } finally {
      spy.mockRestore();
    }
  });

  it('fills a short backlog from the sources of the account', async () => {
    const account = await accountWith([titleOf('Wind')], { ...SAMPLES, sources: [{ type: 'file', location: 'grid-storage.md' }] });
    const { result } = await run({ account_ids: [account.id], count_per_account: 2 });
    expect(result.tasks.map(({ topic }) => topic)).toEqual([titleOf('Wind'), 'Why batteries came first']);
    expect((await topicsOf(account)).map(({ origin }) => origin)).toEqual(['source', 'import']);
  });
});

describe('topics of the request', () => {
  it('are given to the accounts in turn, before those of the backlog', async () => {
    const [one, other] = [await accountWith([titleOf('Wind')]), await accountWith([titleOf('Salt')])];
    const { result } = await run({
      account_ids: [one.id, other.id],
      count_per_account: 2,
      topics: [titleOf('Iron'), titleOf('Bread'), titleOf('Glass')],
    });
    const written = Map.groupBy(result.tasks, ({ account_id: id }) => id);
    expect([one, other].map(({ id }) => written.get(id)?.map(({ topic }) => topic))).toEqual([
      [titleOf('Iron'), titleOf('Glass')],
      [titleOf('Bread'), titleOf('Salt')],
    ]);
    expect(result.errors).toEqual([]);
  });

  it('that are about the same as another one are named, and so are those beyond the requested number', async () => {
    const account = await accountWith([titleOf('Wind'), titleOf('Salt')]);
    const topics = [`${titleOf('Wind')}!`, titleOf('Salt'), titleOf('Iron'), titleOf('Bread')];
    const { result } = await run({ account_ids: [account.id], count_per_account: 3, topics });
    expect(result.tasks.map(({ topic }) => topic).toSorted()).toEqual([titleOf('Iron'), titleOf('Salt')]);
    expect(result.errors).toMatchObject([
      { account_id: null, code: 'too_many_topics', count: 1 },
      { account_id: account.id, code: 'in_backlog', count: 1 },
    ]);
  });
});

describe('the order', () => {
  it('is that of the scores, with failed topics last and one part of a series at a time', async () => {
    const account = await accountWith(SUBJECTS.slice(0, 5).map(titleOf));
    const set = (subject: string, columns: string) => server.sql(`UPDATE topics SET ${columns} WHERE title = $1`, [titleOf(subject)]);
    await server.sql('UPDATE topics SET relevance = 50, usefulness = 50');
    await set('Tides', 'relevance = 90');
    await set('Salt', `dated_at = now() - interval '1 hour'`);
    await set('Iron', `dated_at = now() - interval '2000 years', usefulness = 60`);
    await set('Bread', 'relevance = 100, failures = 1');
    const { result } = await run({ account_ids: [account.id], count_per_account: 5 });
    expect(result.tasks.map(({ topic }) => topic.split(' ')[0])).toEqual(['Salt', 'Tides', 'Wind', 'Iron', 'Bread']);
  });

  it('of a series continues after the part before was used', async () => {
    const account = await accountWith(SUBJECTS.slice(0, 3).map(titleOf));
    await server.sql(`UPDATE topics SET series = 'Goods', number = 1 + array_position($1::text[], title)`, [
      SUBJECTS.slice(0, 3).map(titleOf),
    ]);
    const next = async () => (await run({ account_ids: [account.id], count_per_account: 3 })).result.tasks.map(({ topic }) => topic);
    expect(await next()).toEqual([titleOf('Wind')]);
    await waitFor(async () => (await topicsOf(account, '&status=used')).length === 1, { what: 'the first part' });
    expect(await next()).toEqual([titleOf('Tides')]);
  });
});

describe('two runs', () => {
  it('at once never take the same topic', async () => {
    const account = await accountWith(SUBJECTS.slice(0, 6).map(titleOf));
    const runs = await Promise.all([1, 2].map(() => run({ account_ids: [account.id], count_per_account: 3 })));
    const topics = runs.flatMap(({ result }) => result.tasks.map(({ topic_id: id }) => id));
    expect([topics.length, new Set(topics).size]).toEqual([6, 6]);
  });

  it('for different accounts write one of two equal topics', async () => {
    const accounts = await Promise.all(
      [1, 2, 3, 4].map(() => accountWith([titleOf('Wind')], { ...SAMPLES, creatorOptions: { latencyMs: 60_000 } })),
    );
    const handle = async ({ id }: Account) => server.app.get(AsyncContentGenerationExecutor).handle(await contextOf({ account_ids: [id] }));
    const all = () => Promise.all(accounts.map(handle));
    const { answer: runs } = await runBehindLock(server.app.get(Settings).databaseUrl ?? '', { text: LOCK_TOPICS }, all);
    expect(runs.reduce((sum, { total_submitted: count }) => sum + count, 0)).toBe(1);
    const message = runs.find(({ total_submitted: count }) => count === 0)?.errors[0]?.message;
    expect(message).toContain('1 open topics are about the same as recent contents.');
    await server.http('DELETE', '/tasks/executions/cancel/by-task-names', { taskNames: ['content-generation'] });
  });

  it('do not wait for an editor who changes a topic: they take others', async () => {
    const account = await accountWith(SUBJECTS.slice(0, 2).map(titleOf));
    const editor = new pg.Client({ connectionString: server.app.get(Settings).databaseUrl ?? '' });
    await editor.connect();
    try {
      await editor.query('BEGIN');
      await editor.query('SELECT FROM topics WHERE title = $1 FOR UPDATE', [titleOf('Wind')]);
      const { result } = await run({ account_ids: [account.id], count_per_account: 2 });
      expect(result.tasks.map(({ topic }) => topic)).toEqual([titleOf('Tides')]);
    } finally {
      await editor.end();
    }
  });
});

describe('an attempt that is repeated', () => {
  it('finds what an earlier one has submitted, and submits the rest', async () => {
    const account = await accountWith(SUBJECTS.slice(0, 5).map(titleOf));
    const executor = server.app.get(AsyncContentGenerationExecutor);
    const context = await contextOf({ account_ids: [account.id], count_per_account: 3, topics: [titleOf('Silk')] });
    const first = await executor.handle(context);
    expect(await executor.handle(context)).toEqual(first);
    const attempts = await Promise.all([1, 2, 3].map(() => executor.handle(context)));
    expect(attempts).toEqual([first, first, first]);
    expect(await tasksOf(account)).toHaveLength(3);

    const lost = first.tasks.find(({ topic }) => topic !== titleOf('Silk'));
    await server.sql('DELETE FROM topic_submissions WHERE task_id = $1', [lost?.execution_id]);
    expect((await executor.handle(context)).total_submitted).toBe(3);
    expect(await tasksOf(account)).toHaveLength(4);
  });
});

describe('a reserved topic', () => {
  const reserved = async (options: object) => {
    const account = await accountWith([titleOf('Wind')], { creator: 'simulated', creatorOptions: options });
    const { result } = await run({ account_ids: [account.id] });
    return { account, task: result.tasks[0]?.task_id ?? '' };
  };
  const open = (account: Account) =>
    waitFor(async () => (await topicsOf(account, '&status=open'))[0], { what: 'the topic to be released' });

  it('is open again when its content task is cancelled', async () => {
    const { account, task } = await reserved({ latencyMs: 600_000 });
    expect((await topicsOf(account))[0]).toMatchObject({ status: 'reserved' });
    await server.http('DELETE', `/content-tasks/${task}`);
    expect(await open(account)).toMatchObject({ failures: 0, reason: null });
  });

  it('is open again when its content task fails, and rejected after the third failure', async () => {
    const { account, task } = await reserved({ latencyMs: 0, behavior: 'bad_json', failures: 1_000 });
    expect(await client.ended(task)).toMatchObject({ status: 'failed' });
    expect(await open(account)).toMatchObject({ failures: 1 });
    await server.sql('UPDATE topics SET failures = 2');
    await run({ account_ids: [account.id] });
    const rejected = await waitFor(async () => (await topicsOf(account, '&status=rejected'))[0], { what: 'the topic to be rejected' });
    expect(rejected).toMatchObject({ failures: 3, reason: expect.stringContaining('3 times') });
  });
});
