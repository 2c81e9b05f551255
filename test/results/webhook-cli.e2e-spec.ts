import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { runCli } from '../cli/run-cli.ts';
import { json as jsonAnswer, startStubService, status } from '../declared/stub-service.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';

let sink: Awaited<ReturnType<typeof startStubService>>;
let server: TestApplication;
beforeAll(async () => {
  sink = await startStubService();
  sink.answer(jsonAnswer({ taken: true }));
  server = await startApplication({ quickLoops: ['event-dispatcher'], settings: { EGRESS_ALLOW_PRIVATE: sink.host } });
});
afterAll(async () => {
  await server.close();
  await sink.close();
});

const cli = (...words: string[]) => runCli(['webhook', ...words], { env: { APP_SERVER: server.url, APP_TOKEN: server.key } });
const json = async (...words: string[]) => {
  const { stdout, stderr } = await cli(...words, '-o', 'json');
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, unknown> & { items: Record<string, unknown>[]; masked: string[] };
};

it('the command line does what the API does', async () => {
  const created = await json('create', 'newsroom', '--url', `${sink.url}/in`, '--type', 'content.*,budget.warned');
  expect(created).toMatchObject({ name: 'newsroom', types: ['content.*', 'budget.warned'], secret: expect.stringMatching(/^whsec_/) });
  expect((await json('list')).items).toMatchObject([{ name: 'newsroom', status: 'active', types: ['content.*', 'budget.warned'] }]);
  expect(await json('edit', 'newsroom', '--all-types', '--description', 'for editors')).toMatchObject({
    types: null,
    description: 'for editors',
  });
  const rotated = await json('rotate', 'newsroom', '--expires', '24h');
  expect(rotated.masked).toHaveLength(2);
  const old = String(created['secret']).slice(-6);
  expect((await cli('remove-secret', 'newsroom', old)).code).toBe(0);
  expect((await json('show', String(created['id']))).masked).toEqual([`whsec_…${String(rotated['secret']).slice(-6)}`]);

  expect(await json('pause', 'newsroom')).toMatchObject({ status: 'paused', pausedReason: 'operator' });
  expect((await cli('test', 'newsroom')).code).toBe(7);
  expect(await json('resume', 'newsroom')).toMatchObject({ status: 'active' });
  const { id } = await json('test', 'newsroom');
  const delivered = async () => (await json('deliveries', 'newsroom', '--status', 'delivered', '--type', 'webhook.tested')).items;
  await waitFor(async () => (await delivered()).length === 1, { what: 'the delivery' });
  const short = String(id).slice(-12);
  expect((await json('attempts', 'newsroom', short)).items).toMatchObject([{ status: 200, excerpt: '{"taken":true}' }]);

  sink.answer(status(500));
  expect((await json('redeliver', 'newsroom', short)).items).toMatchObject([{ id, attempts: 1 }]);
  await waitFor(async () => (await json('attempts', 'newsroom', short)).items.length === 2, { what: 'the second attempt' });
  const last = `UPDATE tasks SET max_attempts = 2, run_at = app_clock() WHERE name = 'deliver-event' AND status = 'pending' RETURNING id`;
  await waitFor(async () => (await server.sql(last)).length === 1, { what: 'the end of the second attempt' });
  await waitFor(async () => (await json('deliveries', 'newsroom', '--status', 'failed')).items.length === 1, { what: 'the failure' });
  sink.answer(jsonAnswer({}));
  expect((await json('redeliver', 'newsroom', '--failed')).items).toHaveLength(1);
  await waitFor(async () => (await delivered()).length === 1, { what: 'the third delivery' });

  expect((await cli('delete', 'newsroom', '--yes')).code).toBe(0);
  expect((await cli('show', 'newsroom')).code).toBe(3);
});

it('refuses what contradicts itself', async () => {
  const wrong = [
    ['edit', 'newsroom'],
    ['edit', 'newsroom', '--type', 'x.y', '--all-types'],
    ['redeliver', 'newsroom'],
    ['redeliver', 'newsroom', 'x', '--failed'],
  ];
  expect(await Promise.all(wrong.map(async (words) => (await cli(...words)).code))).toEqual([2, 2, 2, 2]);
});
