import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExternalStatus } from '../../src/creators/creator.ts';
import { CreatorRegistry } from '../../src/creators/creator.registry.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { ContentClient } from '../api/content-client.ts';
import { ScriptedCreator } from './scripted-creator.ts';

const RUNNING: ExternalStatus = { state: 'running', progress: null, step: null };

describe('the concurrency of an account', () => {
  let server: TestApplication;
  let client: ContentClient;
  const creator = new ScriptedCreator();

  beforeAll(async () => {
    server = await startApplication({ settings: { ASYNC_WORKER_COUNT: '8', ASYNC_MAX_CONCURRENT_TASKS: '8' } });
    server.app.get(CreatorRegistry).register('scripted', creator);
    client = new ContentClient(server.http);
  });
  afterAll(() => server.close());

  const limitOf = async (id: string) =>
    (
      await server.sql<{ max: number | null; rate: number | null }>(
        'SELECT max_running AS max, rate_count AS rate FROM limits WHERE key = $1',
        [`account:${id}`],
      )
    )[0];
  const patch = (id: string, version: number, body: object) =>
    server.http('PATCH', `/accounts/${id}`, body, { 'if-match': `"v${version}"` });

  it('goes with its account', async () => {
    const { id } = await client.createAccount({ concurrency: 2 });
    expect(await limitOf(id)).toEqual({ max: 2, rate: null });
    expect((await server.http('DELETE', `/accounts/${id}?erase=true`)).status).toBe(200);
    expect(await limitOf(id)).toBeUndefined();
  });

  it('bounds the contents that are generated at once, external work included, and of this account only', async () => {
    const done = new Set<string>();
    creator.polled = (id) => (done.has(id) ? { state: 'completed' } : RUNNING);
    const { id: accountId } = await client.createAccount({ creator: 'scripted', concurrency: 2 });
    const { id: other } = await client.createAccount({ creator: 'scripted' });
    for (let i = 0; i < 5; i += 1) await client.submit({ accountId, topic: `Tides ${i}`, allowDuplicate: true });
    await client.submit({ accountId: other, topic: 'Tides of another', allowDuplicate: true });
    const working = async (account: string) =>
      (
        await server.sql<{ id: string }>(
          `SELECT t.external_id AS id FROM tasks t JOIN content_generation g ON g.id = t.id WHERE g.account_id = $1 AND t.external_id IS NOT NULL`,
          [account],
        )
      ).map(({ id }) => id);
    await waitFor(async () => (await working(other)).length === 1 && (await working(accountId)).length === 2, { what: 'three works' });
    let most = 0;
    for (let ended = 0; ended < 5; ended += 1) {
      const [next = ''] = await waitFor(
        async () => {
          const ids = (await working(accountId)).filter((id) => !done.has(id));
          most = Math.max(most, ids.length);
          return ids.length > 0 && ids;
        },
        { what: 'another work' },
      );
      done.add(next);
    }
    expect(most).toBe(2);
  });

  it('is the limit of its key, changed with the account, beside a rate of an operator', async () => {
    const { id } = await client.createAccount({ concurrency: 4 });
    expect(await limitOf(id)).toEqual({ max: 4, rate: null });
    await server.http('PUT', `/limits/account:${id}`, { maxRunning: 1, rate: { count: 60, perMs: 60_000 } });
    await patch(id, 1, { concurrency: 6 });
    expect(await limitOf(id)).toEqual({ max: 6, rate: 60 });
    await patch(id, 2, { owner: 'desk' });
    await patch(id, 3, { concurrency: null });
    expect(await limitOf(id)).toEqual({ max: null, rate: 60 });
    const { id: plain } = await client.createAccount({ concurrency: 1 });
    await patch(plain, 1, { concurrency: null });
    expect(await limitOf(plain)).toBeUndefined();
    expect((await server.http('POST', '/accounts', { name: 'none', platform: 'blog', concurrency: 0 })).status).toBe(422);
  });
});
