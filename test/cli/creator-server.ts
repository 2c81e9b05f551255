import { afterEach, beforeEach } from '@jest/globals';
import { runContentCreator } from './run-cli.ts';
import { ACCOUNT_ID, CONTENT, CONTENT_ID, EXECUTION_ID } from './samples.ts';
import { StubServer } from './stub-server.ts';

export const TASK = {
  id: EXECUTION_ID,
  taskId: 'mine-1',
  executionId: EXECUTION_ID,
  accountId: ACCOUNT_ID,
  contentId: null as string | null,
  topic: '数据库日志',
  requirements: '两个例子',
  keywords: ['WAL'],
  tone: null,
  audience: '工程师',
  minWords: 300,
  maxWords: 900,
  status: 'submitted',
  phase: null as string | null,
  progress: null as number | null,
  step: null as string | null,
  priority: 8,
  retryCount: 0,
  errorMessage: null as string | null,
  createdAt: '2026-11-23T01:00:12.000Z',
  startedAt: null as string | null,
  completedAt: null as string | null,
};
export const DONE = {
  ...TASK,
  status: 'completed',
  contentId: CONTENT_ID,
  startedAt: TASK.createdAt,
  completedAt: '2026-11-23T01:00:22.000Z',
};
export const SUBMIT = 'POST /content-tasks';
export const GET_TASK = 'GET /content-tasks/mine-1';
export const account = (fields: object = {}) => ({ id: ACCOUNT_ID, name: 'notes', status: 'active', creator: 'offline', ...fields });

/** For one test file: a server that has one task, and the program that talks to it. */
export function useCreator() {
  const stub = { server: new StubServer(), env: {} as Record<string, string> };
  beforeEach(async () => {
    stub.server = await new StubServer().start();
    stub.env = { CONTENTHUB_URL: stub.server.url, CONTENTHUB_KEY: 'key', CONTENTHUB_ACCOUNT: ACCOUNT_ID };
    stub.server.on(SUBMIT, { status: 202, body: TASK }).on(GET_TASK, { body: TASK });
    stub.server.on(`GET /contents/${CONTENT_ID}`, { body: { ...CONTENT, summary: 's', sources: [] } });
  });
  afterEach(() => stub.server.stop());

  const creator = (...argv: string[]) => runContentCreator(argv, { env: stub.env });
  const json = async (...argv: string[]) => {
    const { code, stdout, stderr } = await creator(...argv, '--json');
    return { code, stderr, value: JSON.parse(stdout) as Record<string, unknown> };
  };
  return { stub, creator, json };
}
