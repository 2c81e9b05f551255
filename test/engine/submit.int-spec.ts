import { describe, expect, it } from '@jest/globals';
import { Notifications } from '../../src/platform/database/notifications.ts';
import type { SubmitRequest } from '../../src/tasks/service/new-task.ts';
import { useEngines } from '../support/engine.ts';
import { waitFor } from '../support/wait-for.ts';

const harness = useEngines();

const noop = { name: 'noop', handle: (): unknown => undefined };
const elsewhere = { name: 'elsewhere', options: { queue: 'other' }, handle: (): unknown => undefined };
const start = (options: Parameters<typeof harness.start>[0] = {}) => harness.start({ handlers: [noop, elsewhere], ...options });

const request = (more: Partial<SubmitRequest> = {}): SubmitRequest => ({ name: 'noop', createdBy: 'test', trigger: 'api', ...more });
const counts = () => harness.sql(`SELECT status, count(*)::int AS count FROM tasks GROUP BY 1 ORDER BY 1`);

describe('a submission', () => {
  it('of 10,000 is stored in order and run to its end, each task once', async () => {
    const engine = await start({ slots: 500 });
    const stored = await engine.tasks.submitMany(Array.from({ length: 10_000 }, (_, n) => request({ params: { n } })));
    expect(new Set(stored.map(({ id }) => id)).size).toBe(10_000);
    const third = stored[3] ?? stored[0];
    expect(await engine.tasks.get(third?.id ?? '')).toMatchObject({ params: { n: 3 } });
    await waitFor(async () => (await counts()).length === 1 && (await counts())[0]?.['status'] === 'completed', { what: 'the end of all' });
    expect(await harness.sql(`SELECT attempt, version, count(*)::int AS count FROM tasks GROUP BY 1, 2`)).toEqual([
      { attempt: 1, version: 3, count: 10_000 },
    ]);
  });

  it('stores who requested it, and on which terms', async () => {
    const engine = await start();
    const id = await engine.submit(
      'elsewhere',
      { a: [1] },
      { priority: 9, maxAttempts: 7, timeoutMs: 1_234, createdBy: 'key-1', trigger: 'manual' },
    );
    expect(await engine.tasks.get(id)).toMatchObject({
      id,
      name: 'elsewhere',
      queue: 'other',
      status: 'submitted',
      params: { a: [1] },
      priority: 9,
      maxAttempts: 7,
      timeoutMs: 1_234,
      createdBy: 'key-1',
      trigger: 'manual',
      attempt: 0,
      epoch: 0,
      generation: 1,
      startedAt: null,
      terminalAt: null,
    });
  });

  it('of many at the same moment is one statement', async () => {
    const engine = await start();
    let statements = 0;
    const insert = engine.repository.insert.bind(engine.repository);
    engine.repository.insert = (...args) => {
      statements += 1;
      return insert(...args);
    };
    await Promise.all(Array.from({ length: 200 }, () => engine.submit('noop')));
    expect([statements, await counts()]).toEqual([1, [{ status: 'submitted', count: 200 }]]);
  });
});

describe('an idempotency key', () => {
  const keyed = (more: Partial<SubmitRequest> = {}) => request({ idempotencyKey: 'key', params: { n: 1 }, ...more });

  it('repeats the first answer', async () => {
    const engine = await start();
    const first = await engine.tasks.submit(keyed());
    expect(first.replayed).toBe(false);
    expect(await engine.tasks.submit(keyed())).toMatchObject({ id: first.id, replayed: true });
    expect(await engine.tasks.submitMany([keyed(), keyed()])).toMatchObject([
      { id: first.id, replayed: true },
      { id: first.id, replayed: true },
    ]);
    expect(await counts()).toEqual([{ status: 'submitted', count: 1 }]);
  });

  it('repeats it even when the task has ended', async () => {
    const engine = await start({ slots: 1 });
    const first = await engine.tasks.submit(keyed());
    await engine.ended(first.id);
    expect(await engine.tasks.submit(keyed())).toMatchObject({ id: first.id, status: 'completed', replayed: true });
  });

  it.each<[string, Partial<SubmitRequest>]>([
    ['other params', { params: { n: 2 } }],
    ['another name', { name: 'elsewhere' }],
    ['another priority', { priority: 9 }],
  ])('refuses %s', async (_, other) => {
    const engine = await start();
    await engine.tasks.submit(keyed());
    await expect(engine.tasks.submit(keyed(other))).rejects.toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    expect(await counts()).toEqual([{ status: 'submitted', count: 1 }]);
  });

  it('that belongs to another request rejects the whole batch and names its index', async () => {
    const engine = await start();
    const first = await engine.tasks.submit(keyed());
    const many = Array.from({ length: 1_100 }, (_, i) => keyed({ idempotencyKey: `key-${i}` }));
    const requests = many.with(700, keyed({ params: { n: 2 } })).with(1_050, keyed({ idempotencyKey: 'key-3', priority: 9 }));
    await expect(engine.tasks.submitMany(requests)).rejects.toMatchObject({
      status: 422,
      code: 'idempotency_key_reused',
      errors: [
        { pointer: '/700', code: 'idempotency_key_reused', detail: expect.stringContaining(first.id) },
        { pointer: '/1050', code: 'idempotency_key_reused' },
      ],
    });
    expect(await counts()).toEqual([{ status: 'submitted', count: 1 }]);
    expect(await engine.tasks.submitMany(many)).toHaveLength(1_100);
    expect((await engine.tasks.submitMany(many)).every(({ replayed }) => replayed)).toBe(true);
    expect(await counts()).toEqual([{ status: 'submitted', count: 1_101 }]);
  });

  it('belongs to the principal that used it', async () => {
    const engine = await start();
    const [one, two] = await Promise.all([
      engine.tasks.submit(keyed()),
      engine.tasks.submit(keyed({ createdBy: 'other', params: { n: 2 } })),
    ]);
    expect(one.id).not.toBe(two.id);
    expect(await engine.tasks.submit(keyed())).toMatchObject({ id: one.id, replayed: true });
    expect(await engine.tasks.submit(keyed({ createdBy: 'other', params: { n: 2 } }))).toMatchObject({ id: two.id, replayed: true });
  });

  it('of simultaneous submissions, in one process and in two, creates one task', async () => {
    const [one, two] = await Promise.all([start(), start()]);
    const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => (i % 2 ? one : two).tasks.submit(keyed())));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(await counts()).toEqual([{ status: 'submitted', count: 1 }]);
  });
});

describe('a task for later', () => {
  it('waits until its start time', async () => {
    const engine = await start({ slots: 1, loops: true });
    const runAt = new Date(Date.now() + 700);
    const id = await engine.submit('noop', {}, { runAt });
    expect((await engine.tasks.get(id)).status).toBe('pending');
    const row = await engine.ended(id);
    expect(row.startedAt?.getTime()).toBeGreaterThanOrEqual(runAt.getTime());
    expect(await harness.transitions(id)).toEqual(['submit > pending', 'promote > submitted', 'claim > running', 'complete > completed']);
  });

  it('is ready at once when its start time is past', async () => {
    const engine = await start();
    expect((await engine.tasks.submit(request({ runAt: new Date(0) }))).status).toBe('submitted');
  });

  it('with a value that no column can have is rejected by the name of its field, and stores nothing', async () => {
    const engine = await harness.start({ handlers: [noop] });
    const runAt = new Date('+010000-01-01T00:00:00Z');
    await expect(engine.submit('noop', {}, { runAt, priority: 11 })).rejects.toMatchObject({
      status: 422,
      errors: [{ pointer: '/runAt' }, { pointer: '/priority' }],
    });
    expect(await harness.sql('SELECT FROM tasks')).toEqual([]);
  });

  it('is promoted with all that are due, and no other', async () => {
    const engine = await start();
    await engine.tasks.submitMany(Array.from({ length: 1_201 }, () => request({ runAt: new Date(Date.now() + 60_000) })));
    await harness.sql(`UPDATE tasks SET run_at = app_now() - interval '1 s' WHERE id <> (SELECT id FROM tasks LIMIT 1)`);
    expect(await engine.scheduler.promote()).toBe(1_200);
    expect(await counts()).toEqual([
      { status: 'pending', count: 1 },
      { status: 'submitted', count: 1_200 },
    ]);
  });
});

describe('the order of claims', () => {
  const namesOf = async (engine: Awaited<ReturnType<typeof start>>, queue = 'default') =>
    (await engine.claimTasks(queue, 100, 'x', 15)).map(({ params }) => (params as { is: string }).is);
  const submit = (engine: Awaited<ReturnType<typeof start>>, is: string, more: Partial<SubmitRequest> = {}) =>
    engine.submit('noop', { is }, more);

  it('one by one, is that of priority, then of time', async () => {
    const engine = await start();
    for (const [is, priority] of [
      ['low', 1],
      ['first', 5],
      ['second', 5],
      ['high', 8],
      ['urgent', 10],
    ] as const)
      await submit(engine, is, { priority });
    const order: unknown[] = [];
    for (let i = 0; i < 5; i++) order.push((await engine.claim()).params);
    expect(order).toEqual(['urgent', 'high', 'first', 'second', 'low'].map((is) => ({ is })));
  });

  it('lets a task that waited a minute longer overtake one of the next priority', async () => {
    const engine = await start();
    for (const [is, priority, seconds] of [
      ['waited 59 s', 5, 59],
      ['next priority', 6, 0],
      ['waited 61 s', 5, 61],
      ['waited 6 min', 1, 360],
    ] as const) {
      const id = await submit(engine, is, { priority });
      await harness.sql(`UPDATE tasks SET rank = rank - make_interval(secs => $2) WHERE id = $1`, [id, seconds]);
    }
    const order: unknown[] = [];
    for (let i = 0; i < 4; i++) order.push(((await engine.claim()).params as { is: string }).is);
    expect(order).toEqual(['waited 6 min', 'waited 61 s', 'next priority', 'waited 59 s']);
  });

  it('separates queues', async () => {
    const engine = await start();
    await submit(engine, 'default');
    await engine.submit('elsewhere', { is: 'other' });
    expect(await namesOf(engine, 'third')).toEqual([]);
    expect(await namesOf(engine, 'other')).toEqual(['other']);
    expect(await namesOf(engine)).toEqual(['default']);
  });
});

describe('a notification of work', () => {
  const idle = async (pollMs: number) => {
    const engine = await start({ slots: { default: 5, other: 5 }, settings: { POLL_INTERVAL_MS: String(pollMs) } });
    await waitFor(async () => engine.pool.status().every(({ lastClaimAt }) => lastClaimAt !== null), { what: 'first claims' });
    return engine;
  };

  it('reaches the workers of this and of another process at once', async () => {
    const [api, worker] = await Promise.all([start(), idle(600_000)]); // longer than `ended` waits
    for (const [engine, name] of [
      [worker, 'noop'],
      [api, 'noop'],
      [api, 'elsewhere'],
    ] as const) {
      const id = await engine.submit(name);
      expect(await api.ended(id)).toMatchObject({ status: 'completed' });
    }
  });

  it('may be lost, which costs no more than the poll interval', async () => {
    const [api, worker] = await Promise.all([start(), idle(1_000)]);
    api.get(Notifications).notify = () => undefined;
    expect((await worker.ended(await api.submit('noop'))).status).toBe('completed'); // found by polling alone
  });
});
