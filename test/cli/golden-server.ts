import { afterAll, beforeAll } from '@jest/globals';
import { ACCOUNT_ID, CONTENT, EXECUTION_ID, execution } from './samples.ts';
import { problem, StubServer } from './stub-server.ts';

/** The commands whose answers are golden, by the name of the file. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  help: ['--help'],
  'help-content': ['content', '--help'],
  'help-content-generate': ['content', 'generate', '--help'],
  'help-task-list': ['task', 'list', '--help'],
  'content-list': ['content', 'list', '--utc'],
  'task-list': ['task', 'list', '--utc', '--limit', '2'],
  'task-status': ['task', 'status', EXECUTION_ID, '--utc'],
  'account-list': ['account', 'list'],
  'unknown-command': ['contant', 'list'],
  refused: ['content', 'generate', '--account', '技术周刊', '--topic', 'x', '--async'],
};

/** A server with answers that include Chinese text, for the time of a spec file. */
export function useGoldenServer() {
  let server: StubServer;
  let env: Record<string, string>;
  beforeAll(async () => {
    server = await new StubServer().start();
    env = { CONTENTHUB_URL: server.url, CONTENTHUB_KEY: 'key', NO_COLOR: '1' };
    const long = '数据库日志入门：从写前日志到检查点，一篇讲清楚 WAL 的来龙去脉';
    const items = [
      { ...CONTENT, title: long },
      { ...CONTENT, id: ACCOUNT_ID, title: 'How a lease is renewed, and what happens when it is not', kind: 'brief', qualityScore: null },
    ];
    const error = { class: 'permanent', code: 'insufficient_material', message: '来源没有谈到“潮汐”，无法引用任何句子' };
    server.on('GET /contents', { body: { items, nextCursor: null } });
    server.on('GET /executions', {
      body: { items: [execution(), execution({ status: 'failed', progress: null, step: null, error })], nextCursor: 'c' },
    });
    server.on(`GET /executions/${EXECUTION_ID}`, { body: execution({ status: 'failed', error }) });
    const accounts = [{ id: ACCOUNT_ID, name: '技术周刊', platform: 'wechat', status: 'active', language: 'zh' }];
    server.on('GET /accounts', { body: { items: accounts, nextCursor: null } });
    const task = {
      taskId: 'monday-1',
      topic: long,
      status: 'running',
      phase: null,
      createdAt: '2026-11-23T01:00:12.000Z',
      errorMessage: null,
      keywords: [],
    };
    server.on('GET /content-tasks', { body: { items: [task], nextCursor: null } });
    const errors = [{ pointer: '/topic', code: 'max_length', detail: '主题最多 300 个字符' }];
    server.on('POST /content-tasks', problem(422, 'invalid_body', '请求无效', { errors }));
  });
  afterAll(() => server.stop());
  return {
    commands: COMMANDS,
    get env(): Readonly<Record<string, string>> {
      return env;
    },
    /** Without what differs from run to run. */
    withoutChance: (text: string): string =>
      text.replaceAll(server.url, 'http://server').replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?!Z)/g, 'local time'),
  };
}
