import { expect, it } from '@jest/globals';
import type { ClaimedTask } from '../../src/core/task/task.ts';
import { TaskQueue } from '../../src/queue/task-queue.ts';
import { QueueService } from '../../src/tasks/queues/queue.service.ts';
import { useProcesses } from '../quarantine/processes.ts';
import { type Engine, type EngineOptions, useEngines } from '../support/engine.ts';
import { waitFor } from '../support/wait-for.ts';

export interface DriverUnderTest {
  readonly settings: Readonly<Record<string, string>>;
  /** Several processes may share a database. */
  readonly shared: boolean;
}

/** Longer than a test, so only a wake-up can start a task. */
const NO_POLLING = { POLL_INTERVAL_MS: '600000' };
const CLAIMERS = 50;

/** The contract of every driver, on real servers. */
export function describeTaskQueue({ settings, shared }: DriverUnderTest): void {
  const harness = useEngines();
  const start = (options: Omit<EngineOptions, 'databaseUrl'> = {}) =>
    harness.start({ ...options, settings: { ...settings, ...options.settings } });
  const noop = { name: 'noop', handle: () => 'done' };
  const requests = (count: number) => Array.from({ length: count }, () => ({ name: 'noop', createdBy: 'test', trigger: 'api' as const }));

  async function completed(ids: readonly string[]): Promise<void> {
    const done = async () => {
      const [row] = await harness.sql<{ count: number }>(
        `SELECT count(*)::int AS count FROM tasks WHERE status = 'completed' AND id = ANY ($1)`,
        [ids],
      );
      return row?.count === ids.length;
    };
    await waitFor(done, { what: `the completion of ${ids.length} tasks`, timeoutMs: 15_000 });
  }

  /** Claims of each epoch of each task, where there is not exactly one. */
  const notOnce = () =>
    harness.sql(`SELECT task_id, count(*) FROM task_audit WHERE reason = 'claim' GROUP BY task_id, lease_epoch HAVING count(*) <> 1`);

  it('wakes waiting workers for one task and for many', async () => {
    const worker = await start({ slots: 10, handlers: [noop], settings: NO_POLLING });
    const front = shared ? await start({ handlers: [noop], settings: NO_POLLING }) : worker;
    const id = await front.submit('noop');
    await completed([id]);
    const many = await front.tasks.submitMany(requests(120));
    await completed(many.map((task) => task.id));
    expect(await notOnce()).toEqual([]);
  });

  it(`gives each task to one of ${CLAIMERS} competing claimers`, async () => {
    const engines = await Promise.all(Array.from({ length: shared ? 3 : 1 }, () => start({ handlers: [noop] })));
    const [front] = engines as [Engine];
    const wanted = (await front.tasks.submitMany(requests(1_000))).map((task) => task.id);
    const claimed: string[] = [];
    const end = new AbortController();
    const claimer = async (number: number) => {
      const queue = (engines[number % engines.length] as Engine).get(TaskQueue);
      while (claimed.length < wanted.length) {
        const tasks: ClaimedTask[] = await queue.claim({
          queue: 'default',
          limit: 7,
          names: ['noop'],
          owner: `elsewhere:1:claimer-${number}`,
          leaseSeconds: 15,
        });
        claimed.push(...tasks.map((task) => task.id));
        if (claimed.length >= wanted.length) end.abort();
        else if (tasks.length === 0) await queue.waitForWork('default', end.signal);
      }
    };
    await Promise.all(Array.from({ length: CLAIMERS }, (_, number) => claimer(number)));
    expect(claimed.toSorted()).toEqual(wanted.toSorted());
    expect(await notOnce()).toEqual([]);
  });

  it('claims a task once although it is announced ten times', async () => {
    const engine = await start({ slots: 5, handlers: [noop], settings: NO_POLLING });
    const stored = await engine.tasks.submitMany(requests(60));
    const wakeUps = stored.map(({ id }) => ({ id, queue: 'default' }));
    for (let again = 0; again < 10; again++) engine.get(TaskQueue).announce(wakeUps);
    const last = await engine.submit('noop');
    await completed([...stored.map(({ id }) => id), last]);
    expect(await notOnce()).toEqual([]);
  });

  it('gives out nothing of a paused queue, and wakes its workers when it is resumed', async () => {
    let release: (() => void) | undefined;
    const running = new Promise<void>((resolve) => (release = resolve));
    const handlers = [noop, { name: 'long', handle: () => running }, { name: 'other', options: { queue: 'other' }, handle: () => null }];
    const worker = await start({ slots: { default: 5, other: 1 }, handlers, settings: NO_POLLING });
    const front = shared ? await start({ handlers, settings: NO_POLLING }) : worker;
    const queues = front.get(QueueService);
    const long = await front.submit('long');
    await waitFor(async () => (await front.tasks.get(long)).status === 'running', { what: 'the first to run' });

    expect((await queues.pause('default', 'me')).pausedBy).toBe('me');
    expect((await queues.pause('default', 'you')).pausedBy).toBe('me');
    const waiting = await Promise.all([front.submit('noop'), front.submit('noop')]);
    await completed([await front.submit('other')]);
    release?.();
    await completed([long]);
    expect(
      await worker
        .get(TaskQueue)
        .claim({ queue: 'default', limit: 5, names: ['noop', 'other'], owner: 'elsewhere:1:claimer', leaseSeconds: 15 }),
    ).toEqual([]);
    expect(await queues.get('default')).toMatchObject({ submitted: 2, running: 0, pausedBy: 'me' });

    expect((await queues.resume('default', 'me')).pausedAt).toBeNull();
    await completed(waiting);
  });

  it('gives out the highest priority first, then the oldest', async () => {
    const order: unknown[] = [];
    const handler = { name: 'note', handle: ({ params }: { params: Record<string, unknown> }) => order.push(params['as']) };
    const front = await start({ handlers: [handler] });
    for (const priority of [3, 9, 1, 5, 9, 10]) await front.submit('note', { as: `${priority}.${order.length}` }, { priority });
    const sorted = await harness.sql<{ id: string; as: string }>(`SELECT id, params ->> 'as' AS as FROM tasks ORDER BY priority DESC, id`);
    if (!shared) await front.close();
    await start({ handlers: [handler], slots: 1 });
    await completed(sorted.map(({ id }) => id));
    expect(order).toEqual(sorted.map((row) => row.as));
  });

  it('keeps a delayed task until its time', async () => {
    const engine = await start({ slots: 1, handlers: [noop], loops: true, settings: NO_POLLING });
    const asked = Date.now();
    const { id } = await engine.get(QueueService).addDelayed('noop', {}, 400);
    await completed([id]);
    const { runAt, startedAt } = await engine.tasks.get(id);
    expect(runAt.getTime()).toBeGreaterThanOrEqual(asked + 400);
    expect(startedAt?.getTime()).toBeGreaterThanOrEqual(runAt.getTime());
  });

  it('ends every wait when it is closed, and leaves nothing open', async () => {
    const before = openHandles();
    const engine = await start({ slots: 2, handlers: [noop], settings: NO_POLLING });
    await completed([await engine.submit('noop')]);
    const queue = engine.get(TaskQueue);
    const never = new AbortController();
    const waits = ['default', 'default', 'other'].map((name) => queue.waitForWork(name, never.signal));
    await engine.close();
    await expect(Promise.all(waits)).resolves.toHaveLength(3);
    await waitFor(async () => openHandles() <= before, { what: `no more than ${before} sockets; there are ${openHandles()}` });
  });

  if (shared) describeProcesses(harness, settings);
}

function openHandles(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'TCPSocketWrap').length;
}

function describeProcesses(harness: ReturnType<typeof useEngines>, settings: DriverUnderTest['settings']): void {
  const processes = useProcesses();
  const COUNT = 900;

  it('shares the work among three processes, and completes each task once', async () => {
    const innocent = { name: 'innocent', handle: () => null };
    const front = await harness.start({ handlers: [innocent], settings });
    const workers = await Promise.all(
      [1, 2, 3].map(() => processes.worker(harness.url, { ...settings, WORKER_CONCURRENCY: '10', QUARANTINE_SLOTS: '1' })),
    );
    const stored = await front.tasks.submitMany(
      Array.from({ length: COUNT }, () => ({ name: 'innocent', params: { ms: 20 }, createdBy: 'test', trigger: 'api' as const })),
    );
    const ids = stored.map(({ id }) => id);
    const ends = () =>
      harness.sql<{ task: string; by: string }>(`SELECT task_id AS task, actor AS by FROM task_audit WHERE to_status = 'completed'`);
    await waitFor(async () => (await ends()).length >= COUNT, { what: 'all to be completed' });
    const all = await ends();
    expect(all.map(({ task }) => task).toSorted()).toEqual(ids.toSorted());
    const shares = [...Map.groupBy(all, ({ by }) => by).values()].map((part) => part.length);
    expect(shares).toHaveLength(workers.length);
    for (const worker of workers) expect(worker.child.exitCode).toBeNull();
    await Promise.all(workers.map((worker) => worker.stop()));
  });
}
