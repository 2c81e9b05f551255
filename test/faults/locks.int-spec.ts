import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { setTimeout as delay } from 'node:timers/promises';
import { CLAIM_TASKS } from '../../src/tasks/claim.sql.ts';
import { CANCEL_TASKS, EXTEND_LEASES } from '../../src/tasks/task.sql.ts';
import { type Engine, OTHER_OWNER, useEngines } from '../support/engine.ts';
import { waitFor } from '../support/wait-for.ts';

const bed = useEngines();
const start = () => bed.start({ handlers: [{ name: 'noop', handle: () => undefined }] });

/** Somebody's transaction, which is rolled back at the end whatever happens. */
async function within(work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: bed.url, application_name: 'holder' });
  await client.connect();
  try {
    await client.query('BEGIN');
    await work(client);
  } finally {
    await client.query('ROLLBACK');
    await client.end();
  }
}

/** Fails when the answer has to wait for a lock. */
const atOnce = <T>(answer: Promise<T>): Promise<T | 'it waits'> =>
  Promise.race([answer, delay(2_000, 'it waits' as const, { ref: false })]);

async function two(engine: Engine, more: Parameters<Engine['submit']>[2] = {}): Promise<[string, string]> {
  return [await engine.submit('noop', {}, more), await engine.submit('noop', {}, more)];
}

describe('a claim', () => {
  it('passes over a row that is locked', async () => {
    const engine = await start();
    const [locked, free] = await two(engine);
    await within(async (holder) => {
      await holder.query('SELECT FROM tasks WHERE id = $1 FOR NO KEY UPDATE', [locked]);
      expect(await atOnce(engine.repository.claim('default', 5, OTHER_OWNER, 15))).toMatchObject([{ id: free }]);
    });
  });

  it('takes a row beside which its child is being inserted', async () => {
    const engine = await start();
    const id = await engine.submit('noop');
    await within(async (holder) => {
      await holder.query('SELECT FROM tasks WHERE id = $1 FOR KEY SHARE', [id]);
      expect(await atOnce(engine.repository.claim('default', 5, OTHER_OWNER, 15))).toMatchObject([{ id }]);
    });
  });

  it('passes over what another claim is taking', async () => {
    const engine = await start();
    const [first, second] = await two(engine);
    await within(async (holder) => {
      expect((await holder.query<{ id: string }>(CLAIM_TASKS, ['default', 1, 'another', 15])).rows).toMatchObject([{ id: first }]);
      expect(await atOnce(engine.repository.claim('default', 5, OTHER_OWNER, 15))).toMatchObject([{ id: second }]);
    });
  });
});

describe('a sweep passes over rows that are locked', () => {
  it('when it promotes', async () => {
    const engine = await start();
    const [locked, free] = await two(engine, { runAt: new Date(Date.now() + 60_000) });
    await bed.sql(`UPDATE tasks SET run_at = app_now()`);
    await within(async (holder) => {
      await holder.query('SELECT FROM tasks WHERE id = $1 FOR NO KEY UPDATE', [locked]);
      expect(await atOnce(engine.repository.promote('promoter'))).toMatchObject([{ id: free }]);
    });
  });

  it('when it rescues', async () => {
    const engine = await start();
    const [locked, free] = await two(engine);
    await engine.repository.claim('default', 2, OTHER_OWNER, 15);
    await bed.sql(`UPDATE tasks SET lease_expires_at = app_now() - interval '1 s'`);
    const leases = [locked, free].map((id) => ({ id, epoch: 1, beat: 0 }));
    await within(async (holder) => {
      await holder.query('SELECT FROM tasks WHERE id = $1 FOR NO KEY UPDATE', [locked]);
      expect(await atOnce(engine.repository.rescue(leases, 'rescuer'))).toMatchObject([{ id: free }]);
    });
  });
});

describe('many rows', () => {
  type Statement = (engine: Engine, ids: string[]) => Promise<unknown>;
  it.each<[string, Statement]>([
    [
      'a completion',
      (engine, ids) =>
        engine.repository.complete(
          ids.map((id) => ({ id, epoch: 1, result: null })),
          OTHER_OWNER,
        ),
    ],
    ['a heartbeat', (_, ids) => bed.sql(EXTEND_LEASES, [ids, ids.map(() => 1), 15])],
    ['a cancel', (_, ids) => bed.sql(CANCEL_TASKS, [ids, 'somebody'])],
  ])('of %s are taken as locks in the order of their ids', async (_, statement) => {
    const engine = await start();
    const [first, second] = await two(engine);
    await engine.repository.claim('default', 2, OTHER_OWNER, 15);
    let answer: Promise<unknown> = Promise.resolve();
    await within(async (holder) => {
      await holder.query('SELECT FROM tasks WHERE id = $1 FOR NO KEY UPDATE', [first]);
      answer = statement(engine, [second, first]);
      const blocked = async () => {
        const { rows } = await holder.query(`SELECT FROM pg_locks WHERE NOT granted`);
        return rows.length > 0;
      };
      await waitFor(blocked, { what: 'the statement to wait for the first row' });
      // Whoever holds the second already could wait for us as we for it.
      const free = holder.query('SELECT FROM tasks WHERE id = $1 FOR NO KEY UPDATE NOWAIT', [second]);
      expect((await free).rowCount).toBe(1);
    });
    await answer;
  });
});
