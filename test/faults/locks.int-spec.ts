import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { setTimeout as delay } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import { EXTEND_AGENT_LEASES } from '../../src/engine/leases/agent-lease.sql.ts';
import { CLAIM_TASKS } from '../../src/engine/claim.sql.ts';
import { CANCEL_TASKS } from '../../src/engine/cancel.sql.ts';
import { EXTEND_LEASES } from '../../src/engine/leases/lease.sql.ts';
import { LeaseKeeper } from '../../src/engine/leases/lease-keeper.ts';
import { type Engine, OTHER_OWNER, useEngines } from '../support/engine.ts';
import { isWaitedFor } from '../support/is-waited-for.ts';
import { waitFor } from '../support/wait-for.ts';

const harness = useEngines();
const start = () => harness.start({ handlers: [{ name: 'noop', handle: () => undefined }] });

/** A transaction of another session, which is always rolled back at the end. */
async function within(work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: harness.url, application_name: 'holder' });
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
      expect(await atOnce(engine.claimTasks('default', 5, OTHER_OWNER, 15))).toMatchObject([{ id: free }]);
    });
  });

  it('takes a row beside which its child is being inserted', async () => {
    const engine = await start();
    const id = await engine.submit('noop');
    await within(async (holder) => {
      await holder.query('SELECT FROM tasks WHERE id = $1 FOR KEY SHARE', [id]);
      expect(await atOnce(engine.claimTasks('default', 5, OTHER_OWNER, 15))).toMatchObject([{ id }]);
    });
  });

  it('passes over what another claim is taking', async () => {
    const engine = await start();
    const [first, second] = await two(engine);
    await within(async (holder) => {
      expect((await holder.query<{ id: string }>(CLAIM_TASKS, ['default', 1, 'another', 15, ['noop']])).rows).toMatchObject([
        { id: first },
      ]);
      expect(await atOnce(engine.claimTasks('default', 5, OTHER_OWNER, 15))).toMatchObject([{ id: second }]);
    });
  });
});

describe('a sweep passes over rows that are locked', () => {
  it('when it promotes', async () => {
    const engine = await start();
    const [locked, free] = await two(engine, { runAt: new Date(Date.now() + 60_000) });
    await harness.sql(`UPDATE tasks SET run_at = app_now()`);
    await within(async (holder) => {
      await holder.query('SELECT FROM tasks WHERE id = $1 FOR NO KEY UPDATE', [locked]);
      expect(await atOnce(engine.maintenance.promote('promoter'))).toMatchObject([{ id: free }]);
    });
  });

  it('when it rescues', async () => {
    const engine = await start();
    const [locked, free] = await two(engine);
    await engine.claimTasks('default', 2, OTHER_OWNER, 15);
    await harness.sql(`UPDATE tasks SET lease_expires_at = app_now() - interval '1 s'`);
    const leases = [locked, free].map((id) => ({ id, epoch: 1, beat: 0 }));
    await within(async (holder) => {
      await holder.query('SELECT FROM tasks WHERE id = $1 FOR NO KEY UPDATE', [locked]);
      expect(await atOnce(engine.maintenance.rescue(leases, 'rescuer'))).toMatchObject([{ id: free }]);
    });
  });
});

describe('a heartbeat', () => {
  it('renews the other leases while a row is locked, and keeps that one', async () => {
    const engine = await start();
    const [locked, free] = await two(engine);
    await engine.claimTasks('default', 2, OTHER_OWNER, 15);
    await within(async (holder) => {
      await holder.query('SELECT FROM tasks WHERE id = $1 FOR UPDATE', [locked]);
      const kept = await atOnce(harness.sql(EXTEND_LEASES, [[locked, free, uuidv7()], [1, 1, 1], 60]));
      expect(new Set(kept as unknown[])).toEqual(
        new Set([
          { id: locked, renewed: false },
          { id: free, renewed: true },
        ]),
      );
    });
    const beats = await harness.sql('SELECT id, heartbeat_seq AS beat FROM tasks ORDER BY id');
    expect(beats).toEqual([
      { id: locked, beat: 0 },
      { id: free, beat: 1 },
    ]);
  });

  it('of an agent does the same', async () => {
    const engine = await start();
    const [locked, free] = await two(engine);
    await engine.claimTasks('default', 2, OTHER_OWNER, 15);
    const rows = [locked, free].map((id) => ({ id, epoch: 1, owner: OTHER_OWNER }));
    const foreign = { id: free, epoch: 1, owner: 'agent:another' };
    await within(async (holder) => {
      await holder.query('SELECT FROM tasks WHERE id = $1 FOR UPDATE', [locked]);
      const kept = await atOnce(harness.sql(EXTEND_AGENT_LEASES, [JSON.stringify([...rows, foreign]), 60]));
      expect(new Set(kept as unknown[])).toEqual(new Set(rows));
    });
    expect(await harness.sql(EXTEND_AGENT_LEASES, [JSON.stringify([foreign]), 60])).toEqual([]);
    expect(await harness.sql('SELECT heartbeat_seq AS beat FROM tasks ORDER BY id')).toEqual([{ beat: 0 }, { beat: 1 }]);
  });

  it('of a worker keeps every lease of 600 ms while one row is locked for 2 s, with one backend', async () => {
    const ended: string[] = [];
    let release = (): void => undefined;
    const released = new Promise<void>((ok) => (release = ok));
    const hold = {
      name: 'hold',
      handle: async ({ id, signal }: { id: string; signal: AbortSignal }) => {
        signal.addEventListener('abort', () => ended.push(id));
        await released;
      },
    };
    const engine = await harness.start({
      handlers: [hold],
      slots: 2,
      loops: true,
      settings: { LEASE_TTL_MS: '600', LEASE_BEAT_MS: '150' },
    });
    const ids = [await engine.submit('hold'), await engine.submit('hold')].sort();
    await waitFor(async () => engine.pool.status()[0]?.running === 2, { what: 'both attempts' });
    const beatOf = async (id: string | undefined) =>
      (
        await harness.sql<{ beat: number; left: number }>(
          `SELECT heartbeat_seq AS beat, extract(epoch FROM lease_expires_at - app_now())::float8 AS left FROM tasks WHERE id = $1`,
          [id],
        )
      )[0] as { beat: number; left: number };
    await within(async (holder) => {
      await holder.query('SELECT FROM tasks WHERE id = $1 FOR UPDATE', [ids[0]]);
      const from = (await beatOf(ids[1])).beat;
      await waitFor(async () => (await beatOf(ids[0])).left < -1, { what: 'the lease of the locked row to be over' });
      await waitFor(async () => (await beatOf(ids[1])).beat > from + 1, { what: 'two heartbeats of the other task' });
      const beats = await harness.sql(
        `SELECT FROM pg_stat_activity WHERE application_name = 'contenthub-beat' AND datname = current_database()`,
      );
      expect(beats).toHaveLength(1);
    });
    await waitFor(async () => (await beatOf(ids[0])).left > 0, { what: 'the lease of the row to be renewed once it is free' });
    release();
    for (const id of ids) expect(await engine.ended(id)).toMatchObject({ status: 'completed', attempt: 1 });
    expect(ended).toEqual([]);
  });

  it('on a locked table leaves no backend behind', async () => {
    const keeper = new LeaseKeeper({ address: { url: harness.url }, ttlMs: 3_000, beatMs: 1_000 });
    const engine = await start();
    await engine.submit('noop');
    const { id, epoch } = await engine.claim();
    const waiting = async () =>
      (await harness.sql(`SELECT pid FROM pg_stat_activity WHERE application_name = 'contenthub-beat' AND datname = current_database()
        AND wait_event_type = 'Lock'`)) as { pid: number }[];
    await within(async (holder) => {
      await holder.query('LOCK TABLE tasks IN EXCLUSIVE MODE');
      keeper.start(() => undefined);
      keeper.hold([{ id, epoch }]);
      const seen = new Set<number>();
      await waitFor(
        async () => {
          const backends = await waiting();
          expect(backends.length).toBeLessThanOrEqual(1);
          for (const { pid } of backends) seen.add(pid);
          return seen.size >= 3;
        },
        { what: 'three beats that gave up' },
      );
    });
    await keeper.stop();
  });
});

describe('many rows', () => {
  type Statement = (engine: Engine, ids: string[]) => Promise<unknown>;
  it.each<[string, Statement]>([
    [
      'a completion',
      (engine, ids) =>
        engine.attempts.complete(
          ids.map((id) => ({ id, epoch: 1, result: null })),
          OTHER_OWNER,
        ),
    ],
    ['a cancel', (_, ids) => harness.sql(CANCEL_TASKS, [ids, 'somebody'])],
  ])('of %s are taken as locks in the order of their ids', async (_, statement) => {
    const engine = await start();
    const [first, second] = await two(engine);
    await engine.claimTasks('default', 2, OTHER_OWNER, 15);
    let answer: Promise<unknown> = Promise.resolve();
    await within(async (holder) => {
      await holder.query('SELECT FROM tasks WHERE id = $1 FOR NO KEY UPDATE', [first]);
      answer = statement(engine, [second, first]);
      await waitFor(() => isWaitedFor(holder), { what: 'the statement to wait for the first row' });
      // A session that already holds the second could wait for this one in turn.
      const free = holder.query('SELECT FROM tasks WHERE id = $1 FOR NO KEY UPDATE NOWAIT', [second]);
      expect((await free).rowCount).toBe(1);
    });
    await answer;
  });
});
