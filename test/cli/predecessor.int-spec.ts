import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { runCli } from './run-cli.ts';
import { EXECUTION_ID, execution } from './samples.ts';
import { StubServer } from './stub-server.ts';

let server: StubServer;
beforeEach(async () => {
  server = await new StubServer().start();
});
afterEach(() => server.stop());

it('status prints JSON, and nothing else', async () => {
  server.on(`GET /executions/${EXECUTION_ID}`, { body: execution() });
  const env = { APP_SERVER: server.url, APP_TOKEN: 'key' };
  for (const command of [['task', 'status'], ['task-status']]) {
    const { code, stdout, stderr } = await runCli([...command, EXECUTION_ID, '-o', 'json'], { env });
    expect([code, JSON.parse(stdout), stderr]).toEqual([0, execution(), '']);
  }
});
