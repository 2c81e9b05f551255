import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { ExampleSeeder } from '../../src/content/example/example-seeder.ts';
import { AgentTaskHandler } from '../../src/tasks/definitions/agent-task.handler.ts';
import { TestAgent } from '../agents/agent-client.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { ContentClient } from './content-client.ts';
import { cookieOf, PeopleClient, SAME_ORIGIN } from './people-client.ts';
import { SampleTasks } from './sample-tasks.ts';
import { waitFor } from '../support/wait-for.ts';

interface Parameter {
  name: string;
  in: string;
  example?: string;
}
interface Operation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { example?: object }> };
}
const SOURCES = [{ type: 'file', location: 'docs/architecture.md' }];

/** The values that a user fills in before "Execute": ids of the path, the token of an agent, a cookie, members that are secret. */
interface FilledIn {
  ids?: Record<string, string>;
  token?: string;
  cookie?: string;
  body?: object;
}

const { paths } = JSON.parse(readFileSync('openapi.json', 'utf8')) as { paths: Record<string, Record<string, Operation>> };
const OPERATIONS = Object.entries(paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ method: method.toUpperCase(), path, ...operation })),
);
/** Its caller signs each message with the time; test/content/creator-callbacks.e2e-spec.ts sends it. */
const SIGNED = 'creatorCallbacks_accept';
const WITH_BODY = OPERATIONS.filter(({ operationId, requestBody }) => operationId !== SIGNED && requestBody?.content['application/json']);
/** Without a body, but with a parameter that has an example. */
const WITH_PARAMETERS = OPERATIONS.filter(
  ({ requestBody, parameters = [] }) => !requestBody && parameters.some(({ example }) => example !== undefined),
);

let server: TestApplication;
let made = 0;

beforeAll(async () => {
  const transcribe = {
    name: 'transcribe',
    runBy: 'agents',
    capabilities: ['audio'],
    handle: () => new AgentTaskHandler().handle(),
  } as const;
  server = await startApplication({ handlers: [...new SampleTasks().handlers, transcribe], settings: { SOURCE_ROOTS: '.' } });
  await server.app.get(ExampleSeeder).seed();
});
afterAll(() => server.close());

async function agent(): Promise<TestAgent> {
  made += 1;
  return TestAgent.register(server.http, { name: `test-${made}`, capabilities: ['audio'] });
}

/** An agent with a leased task at its first epoch. */
async function leased(start: boolean): Promise<FilledIn> {
  const owner = await agent();
  await server.http('DELETE', '/tasks/executions/cancel/by-task-names', { taskNames: ['transcribe'] }); // released tasks are at epoch 2
  await server.http('POST', '/tasks/transcribe/execute/api', {});
  const [lease] = await owner.lease(1, 10_000);
  if (!lease) throw new Error('nothing was leased');
  if (start) await owner.say(lease, 'start');
  return { ids: { agentId: owner.id, taskId: lease.taskId }, token: owner.token };
}

async function failedExecution(): Promise<string> {
  const { executionId } = (await server.http<{ executionId: string }>('POST', '/tasks/broken-sync/execute/api', {})).body;
  const status = async () => (await server.http<{ status: string }>('GET', `/executions/${executionId}`)).body.status;
  await waitFor(async () => (await status()) === 'failed', { what: 'the execution to fail' });
  return executionId;
}

async function schedule(): Promise<string> {
  made += 1;
  const body = {
    name: `test-${made}`,
    taskName: 'task-cleanup',
    params: { olderThan: 'P3650D' },
    trigger: { type: 'cron', expression: '0 9 * * *' },
  };
  return (await server.http<{ id: string }>('POST', '/schedules', body)).body.id;
}

const started = (): Promise<FilledIn> => leased(true);
const ofAgent = async (): Promise<FilledIn> => {
  const { id, token } = await agent();
  return { ids: { agentId: id }, token };
};

/** A digest that waits for a review, or what a decision makes of it. */
async function waitingContent(decision?: 'return' | 'reject'): Promise<FilledIn> {
  made += 1;
  const client = new ContentClient(server.http);
  const { id: accountId } = await client.createAccount({ name: `of the content ${made}`, sources: SOURCES, review: { mode: 'manual' } });
  const { id } = await client.generate({ accountId, keywords: ['lease'] });
  if (decision) await server.http('POST', `/contents/${id}/${decision}`, { reasons: ['style'] }, { 'if-match': '"v1"' });
  return { ids: { id } };
}

/** An account with a channel, whose publishing is paused. */
async function withChannel(): Promise<{ id: string; channelId: string }> {
  made += 1;
  const client = new ContentClient(server.http);
  const { id } = await client.createAccount({ name: `with a channel ${made}`, sources: SOURCES, publishingPaused: true });
  const channel = { name: 'files', kind: 'file', config: { mode: 'publish', folder: `test-${made}` } };
  const { body } = await server.http<{ id: string }>('POST', `/accounts/${id}/channels`, channel);
  return { id, channelId: body.id };
}

/** An entry of the publish pool, moved through these transitions. */
async function poolEntry(...transitions: [transition: string, status: string][]): Promise<FilledIn> {
  const { id: accountId } = await withChannel();
  const { id: contentId } = await new ContentClient(server.http).generate({ accountId, keywords: ['lease'] });
  const { body } = await server.http<{ items: { id: string; channelId: string }[] }>('POST', `/contents/${contentId}/publish`, {});
  const [entry] = body.items;
  if (!entry) throw new Error(`no entry: ${JSON.stringify(body)}`);
  for (const [transition, status] of transitions) {
    const set = 'status = $2, transition = $3, revision = revision + 1';
    await server.sql(`UPDATE pool_entries SET ${set} WHERE id = $1`, [entry.id, status, transition]);
  }
  await server.sql(
    `INSERT INTO publish_intents (id, entry_id, content_id, channel_id, content_version, package, package_hash, sent_at)
     SELECT $1, $1, $2, $3, 1, '{}', 'x', now()`,
    [entry.id, contentId, entry.channelId],
  );
  return { ids: { id: entry.id } };
}

async function topic(status = 'open'): Promise<FilledIn> {
  made += 1;
  const { id: accountId } = await new ContentClient(server.http).createAccount({ name: `with a topic ${made}` });
  const { body } = await server.http<{ id: string }>('POST', '/topics', { accountId, title: `What happened in week ${made}` });
  await server.sql('UPDATE topics SET status = $2 WHERE id = $1', [body.id, status]);
  return { ids: { id: body.id } };
}

async function webhook(): Promise<FilledIn> {
  made += 1;
  const body = { name: `test-${made}`, url: 'https://hooks.example.org/contenthub' };
  return { ids: { id: (await server.http<{ id: string }>('POST', '/webhooks', body)).body.id } };
}

async function alert(status: 'firing' | 'silenced'): Promise<FilledIn> {
  made += 1;
  const rule = { name: `test-${made}`, metric: 'backlog', comparison: 'at_least', threshold: 0 };
  const { id: ruleId } = (await server.http<{ id: string }>('POST', '/alert-rules', rule)).body;
  const [row] = await server.sql<{ id: string }>(
    `INSERT INTO alerts (id, rule_id, series, status, severity, comparison, threshold, value, started_at, fired_at, reason, actor, updated_at)
     VALUES (gen_random_uuid(), $1, '{}', 'firing', 'warning', 'above', 1, 2, now(), now(), 'test', 'test', now()) RETURNING id`,
    [ruleId],
  );
  if (status === 'silenced') await server.http('POST', `/alerts/${row?.id}/silence`, { seconds: 60 });
  return { ids: { id: row?.id ?? '' } };
}

/** The password in the examples. */
const PASSWORD = 'the password of the link';
const aUser = async (): Promise<FilledIn> => ({ ids: { userId: (await new PeopleClient(server).create()).id } });

async function withLink(): Promise<FilledIn> {
  const people = new PeopleClient(server);
  return { body: { link: await people.link((await people.create()).id) } };
}

/** A user who signs in by password. */
async function withPassword(): Promise<FilledIn> {
  const people = new PeopleClient(server);
  const { id, username } = await people.create();
  return { cookie: cookieOf(await people.setPassword(await people.link(id), PASSWORD)), body: { username } };
}

const FILL_IN: Record<string, () => Promise<FilledIn>> = {
  accounts_update: async () => ({ ids: { id: (await new ContentClient(server.http).createAccount()).id } }),
  contents_update: () => waitingContent(),
  contents_submit: () => waitingContent('return'),
  contents_undo: () => waitingContent('return'),
  views_replace: async () => ({
    ids: { id: (await server.http<{ id: string }>('POST', '/views', { page: 'executions', name: `test-${made++}`, query: '' })).body.id },
  }),
  contents_approve: () => waitingContent(),
  contents_return: () => waitingContent(),
  contents_reject: () => waitingContent(),
  contents_rewrite: () => waitingContent('return'),
  contents_reopen: () => waitingContent('reject'),
  contents_addNote: () => waitingContent(),
  contents_publish: async () => {
    const { id: accountId } = await withChannel();
    return { ids: { id: (await new ContentClient(server.http).generate({ accountId, keywords: ['lease'] })).id } };
  },
  alerts_acknowledge: () => alert('firing'),
  alerts_silence: () => alert('firing'),
  alerts_unsilence: () => alert('silenced'),
  alertRules_update: async () => {
    const rule = { name: `test-${(made += 1)}`, metric: 'backlog', threshold: 1 };
    return { ids: { id: (await server.http<{ id: string }>('POST', '/alert-rules', rule)).body.id } };
  },
  alertChannels_update: async () => {
    const channel = { name: `test ${(made += 1)}`, kind: 'slack', url: 'https://hooks.example.org/x' };
    return { ids: { id: (await server.http<{ id: string }>('POST', '/alert-channels', channel)).body.id } };
  },
  budgets_update: async () => {
    const budget = { name: 'daily', period: 'day', amountMicros: 1, currency: 'USD', enabled: false };
    return { ids: { id: (await server.http<{ id: string }>('POST', '/budgets', budget)).body.id } };
  },
  webhooks_update: webhook,
  webhooks_rotate: webhook,
  topics_update: () => topic(),
  topics_reject: () => topic(),
  topics_restore: () => topic('rejected'),
  prompts_put: async () => ({ ids: { id: (await withChannel()).id } }),
  accountChannels_create: async () => ({ ids: { id: (await withChannel()).id } }),
  accountChannels_update: async () => ({ ids: { ...(await withChannel()) } }),
  pool_move: () => poolEntry(),
  pool_publishNow: () => poolEntry(),
  pool_pull: () => poolEntry(),
  pool_restore: () => poolEntry(['pull', 'pulled']),
  pool_retry: () => poolEntry(['begin', 'publishing'], ['fail', 'failed']),
  pool_settle: () => poolEntry(['begin', 'publishing'], ['lose', 'outcome_unknown']),
  users_update: aUser,
  users_createLink: aUser,
  session_signIn: withPassword,
  session_setPassword: withLink,
  session_changePassword: async () => ({ cookie: (await withPassword()).cookie }),
  agents_quarantine: async () => ({ ids: { agentId: (await agent()).id } }),
  agentWork_sendHeartbeat: ofAgent,
  agentWork_lease: ofAgent,
  agentWork_start: () => leased(false),
  agentWork_reportProgress: started,
  agentWork_appendLogs: started,
  agentWork_complete: started,
  agentWork_fail: started,
  agentWork_release: started,
  ...Object.fromEntries(
    ['schedules_update', 'schedules_skipNext', 'schedules_backfill'].map((id) => [id, async () => ({ ids: { id: await schedule() } })]),
  ),
  executions_retry: async () => ({ ids: { executionId: await failedExecution() } }),
};

async function send({ method, path, operationId, parameters = [], requestBody }: (typeof OPERATIONS)[number]): Promise<number> {
  const { ids = {}, token = server.key, cookie, body } = (await FILL_IN[operationId]?.()) ?? {};
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = ids[name] ?? parameters.find((parameter) => parameter.name === name)?.example;
    if (value === undefined) throw new Error(`${operationId}: what is {${name}}?`);
    return encodeURIComponent(value);
  });
  const headers = parameters.filter((parameter) => parameter.in === 'header' && parameter.example !== undefined);
  const example = requestBody?.content['application/json']?.example;
  const answer = await server.http(method, filled, body === undefined ? example : { ...example, ...body }, {
    ...(cookie === undefined ? { authorization: `Bearer ${token}` } : { authorization: undefined, cookie, ...SAME_ORIGIN }),
    ...Object.fromEntries(headers.map(({ name, example }) => [name, example])),
  });
  if (answer.status >= 300) throw new Error(`${answer.status} ${answer.text}`);
  return answer.status;
}

describe('the initial values of Swagger’s “Try it out”', () => {
  it.each(WITH_BODY.map((operation) => [operation.operationId, operation] as const))(
    '%s has a body that succeeds',
    async (_id, operation) => {
      expect(operation.requestBody?.content['application/json']?.example).toBeDefined();
      expect([200, 201, 202, 204]).toContain(await send(operation));
    },
  );

  it.each(WITH_PARAMETERS.map((operation) => [operation.operationId, operation] as const))('%s succeeds', async (_id, operation) => {
    expect(await send(operation)).toBe(200);
  });

  it('covers every operation with a body', () => {
    expect(WITH_BODY.length).toBeGreaterThan(20);
    expect(WITH_PARAMETERS.map(({ operationId }) => operationId)).toEqual(expect.arrayContaining(['queues_pause', 'tasks_listExecutions']));
  });
});
