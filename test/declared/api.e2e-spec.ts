import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ReactClient } from '../api/react-client.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { json, startStubService, status } from './stub-service.ts';
import { exampleFor, removeTasksFiles, tasksFile } from './tasks-file.ts';

let stub: Awaited<ReturnType<typeof startStubService>>;
let server: TestApplication;
beforeAll(async () => {
  stub = await startStubService();
  const settings = {
    TASKS_FILE: tasksFile(exampleFor(stub.url)),
    EGRESS_ALLOW_PRIVATE: stub.host,
    SPACE_API_TOKEN: 'canary-token',
    FEISHU_BOT_HOOK: 'canary-hook',
  };
  server = await startApplication({ settings });
});
afterAll(async () => {
  await server.close();
  await stub.close();
  removeTasksFiles();
});

describe('declared tasks over HTTP', () => {
  it('are in the catalogue with their params, without their secrets', async () => {
    const { body, text } = await server.http<{ items: { name: string }[] }>('GET', '/tasks');
    expect(body.items.find(({ name }) => name === 'user-space-sync')).toEqual({
      name: 'user-space-sync',
      description: expect.stringContaining('拉取一个空间的成员列表'),
      queue: 'default',
      timeoutMs: 20_000,
      maxAttempts: 5,
      paramsSchema: {
        type: 'object',
        properties: {
          space: { type: 'string', maxLength: 64 },
          since: { type: 'string', maxLength: 30 },
          limit: { type: 'number', default: 200 },
        },
        required: ['space'],
        additionalProperties: false,
      },
    });
    expect(text).not.toContain('canary');
  });

  it('reject wrong params with 422 and pointers', async () => {
    const answer = await server.http('POST', '/tasks/user-space-sync/execute/manual', { params: { space: 'x'.repeat(65), limt: 5 } });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({
      code: 'invalid_params',
      errors: [
        { pointer: '/params/limt', code: 'unknown_member' },
        { pointer: '/params/space', code: 'max_length' },
      ],
    });
  });

  it('complete for the client of the guide', async () => {
    stub.answer(status(503), json({ members: [1, 2, 3] }));
    const client = new ReactClient(server.url, server.key);
    const { executionId } = await client.executeTask('user-space-sync', { space: 'docs' });
    const end = await client.follow(executionId, 50, () => undefined);
    expect(end.status).toBe('completed');
    const messages = end.logs.map(({ message }) => message);
    const address = `GET ${stub.url}/api/v1/spaces/docs/members?limit=200`;
    expect(messages).toContain(`Attempt 1 failed and is retried: ${address} answered 503`);
    expect(messages).toContainEqual(expect.stringMatching(/members\?limit=200 answered 200 in \d+ ms$/));
    expect((await server.http('GET', `/executions/${executionId}`)).body).toMatchObject({ result: [1, 2, 3] });
  });

  it('fail for the client of the guide with a reason, and never with a secret', async () => {
    stub.answer(status(404));
    const client = new ReactClient(server.url, server.key);
    const { executionId } = await client.executeTask('feishu-sync');
    const end = await client.follow(executionId, 50, () => undefined);
    expect(end.status).toBe('failed');
    expect(stub.received[0]?.url).toBe('/open-apis/bot/v2/hook/canary-hook');
    const { text } = await server.http('GET', `/executions/${executionId}`);
    expect(text).toContain('/hook/FEISHU_BOT_HOOK answered 404');
    expect(text + JSON.stringify(end)).not.toContain('canary');
  });
});
