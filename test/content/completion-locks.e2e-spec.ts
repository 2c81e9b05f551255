import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { LOCK_FINGERPRINTS } from '../../src/content/duplicates/duplicate.sql.ts';
import { TaskResultHandler } from '../../src/content/generation/task-result-handler.ts';
import { PoolEnqueueService } from '../../src/content/publishing/pool-enqueue.service.ts';
import { CreatorRegistry } from '../../src/creators/creator.registry.ts';
import { Settings } from '../../src/platform/config/settings.ts';
import { inTransaction, Pools } from '../../src/platform/database/pools.ts';
import { type Account, type Content, ContentClient, type ContentTask } from '../api/content-client.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { ScriptedCreator } from './scripted-creator.ts';

let server: TestApplication;
let client: ContentClient;
beforeAll(async () => {
  server = await startApplication();
  client = new ContentClient(server.http);
  const usage = { promptTokens: 1, completionTokens: 1, cost: 0.2, currency: 'USD', estimated: false };
  const price = { cost: { amount: 0.5, currency: 'USD' }, setting: 'CREATOR_HTTP_MAX_TASK_COST' };
  server.app.get(CreatorRegistry).register('paid', Object.assign(new ScriptedCreator(), { price, usage }));
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(() => server.close());

/**
 * Up to 20 tasks end in one transaction. After the next task, the transaction goes on with a task that locks this account; meanwhile
 * another transaction, which has locked the account or waits for it, runs `statement`. Returns what that one met, once for each
 * attempt of the first.
 */
function interleave(account: Account, statement: string, values: unknown[]): Promise<unknown>[] {
  const handler = server.app.get(TaskResultHandler);
  const pool = server.app.get(PoolEnqueueService);
  const original = handler.onCompleted.bind(handler);
  const others: Promise<unknown>[] = [];
  jest.spyOn(handler, 'onCompleted').mockImplementation(async (tx, task, generated) => {
    await original(tx, task, generated);
    let isLocked = false;
    const other = inTransaction(server.app.get(Pools).api, async (second) => {
      await pool.lockAccount(second, account.id);
      isLocked = true;
      return (await second.query(statement, values)).length;
    });
    others.push(other.catch((error: unknown) => error));
    const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%FROM accounts%'`;
    await waitFor(async () => isLocked || (await server.sql(waiting)).length > 0, { what: 'the other transaction to lock the account' });
    await pool.lockAccount(tx, account.id);
  });
  return others;
}

describe('a transaction that completes several content tasks', () => {
  it('locks no budget, so a transaction of another account that locks one does not deadlock with it', async () => {
    const limit = { name: 'daily', period: 'day', amountMicros: 9_000_000, currency: 'USD' };
    const { id } = (await server.http<{ id: string }>('POST', '/budgets', limit)).body;
    const account = await client.createAccount({ creator: 'paid' });
    const others = interleave(await client.createAccount({}), 'SELECT FROM budgets WHERE id = $1 FOR NO KEY UPDATE', [id]);
    const { body: task } = await client.submit({ accountId: account.id, topic: 'Tides of the north', allowDuplicate: true });
    expect(await client.ended(task.taskId)).toMatchObject({ status: 'completed' });
    expect(await Promise.all(others)).toEqual([1]);
  });

  it('locks an account before the content that a rewrite replaces, as a review does', async () => {
    const account = await client.createAccount({ creator: 'paid', review: { mode: 'manual' } });
    const content = await client.generate({ accountId: account.id, topic: 'Tides of the south', allowDuplicate: true });
    const returned = { reasons: ['too_long'], note: 'Half of it.' };
    const version = { 'if-match': `"v${content.version}"` };
    expect((await server.http<Content>('POST', `/contents/${content.id}/return`, returned, version)).status).toBe(200);
    const others = interleave(account, 'SELECT FROM contents WHERE id = $1 FOR UPDATE', [content.id]);
    const { status, body: task } = await server.http<ContentTask>('POST', `/contents/${content.id}/rewrite`, {}, version);
    expect(status).toBe(202);
    expect(await client.ended(task.taskId)).toMatchObject({ status: 'completed' });
    expect(await Promise.all(others)).toEqual([1]);
  });

  it('does not wait for a transaction that compares texts when its own text is a sample, which is not compared', async () => {
    const account = await client.createAccount({ creator: 'simulated', creatorOptions: { latencyMs: 0 } });
    const holder = new pg.Client({ connectionString: server.app.get(Settings).databaseUrl ?? '' });
    await holder.connect();
    let ended: ContentTask;
    try {
      await holder.query('BEGIN');
      await holder.query(LOCK_FINGERPRINTS);
      const { body: task } = await client.submit({ accountId: account.id, topic: 'Tides of the west', allowDuplicate: true });
      ended = await client.ended(task.taskId);
    } finally {
      await holder.end();
    }
    expect(ended).toMatchObject({ status: 'completed' });
  });
});
