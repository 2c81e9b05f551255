import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccountView } from '../../src/content/accounts/account.view.ts';
import type { ProblemBody } from '../../src/platform/http/problem.ts';
import { type Answer, startApplication, type TestApplication } from '../support/application.ts';
import type { Refusal } from './refusal.ts';
import { ACCOUNTS, CHANGES, CONTENT_TASKS } from './refused-content-requests.ts';
import { BODIES, LISTS, NAMES, PATHS, SUBMISSIONS } from './refused-task-requests.ts';
import { SampleTasks } from './sample-tasks.ts';

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
