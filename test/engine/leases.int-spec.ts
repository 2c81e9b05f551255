import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Worker } from 'node:worker_threads';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import type { Fence } from '../../src/core/task/task.ts';
import { EXTEND_LEASES } from '../../src/engine/leases/lease.sql.ts';
import { FIRST_ID } from '../../src/engine/sweep-pages.ts';
import { SELECT_EXPIRED_LEASES } from '../../src/engine/recovery/recovery.sql.ts';
import { releaseAllLeases, reportExit } from '../../src/engine/recovery/exit-report.ts';
import { RescuerLoop } from '../../src/engine/maintenance/rescuer-loop.ts';
import { LeaseKeeper } from '../../src/engine/leases/lease-keeper.ts';
import { OTHER_OWNER, useEngines } from '../support/engine.ts';
import { withDatabase } from '../support/test-database.ts';
import { waitFor } from '../support/wait-for.ts';

const harness = useEngines();
const SHORT = { LEASE_TTL_MS: '600', LEASE_BEAT_MS: '150' };

const noop = { name: 'noop', handle: (): unknown => undefined };
const bulk = (count: number) => Array.from({ length: count }, () => ({ name: 'noop', createdBy: 'test', trigger: 'api' as const }));
const expire = () => harness.sql(`UPDATE tasks SET lease_expires_at = app_now() - interval '1 s' WHERE lease_owner IS NOT NULL`);

describe('the heartbeat', () => {
  it('continues while a handler blocks the event loop for longer than a lease', async () => {
    const beats = async () => (await harness.sql<{ beat: number }>('SELECT heartbeat_seq AS beat FROM tasks'))[0]?.beat ?? 0;
    const blocking = {
      name: 'block',
      handle: async () => {
        // A heartbeat of the blocked thread itself would add one beat after each block. A loaded machine may need several blocks.
        for (let blocks = 1; ; blocks++) {
          const before = await beats();
          const until = performance.now() + 2_000;
          while (performance.now() < until);
          const during = (await beats()) - before;
          if (during >= 4 || blocks === 15) return during >= 4;
        }
      },
    };
    const engine = await harness.start({ handlers: [blocking], slots: 1, loops: true, settings: SHORT });
    const id = await engine.submit('block');
    expect(await engine.ended(id)).toMatchObject({ status: 'completed', attempt: 1, result: true });
    expect(await harness.transitions(id)).toEqual(['submit > submitted', 'claim > running', 'complete > completed']);
  });

  it('never moves the deadline', async () => {
    const engine = await harness.start({ handlers: [noop] });
    await engine.submit('noop');
    const { id, epoch } = await engine.claim();
    const deadline = () => harness.sql(`SELECT deadline_at, heartbeat_seq AS beat FROM tasks`);
    const [before] = await deadline();
    expect(await harness.sql(EXTEND_LEASES, [[id], [epoch], 60])).toEqual([{ id, renewed: true }]);
    expect(await deadline()).toEqual([{ ...before, beat: 1 }]);
  });

  it('aborts the signal of a handler whose lease was lost, and no other', async () => {
    const ends: string[] = [];
    const hold = {
      name: 'hold',
      handle: ({ id, attempt, signal }: { id: string; attempt: number; signal: AbortSignal }) =>
        new Promise((resolve) => {
          if (attempt === 2) resolve('second');
          signal.addEventListener('abort', () => {
            ends.push(`${id}: ${(signal.reason as Error).message}`);
            resolve('aborted');
          });
        }),
    };
    const engine = await harness.start({ handlers: [hold], slots: 2, settings: SHORT });
    const [unlucky, lucky] = await Promise.all([engine.submit('hold'), engine.submit('hold')]);
    await waitFor(async () => engine.pool.status()[0]?.running === 2, { what: 'both attempts' });
    // In one statement, because the next heartbeat would save the lease.
    await waitFor(
      async () => {
        const [row] = await harness.sql<{ beat: number }>(
          `UPDATE tasks SET lease_expires_at = app_now() - interval '1 s' WHERE id = $1 RETURNING heartbeat_seq AS beat`,
          [unlucky],
        );
        return (await engine.maintenance.rescue([{ id: unlucky, epoch: 1, beat: row?.beat ?? -1 }], 'rescuer')).length === 1;
      },
      { what: 'the rescue' },
    );
    expect(await engine.ended(unlucky)).toMatchObject({ status: 'completed', attempt: 2, result: 'second' });
    await waitFor(async () => ends.length === 1, { what: 'the end of the first attempt' });
    expect(ends).toEqual([`${unlucky}: the attempt was stopped: lease_lost`]);
    expect((await engine.tasks.get(lucky)).status).toBe('running');
    await engine.tasks.cancelByIds([lucky], 'test');
    await waitFor(async () => ends.length === 2, { what: 'the end of the other' });
  });
});

/** A relay between a client and the database that delays each new connection. */
async function slowStart(url: string, ms: number): Promise<{ url: string; server: Server; opened: Promise<unknown> }> {
  const target = new URL(url);
  const server = createServer((client: Socket) => {
    client.on('error', () => undefined);
    setTimeout(() => {
      const upstream = connect(Number(target.port), target.hostname).on('error', () => undefined);
      client.pipe(upstream).pipe(client);
    }, ms);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  target.hostname = '127.0.0.1';
  const port = (server.address() as { port: number }).port;
  const opened = once(server, 'connection');
  const through = new URL(url);
  through.port = String(port);
  return { url: through.href, server, opened };
}

it('LeaseKeeper ends its thread and its connection even while it is connecting', async () => {
  const { url, server, opened } = await slowStart(harness.url, 300);
  const keeper = new LeaseKeeper({ address: { url }, ttlMs: 600, beatMs: 150 });
  keeper.start(() => undefined);
  keeper.hold([{ id: uuidv7(), epoch: 1 }]);
  await opened;
  const exited = once(Reflect.get(keeper, 'thread') as Worker, 'exit');
  await keeper.stop(45_000);
  expect(await exited).toEqual([0]); // 1 if the thread had to be terminated
  server.close();
  await once(server, 'close');
});

it('LeaseKeeper restarts a dead thread with all its leases, and no lease is lost', async () => {
  const engine = await harness.start({ handlers: [noop] });
  await engine.tasks.submitMany(bulk(3));
  const tasks = (await engine.claimTasks('default', 3, OTHER_OWNER, 15)).map(({ id, epoch }) => ({ id, epoch }));
  const lost: Fence[] = [];
  const keeper = new LeaseKeeper({ address: { url: harness.url }, ttlMs: 15_000, beatMs: 150 });
  const beats = async () =>
    (await harness.sql<{ beat: number }>('SELECT heartbeat_seq AS beat FROM tasks ORDER BY id')).map(({ beat }) => beat);
  keeper.start((fences) => lost.push(...fences));
  keeper.hold(tasks);
  keeper.drop(tasks[2] as Fence);
  for (let death = 1; death <= 2; death++) {
    const before = await beats();
    const renewed = async () => (await beats()).slice(0, 2).every((beat, i) => beat > (before[i] as number) + 1);
    await waitFor(renewed, { what: `beats before death ${death}` });
    await (Reflect.get(keeper, 'thread') as Worker).terminate();
  }
  const before = await beats();
  await waitFor(async () => (await beats()).slice(0, 2).every((beat, i) => beat > (before[i] as number) + 1), { what: 'beats again' });
  expect((await beats())[2]).toBe(before[2]);
  expect(lost).toEqual([]);
  await keeper.stop();
});

describe('the rescuer', () => {
  it('rescues all tasks of a lost owner, 5 s after it first saw it, and keeps renewed leases', async () => {
    const engine = await harness.start({ handlers: [noop] });
    await engine.tasks.submitMany(bulk(1_200));
    const leases = await engine.claimTasks('default', 2_000, OTHER_OWNER, 15);
    expect(leases).toHaveLength(1_200);
    const alive = leases.slice(0, 10);
    await expire();
    const started = performance.now();
    engine.scheduler.start();
    await waitFor(async () => engine.get(RescuerLoop).loop.state.lastSuccessAt !== null, { what: 'a first look' });
    await harness.sql(EXTEND_LEASES, [alive.map(({ id }) => id), alive.map(({ epoch }) => epoch), 60]);

    const counts = () => harness.sql(`SELECT status, crash_count AS crashes, count(*)::int AS count FROM tasks GROUP BY 1, 2 ORDER BY 1`);
    await waitFor(async () => (await counts()).some(({ status }) => status === 'submitted'), { what: 'a rescue' });
    expect(performance.now() - started).toBeGreaterThan(4_900);
    expect(await counts()).toEqual([
      { status: 'running', crashes: 0, count: 10 },
      { status: 'submitted', crashes: 1, count: 1_190 },
    ]);
  });

  it('does not rescue a lease that was renewed, claimed again or ended since it was last seen', async () => {
    const engine = await harness.start({ handlers: [noop] });
    await engine.tasks.submitMany(bulk(5));
    const leases = await engine.claimTasks('default', 5, OTHER_OWNER, 15);
    await expire();
    const seen = await engine.maintenance.expiredLeases();
    expect(seen).toEqual(leases.map(({ id, epoch }) => ({ id, epoch, beat: 0 })).sort((a, b) => (a.id < b.id ? -1 : 1)));

    const [beats, moved, ended, held, silent] = seen.map(({ id }) => ({ id, epoch: 1 })) as [Fence, Fence, Fence, Fence, Fence];
    await harness.sql(EXTEND_LEASES, [[beats.id], [1], 15]);
    await engine.attempts.release([moved], OTHER_OWNER);
    await engine.claim();
    await engine.attempts.complete([{ ...ended, result: null }], OTHER_OWNER);
    await expire();
    await harness.sql(`UPDATE tasks SET lease_expires_at = app_now() + interval '1 min' WHERE id = $1`, [held.id]);
    expect(await engine.maintenance.rescue(seen, 'rescuer')).toEqual([{ id: silent.id, status: 'submitted', queue: 'default' }]);
    const [first, second, ...more] = await harness.sql<{ id: string }>(SELECT_EXPIRED_LEASES, [FIRST_ID]);
    expect([second !== undefined, more]).toEqual([true, []]);
    expect((await engine.maintenance.expiredLeases(first?.id)).map(({ id }) => id)).toEqual([second?.id]);
  });
});

describe('a process that is known to be dead', () => {
  it('gives its tasks back at once, and a task that ends three processes fails', async () => {
    const engine = await harness.start({ handlers: [noop] });
    const id = await engine.submit('noop', {}, { maxAttempts: 10 });
    for (const [crash, status] of ['submitted', 'submitted', 'failed'].entries()) {
      await engine.claim(`host:${crash}:boot-${crash}`);
      expect(await reportExit({ url: harness.url }, 'boot-of-another')).toBe(0);
      expect(await reportExit({ url: harness.url }, `boot-${crash}`)).toBe(1);
      expect(await engine.tasks.get(id)).toMatchObject({ status, attempt: crash + 1, error: { class: 'crashed', code: 'worker_lost' } });
    }
    expect((await engine.tasks.get(id)).error?.message).toBe('the worker host:2:boot-2 ended or stopped its heartbeats during attempt 3');
    expect((await harness.transitions(id)).filter((step) => step.startsWith('rescue'))).toEqual([
      'rescue > submitted',
      'rescue > submitted',
      'rescue > failed',
    ]);
  });

  it('fails a task whose attempts are spent', async () => {
    const engine = await harness.start({ handlers: [noop] });
    const id = await engine.submit('noop', {}, { maxAttempts: 1 });
    await engine.claim();
    await reportExit({ url: harness.url }, 'another-boot');
    expect(await engine.tasks.get(id)).toMatchObject({ status: 'failed', attempt: 1, error: { code: 'worker_lost' } });
  });

  it('reports its end although rows and the table are locked, and leaves the locked to the rescuer', async () => {
    const engine = await harness.start({ handlers: [noop] });
    await engine.tasks.submitMany(bulk(2));
    const ids = (await engine.claimTasks('default', 2, 'host:1:dead', 15)).map(({ id }) => id);
    const holder = new pg.Client({ connectionString: harness.url });
    await holder.connect();
    try {
      await holder.query('BEGIN');
      await holder.query('SELECT FROM tasks WHERE id = $1 FOR UPDATE', [ids[0]]);
      expect(await reportExit({ url: harness.url }, 'dead')).toBe(1);
      await holder.query('LOCK TABLE tasks IN EXCLUSIVE MODE');
      await expect(reportExit({ url: harness.url }, 'dead')).rejects.toMatchObject({ code: '55P03' });
    } finally {
      await holder.end(); // a lock that stays would block the end of this test file
    }
    expect(await reportExit({ url: harness.url }, 'dead')).toBe(1);
  });

  it('wakes the workers of others', async () => {
    const engine = await harness.start({ handlers: [noop], settings: { POLL_INTERVAL_MS: '60000' } });
    const id = await engine.submit('noop');
    await engine.claim();
    engine.pool.start();
    await waitFor(async () => engine.pool.status()[0]?.lastClaimAt !== null, { what: 'a first claim' });
    await reportExit({ url: harness.url }, 'another-boot');
    expect(await engine.ended(id)).toMatchObject({ status: 'completed', attempt: 2 });
  });

  it('is every process when the database itself was just started', async () => {
    const engine = await harness.start({ handlers: [noop] });
    await engine.tasks.submitMany(bulk(3));
    for (const owner of ['a:1:x', 'b:2:y']) await engine.claim(owner);
    expect(await releaseAllLeases({ url: harness.url })).toBe(2);
    expect(await harness.sql(`SELECT DISTINCT status FROM tasks`)).toEqual([{ status: 'submitted' }]);
  });

  it('has no effect on a database that is not migrated', async () => {
    expect(await reportExit({ url: withDatabase(harness.url, 'postgres') }, 'boot')).toBe(0);
  });
});
