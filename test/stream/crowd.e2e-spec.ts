import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Draining } from '../../src/platform/lifecycle/drain.ts';
import type { ExecutionView } from '../../src/tasks/executions/execution.view.ts';
import { startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { all, makeKeys, RawClient } from './crowd-clients.ts';

const CLIENTS = 2_000;
const STREAMS_PER_KEY = 5;

let server: TestApplication;
beforeAll(async () => {
  server = await startApplication({ handlers: [{ name: 'quick', handle: () => Promise.resolve({}) }] });
});
afterAll(() => server.close());

it('2,000 clients receive an event, and do not delay the shutdown', async () => {
  const keys = await makeKeys((text, values) => server.sql(text, values), CLIENTS / STREAMS_PER_KEY);
  const clients: RawClient[] = [];
  while (clients.length < CLIENTS) {
    const wave = keys.map((key) => new RawClient(server.url, key));
    await all(wave, 'event: ready');
    clients.push(...wave);
  }
  const { body } = await server.http<Wire<ExecutionView>>('POST', '/tasks/quick/execute/api', {});
  await all(clients, `"executionId":"${body.executionId}","taskName":"quick","status":"completed"`);

  const start = performance.now();
  server.app.get(Draining).begin();
  await all(clients, 'event: bye');
  await waitFor(() => Promise.resolve(clients.every(({ closed }) => closed)), { what: 'all connections to end' });
  expect(performance.now() - start).toBeLessThan(25_000); // less than the whole shutdown may take
});
