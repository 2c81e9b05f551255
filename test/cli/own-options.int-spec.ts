import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { runCli } from './run-cli.ts';
import { StubServer } from './stub-server.ts';

let server: StubServer;
beforeEach(async () => {
  server = await new StubServer().start();
});
afterEach(() => server.stop());

it.each([[['-o', 'json']], [['--utc', '--columns', 'name']], [['--quiet']]])('a body has no global option: %j', async (options) => {
  server.on('POST /budgets', { status: 201 });
  const create = ['budget', 'create', 'daily', '--amount', '20', '--currency', 'USD', '--period', 'day', ...options];
  const { code } = await runCli(create, { env: { APP_SERVER: server.url, APP_TOKEN: 'key' } });
  expect(code).toBe(0);
  expect(server.requests('POST /budgets').map(({ body }) => body)).toEqual([
    { name: 'daily', amountMicros: 20_000_000, currency: 'USD', period: 'day' },
  ]);
});
