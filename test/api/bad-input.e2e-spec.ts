import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccountView } from '../../src/content/accounts/account.dto.ts';
import { encodeCursor } from '../../src/platform/http/paging.ts';
import type { ProblemBody } from '../../src/platform/http/problem.ts';
import { type Answer, startApplication, type TestApplication } from '../support/application.ts';
import { SampleTasks } from './sample-tasks.ts';

/** A request that must be rejected, and what the answer must contain. */
interface Refusal {
  method?: string;
  path: string;
  /** A string is sent unchanged. */
  body?: unknown;
  headers?: Record<string, string>;
  status: number;
  code: string;
  pointer?: string;
  /** Words that the detail must contain. */
  hint?: string;
}

type Refusals = Record<string, Refusal>;

const RUN = '/tasks/user-space-sync/execute/manual';
const UNKNOWN_ID = '01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f';
let server: TestApplication;
let account: AccountView;

beforeAll(async () => {
  server = await startApplication({ handlers: new SampleTasks().handlers });
  account = await create('taken');
  const { id } = await create('put-away');
  await server.http('DELETE', `/accounts/${id}`);
  const task = { accountId: account.id, topic: 'x', taskId: 'taken', runAt: '2999-01-01T00:00:00Z' };
  await server.http('POST', '/content-tasks', task);
});
afterAll(() => server.close());

async function create(name: string): Promise<AccountView> {
  return (await server.http<AccountView>('POST', '/accounts', { name, platform: 'blog' })).body;
}

async function stored(): Promise<unknown> {
  return server.sql(`SELECT (SELECT count(*) FROM tasks) AS tasks, (SELECT count(*) FROM accounts) AS accounts,
    (SELECT sum(version) FROM accounts) AS versions, (SELECT count(*) FROM content_generation) AS generations`);
}

function problemOf({ path, status, code, pointer, hint = '' }: Refusal, { headers }: Answer<ProblemBody>): object {
  const pointers = pointer === undefined ? [] : [pointer];
  return {
    type: `urn:contenthub:problem:${code}`,
    title: expect.stringMatching(/^[A-Z].*[.]$/s),
    status,
    detail: expect.stringContaining(hint),
    instance: path.split('?', 1)[0],
    code,
    traceId: headers.get('x-request-id'),
    retryable: false,
    errors: expect.arrayContaining(pointers.map((wanted) => expect.objectContaining({ pointer: wanted }))),
  };
}

const NAMES: Refusals = {
  'an unknown task': {
    path: '/tasks/feishu-snyc/execute/manual',
    body: {},
    status: 404,
    code: 'unknown_task',
    hint: 'Did you mean "feishu-sync"?',
  },
  'a task like none': { path: '/tasks/zzzzzzzzzzz/execute/api', body: {}, status: 404, code: 'unknown_task', hint: 'GET /tasks lists all' },
  'an unknown member of the body': {
    path: RUN,
    body: { prams: {} },
    status: 422,
    code: 'invalid_body',
    pointer: '/prams',
    hint: 'did you mean ‘params’?',
  },
  'an unknown member of the params': {
    path: RUN,
    body: { params: { spce: 'x' } },
    status: 422,
    code: 'invalid_params',
    pointer: '/params/spce',
    hint: 'did you mean ‘space’?',
  },
  'an unknown member of an account': {
    path: '/accounts',
    body: { name: 'x', platform: 'x', langauge: 'en' },
    status: 422,
    code: 'invalid_body',
    hint: '‘language’',
  },
  'a member the server sets': {
    path: '/accounts',
    body: { name: 'x', platform: 'x', version: 7 },
    status: 422,
    code: 'invalid_body',
    pointer: '/version',
  },
  'an unknown query parameter': {
    method: 'GET',
    path: '/executions?statuss=failed',
    status: 400,
    code: 'invalid_query',
    pointer: '/statuss',
    hint: '‘status’',
  },
  'an unknown route': { method: 'GET', path: '/task', status: 404, code: 'route_not_found', hint: '/openapi.json' },
  'a method the route has not': { method: 'PUT', path: '/accounts', body: {}, status: 404, code: 'route_not_found' },
};

const BODIES: Refusals = {
  'none where one is needed': { path: '/accounts', status: 422, code: 'invalid_body', pointer: '/name', hint: 'name is required' },
  'an empty one': { path: '/accounts', body: '', status: 422, code: 'invalid_body', pointer: '/platform' },
  'an array': { path: RUN, body: [], status: 422, code: 'invalid_body', pointer: '', hint: 'must be a JSON object' },
  'a text': { path: '/content-tasks', body: '"x"', status: 422, code: 'invalid_body', hint: 'must be a JSON object' },
  'no JSON': { path: RUN, body: '{"params":', status: 400, code: 'invalid_json' },
  'another content type': {
    path: RUN,
    body: '{}',
    headers: { 'content-type': 'text/plain' },
    status: 415,
    code: 'unsupported_media_type',
    hint: 'application/json',
  },
  'a form': {
    path: RUN,
    body: 'a=1',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    status: 415,
    code: 'unsupported_media_type',
  },
  'a megabyte': { path: RUN, body: { params: { space: 'x'.repeat(1_048_576) } }, status: 413, code: 'body_too_large' },
  '20,000 levels': { path: RUN, body: `{"params":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`, status: 400, code: 'too_deep' },
  '2,000 members': { path: RUN, body: { params: { space: Array(2_000).fill(1) } }, status: 400, code: 'too_many_keys' },
  'a member given twice': {
    path: RUN,
    body: '{"params":{"space":"a","space":"b"}}',
    status: 400,
    code: 'duplicate_key',
    pointer: '/params/space',
  },
  'a number beyond a double': {
    path: RUN,
    body: '{"params":{"depth":1e400}}',
    status: 400,
    code: 'number_out_of_range',
    pointer: '/params/depth',
  },
  __proto__: {
    path: RUN,
    body: '{"params":{"__proto__":{"isAdmin":true}}}',
    status: 400,
    code: 'forbidden_key',
    pointer: '/params/__proto__',
  },
  'constructor.prototype': {
    path: RUN,
    body: '{"params":{"constructor":{"prototype":{"isAdmin":true}}}}',
    status: 400,
    code: 'forbidden_key',
  },
  'NUL in params': { path: RUN, body: '{"params":{"space":"a\\u0000b"}}', status: 422, code: 'nul_character', pointer: '/params/space' },
  'NUL in a name': { path: '/accounts', body: '{"name":"a\\u0000b","platform":"x"}', status: 422, code: 'nul_character', pointer: '/name' },
  'half a surrogate pair': {
    path: '/content-tasks',
    body: '{"account":"taken","topic":"\\ud83d"}',
    status: 422,
    code: 'lone_surrogate',
    pointer: '/topic',
  },
  'NUL in the query': { method: 'GET', path: '/executions?taskName=a%00b', status: 422, code: 'nul_character' },
};

const refusedRun = (body: object, pointer: string, code = 'invalid_body'): Refusal => ({ path: RUN, body, status: 422, code, pointer });
const SUBMISSIONS: Refusals = {
  'params that are a list': refusedRun({ params: [] }, '/params'),
  'params that are a text': refusedRun({ params: 'x' }, '/params'),
  'params that are null': refusedRun({ params: null }, '/params'),
  'params of another type': refusedRun({ params: { depth: '3' } }, '/params/depth', 'invalid_params'),
  'params out of range': refusedRun({ params: { depth: 0 } }, '/params/depth', 'invalid_params'),
  'priority 0': refusedRun({ priority: 0 }, '/priority'),
  'priority 11': refusedRun({ priority: 11 }, '/priority'),
  'priority 1.5': refusedRun({ priority: 1.5 }, '/priority'),
  'priority "5"': refusedRun({ priority: '5' }, '/priority'),
  'priority "asap"': { ...refusedRun({ priority: 'asap' }, '/priority'), hint: 'low, medium, high, urgent' },
  'priority "toString"': refusedRun({ priority: 'toString' }, '/priority'),
  'priority null': refusedRun({ priority: null }, '/priority'),
  'runAt "tomorrow"': refusedRun({ runAt: 'tomorrow' }, '/runAt'),
  'runAt without an offset': { ...refusedRun({ runAt: '2999-01-01T00:00:00' }, '/runAt'), hint: 'with an offset' },
  'runAt on 30 February': refusedRun({ runAt: '2999-02-30T00:00:00Z' }, '/runAt'),
  'runAt as a week': refusedRun({ runAt: '2999-W05-1' }, '/runAt'),
  'runAt as a number': refusedRun({ runAt: 1_795_392_000_000 }, '/runAt'),
  'runAt null': refusedRun({ runAt: null }, '/runAt'),
  'an idempotency key of 256 characters': {
    path: RUN,
    body: {},
    headers: { 'idempotency-key': 'x'.repeat(256) },
    status: 400,
    code: 'invalid_idempotency_key',
    pointer: '/Idempotency-Key',
  },
  'an idempotency key of 12 kB': {
    path: RUN,
    body: {},
    headers: { 'idempotency-key': 'x'.repeat(12_000) },
    status: 400,
    code: 'invalid_idempotency_key',
  },
  'no ids to cancel': {
    method: 'DELETE',
    path: '/tasks/executions/cancel/by-ids',
    body: {},
    status: 422,
    code: 'invalid_body',
    pointer: '/executionIds',
    hint: 'required',
  },
  'ids that are a text': {
    method: 'DELETE',
    path: '/tasks/executions/cancel/by-ids',
    body: { executionIds: UNKNOWN_ID },
    status: 422,
    code: 'invalid_body',
    pointer: '/executionIds',
  },
};

const refusedList = (query: string, code = 'invalid_query', pointer = '/limit'): Refusal => ({
  method: 'GET',
  path: `/executions?${query}`,
  status: 400,
  code,
  pointer,
});
const cursor = encodeCursor(['executions', UNKNOWN_ID]);
const LISTS: Refusals = {
  'limit 0': refusedList('limit=0'),
  'limit 201': refusedList('limit=201'),
  'limit 1e9': refusedList('limit=1e9'),
  'limit -1': refusedList('limit=-1'),
  'two limits': refusedList('limit=1&limit=2'),
  'a cursor of garbage': refusedList('cursor=garbage', 'invalid_cursor', '/cursor'),
  'a cursor of another list': {
    ...refusedList(`cursor=${encodeCursor(['accounts', UNKNOWN_ID])}`, 'invalid_cursor', '/cursor'),
    hint: 'Leave it out',
  },
  'this list’s cursor for another': { ...refusedList('', 'invalid_cursor', '/cursor'), path: `/accounts?cursor=${cursor}` },
  'a cursor cut short': refusedList(`cursor=${cursor.slice(0, -1)}`, 'invalid_cursor', '/cursor'),
  'a cursor with one character changed': refusedList(`cursor=${cursor.slice(0, 3)}A${cursor.slice(4)}`, 'invalid_cursor', '/cursor'),
  'a cursor of no id': refusedList(`cursor=${encodeCursor(['executions', "' OR 1=1"])}`, 'invalid_cursor', '/cursor'),
  'a cursor of 2 kB': refusedList(`cursor=${'x'.repeat(2_000)}`, 'invalid_query', '/cursor'),
  'a status that is none': { ...refusedList('status=done', 'invalid_query', '/status'), hint: 'pending, submitted, running' },
  'a week as since': refusedList('since=2026-W05-1', 'invalid_query', '/since'),
  'an account that is no UUID': { ...refusedList('', 'invalid_query', '/accountId'), path: '/contents?accountId=7' },
  'a log position below 0': { ...refusedList('', 'invalid_query', '/after'), path: `/executions/${UNKNOWN_ID}/logs?after=-1` },
};

const missing = (path: string, code: string, method = 'GET'): Refusal => ({ method, path, status: 404, code });
const PATHS: Refusals = {
  'an execution that is no UUID': missing('/executions/7', 'execution_not_found'),
  'an unknown execution': missing(`/executions/${UNKNOWN_ID}`, 'execution_not_found'),
  'its logs': missing('/executions/7/logs', 'execution_not_found'),
  'its audit': missing('/executions/7/audit', 'execution_not_found'),
  'a running execution': missing('/tasks/running/execution/7', 'execution_not_found'),
  'an account': missing('/accounts/7', 'account_not_found'),
  'an account to archive': missing(`/accounts/${UNKNOWN_ID}`, 'account_not_found', 'DELETE'),
  'a content': missing("/contents/'%20OR%201=1", 'content_not_found'),
  'a cover': missing(`/contents/${UNKNOWN_ID}/cover.svg`, 'content_not_found'),
  'a content task': missing('/content-tasks/7', 'content_task_not_found'),
  'a content task to cancel': missing(`/content-tasks/${UNKNOWN_ID}`, 'content_task_not_found', 'DELETE'),
  'a segment of 300 characters': { method: 'GET', path: `/accounts/${'x'.repeat(300)}`, status: 414, code: 'path_too_long' },
  'a broken escape': { method: 'GET', path: '/accounts/%zz', status: 400, code: 'invalid_url' },
};

const refusedAccount = (changes: object, pointer: string): Refusal => ({
  path: '/accounts',
  body: { name: 'new', platform: 'blog', ...changes },
  status: 422,
  code: 'invalid_body',
  pointer,
});
const ACCOUNTS: Refusals = {
  'a name of spaces': { ...refusedAccount({ name: ' ' }, '/name'), hint: 'name must not be blank' },
  'a name that is a number': { ...refusedAccount({ name: 5 }, '/name'), hint: 'name must be a string' },
  'an unsupported language': { ...refusedAccount({ language: 'fr' }, '/language'), hint: 'zh, en' },
  'a language of null': refusedAccount({ language: null }, '/language'),
  'a voice of null': refusedAccount({ voice: null }, '/voice'),
  'a voice with an unknown wish': refusedAccount({ voice: { tone: 'calm', volume: 3 } }, '/voice/volume'),
  'sections of null': refusedAccount({ sections: [null] }, '/sections/0'),
  'sources that are numbers': refusedAccount({ sources: [5] }, '/sources/0'),
  'notes without a text': { ...refusedAccount({ sources: [{ type: 'notes' }] }, '/sources/0/text'), hint: 'text is required' },
  'a feed without an address': refusedAccount({ sources: [{ type: 'rss' }] }, '/sources/0/location'),
  'a time zone that is none': refusedAccount({ timeZone: 'Mars/Olympus' }, '/timeZone'),
  'a name that is taken': {
    path: '/accounts',
    body: { name: 'taken', platform: 'x' },
    status: 409,
    code: 'account_name_taken',
    pointer: '/name',
  },
};

const CONTENT_TASKS: Refusals = {
  'no account': { path: '/content-tasks', body: { topic: 'x' }, status: 422, code: 'account_required', pointer: '/accountId' },
  'an account named twice': {
    path: '/content-tasks',
    body: { account: 'taken', accountId: UNKNOWN_ID, topic: 'x' },
    status: 422,
    code: 'account_named_twice',
  },
  'an unknown account': {
    path: '/content-tasks',
    body: { account: 'nobody', topic: 'x' },
    status: 422,
    code: 'account_not_found',
    pointer: '/account',
  },
  'the id of no account': {
    path: '/content-tasks',
    body: { accountId: UNKNOWN_ID, topic: 'x' },
    status: 422,
    code: 'account_not_found',
    pointer: '/accountId',
  },
  'the same as a named task': {
    path: '/tasks/content-generation/execute/api',
    body: { params: { accountId: UNKNOWN_ID } },
    status: 422,
    code: 'account_not_found',
  },
  'an archived account': {
    path: '/content-tasks',
    body: { account: 'put-away', topic: 'x' },
    status: 422,
    code: 'account_not_active',
    pointer: '/accountId',
  },
  'a task id that is taken': {
    path: '/content-tasks',
    body: { account: 'taken', topic: 'x', taskId: 'taken' },
    status: 409,
    code: 'task_id_taken',
    pointer: '/taskId',
  },
  'a task id with a slash': {
    path: '/content-tasks',
    body: { account: 'taken', topic: 'x', taskId: 'a/b' },
    status: 422,
    code: 'invalid_body',
    pointer: '/taskId',
  },
  'a topic of spaces': {
    path: '/content-tasks',
    body: { account: 'taken', topic: '  ' },
    status: 422,
    code: 'invalid_body',
    pointer: '/topic',
  },
  'autoApprove null': {
    path: '/content-tasks',
    body: { account: 'taken', topic: 'x', autoApprove: null },
    status: 422,
    code: 'invalid_body',
    pointer: '/autoApprove',
  },
  'a priority out of range': {
    path: '/content-tasks',
    body: { account: 'taken', topic: 'x', priority: 11 },
    status: 422,
    code: 'invalid_body',
    pointer: '/priority',
  },
};

const refusedChange = (tag: string | undefined, body: object, status: number, code: string): Refusal => ({
  method: 'PATCH',
  path: '/accounts/{taken}',
  body,
  headers: tag === undefined ? {} : { 'if-match': tag },
  status,
  code,
});
const CHANGES: Refusals = {
  'without If-Match': refusedChange(undefined, { owner: 'x' }, 428, 'if_match_required'),
  'of an old version': refusedChange('"v0"', { owner: 'x' }, 412, 'version_changed'),
  'with a weak tag': refusedChange('W/"v1"', { owner: 'x' }, 412, 'version_changed'),
  'with no tag': refusedChange('v1', { owner: 'x' }, 400, 'invalid_if_match'),
  'to a name of null': refusedChange('"v1"', { name: null }, 422, 'invalid_body'),
  'to a status that is none': refusedChange('"v1"', { status: 'gone' }, 422, 'invalid_body'),
  'to a name that is taken': refusedChange('"v1"', { name: 'put-away' }, 409, 'account_name_taken'),
};

describe.each(Object.entries({ NAMES, BODIES, SUBMISSIONS, LISTS, PATHS, ACCOUNTS, CONTENT_TASKS, CHANGES }))(
  'bad input: %s',
  (_group, refusals) => {
    it.each(Object.entries(refusals))('%s', async (_name, refusal) => {
      const before = await stored();
      const path = refusal.path.replace('{taken}', account.id);
      const { method = 'POST', body, headers, status } = refusal;
      const answer = await server.http<ProblemBody>(method, path, body, headers);
      expect(answer.body).toEqual(problemOf({ ...refusal, path }, answer));
      expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json; charset=utf-8']);
      expect(await stored()).toEqual(before);
    });
  },
);
