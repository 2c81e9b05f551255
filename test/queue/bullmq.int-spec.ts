import { expect, it } from '@jest/globals';
import { TaskQueue } from '../../src/queue/task-queue.ts';
import { TaskWorkerPool } from '../../src/workers/pool/task-worker-pool.ts';
import { askRedis, connected, onRedis, problemsOf, countAddedJobs } from '../support/bullmq.ts';
import { describeRedis } from '../support/describe-redis.ts';
import { useEngines } from '../support/engine.ts';
import { waitFor } from '../support/wait-for.ts';

const noop = { name: 'noop', handle: () => null };
const requests = (count: number) => Array.from({ length: count }, () => ({ name: 'noop', createdBy: 'test', trigger: 'api' as const }));

describeRedis('the jobs of the bullmq driver', (url) => {
  const harness = useEngines();
  let runs = 0;
  /** Each test has its own keys, and workers that claim only after a job. */
  const settings = () => {
    const prefix = `test-${process.pid}-${++runs}`;
    return { prefix, ...onRedis({ url }, { REDIS_PREFIX: prefix }) };
  };

  it('wakes workers of other processes with one job for up to 50 tasks', async () => {
    const { prefix, ...redis } = settings();
    await connected(harness.start({ slots: 5, handlers: [noop], ...redis }));
    const submitter = await connected(harness.start({ handlers: [noop], ...redis }));
    await submitter.ended(await submitter.submit('noop'));
    expect(await countAddedJobs({ url }, 'default', prefix)).toBe(1);
    const many = await submitter.tasks.submitMany(requests(120));
    for (const { id } of many) expect((await submitter.ended(id)).status).toBe('completed');
    expect(problemsOf(submitter)).toEqual([]);
  });

  it('leaves no key in Redis for finished tasks', async () => {
    const { prefix, ...redis } = settings();
    const engine = await connected(harness.start({ slots: 3, handlers: [noop], ...redis }));
    for (const { id } of await engine.tasks.submitMany(requests(200))) await engine.ended(id);
    const left = async () => {
      const keys = await askRedis({ url }, (client) => client.keys(`${prefix}:*`));
      return keys.every((key) => /:(meta|events|id|stalled-check|probe|marker|pc)$/.test(key));
    };
    expect(await waitFor(left, { what: 'the end of all jobs' })).toBe(true);
    const events = await askRedis({ url }, (client) => client.xlen(`${prefix}:default:events`));
    expect(events).toBeLessThan(1_000);
  });

  it('claims once although a task is announced ten times', async () => {
    const { prefix: _, ...redis } = settings();
    await connected(harness.start({ slots: 4, handlers: [noop], ...redis }));
    const other = await connected(harness.start({ slots: 4, handlers: [noop], ...redis }));
    const ids = (await other.tasks.submitMany(requests(40))).map(({ id }) => id);
    for (let i = 0; i < 10; i++) other.get(TaskQueue).announce(ids.map((id) => ({ id, queue: 'default' })));
    for (const id of ids) await other.ended(id);
    const claims = await harness.sql<{ claims: number }>(
      `SELECT count(*)::int AS claims FROM task_audit WHERE reason = 'claim' GROUP BY task_id`,
    );
    expect(claims).toEqual(ids.map(() => ({ claims: 1 })));
  });

  it('keeps the job of a task active while the task runs', async () => {
    const { prefix, ...redis } = settings();
    const gate = Promise.withResolvers<null>();
    const engine = await connected(harness.start({ slots: 20, handlers: [{ name: 'slow', handle: () => gate.promise }], ...redis }));
    const active = () =>
      askRedis({ url }, async (client) => {
        const jobs = await client.lrange(`${prefix}:default:active`, 0, -1);
        return Promise.all(
          jobs.map(async (job) => JSON.parse((await client.hget(`${prefix}:default:${job}`, 'data')) ?? 'null') as unknown),
        );
      });
    // The first look of a worker that has just started may claim a task before its job arrives.
    const claimedByJob = async () => {
      const id = await engine.submit('slow');
      await waitFor(async () => (await engine.tasks.get(id)).status === 'running', { what: 'the task to run' });
      return (await active()).length > 0 && id;
    };
    const id = await waitFor(claimedByJob, { what: 'an active job' });
    expect(await active()).toEqual([{ ids: [id] }]);
    gate.resolve(null);
    await engine.ended(id);
    await waitFor(async () => (await active()).length === 0, { what: 'the end of the job' });
  });

  it('leaves the rest of a job to another process when its slots are full', async () => {
    const { prefix: _, ...redis } = settings();
    const gate = Promise.withResolvers<null>();
    const running: string[] = [];
    const handler = { name: 'slow', handle: ({ id }: { id: string }) => (running.push(id), gate.promise) };
    const few = await connected(harness.start({ slots: 3, handlers: [handler], ...redis }));
    const submit = () => few.tasks.submitMany(requests(20).map((request) => ({ ...request, name: 'slow' })));
    const tasks = await submit();
    await waitFor(async () => running.length === 3, { what: 'three tasks that run' });
    await connected(harness.start({ slots: 17, handlers: [handler], ...redis }));
    await waitFor(async () => running.length === 20, { what: 'the other seventeen' });
    gate.resolve(null);
    for (const { id } of tasks) expect((await few.ended(id)).attempt).toBe(1);
  });

  it('runs the highest priority first, and shows them so', async () => {
    const { prefix, ...redis } = settings();
    const order: number[] = [];
    const handlers = [{ name: 'noop', handle: ({ params }: { params: Record<string, unknown> }) => void order.push(Number(params['p'])) }];
    const submitter = await connected(harness.start({ handlers, ...redis }));
    for (const p of [3, 10, 1, 8]) await submitter.submit('noop', { p }, { priority: p });
    const jobs = () => askRedis({ url }, (client) => client.zrange(`${prefix}:default:prioritized`, 0, -1, 'WITHSCORES'));
    await waitFor(async () => (await jobs()).length === 8, { what: 'four jobs' });
    const scores = (await jobs()).filter((_, i) => i % 2 === 1).map((score) => Math.floor(Number(score) / 0x1_0000_0000));
    expect(scores).toEqual([1, 3, 8, 10]);
    await connected(harness.start({ slots: 1, handlers, ...redis }));
    await waitFor(async () => order.length === 4, { what: 'all four' });
    expect(order).toEqual([10, 8, 3, 1]);
  });

  it('adds no jobs for queues of remote agents, and wakes their broker by NOTIFY', async () => {
    const { prefix, ...redis } = settings();
    const waiting = await connected(harness.start(redis));
    const announcing = await connected(harness.start(redis));
    for (const queue of ['agents', 'agents-gpu']) {
      const woken = waiting.get(TaskQueue).waitForWork(queue, AbortSignal.timeout(10_000));
      announcing.get(TaskQueue).announce([{ id: 'a-task', queue }]);
      await woken;
      expect(await askRedis({ url }, (client) => client.keys(`${prefix}:${queue}:*`))).toEqual([]);
    }
  });

  it('leaves no connection and no waiting worker behind', async () => {
    const { prefix: _, ...redis } = settings();
    /** Ids of connections. Those of engines that were stopped before may still end. */
    const clients = () => askRedis({ url }, async (client) => String(await client.client('LIST')).match(/^id=\d+/gm) ?? []);
    const before = new Set(await clients());
    const added = async () => (await clients()).filter((id) => !before.has(id)).length;
    const ownOnly = await added();
    const engine = await connected(harness.start({ slots: { default: 2, other: 1 }, handlers: [noop], ...redis }));
    await engine.ended(await engine.submit('noop'));
    expect(await added()).toBeGreaterThan(ownOnly);
    const waiting = engine.get(TaskQueue).waitForWork('default', new AbortController().signal);
    await engine.close();
    await waiting;
    expect(
      engine
        .get(TaskWorkerPool)
        .status()
        .every(({ running }) => running === 0),
    ).toBe(true);
    await waitFor(async () => (await added()) <= ownOnly, { what: 'the end of all connections' });
  });

  it('loses nothing when the driver changes between starts', async () => {
    const { prefix: _, ...redis } = settings();
    const first = await connected(harness.start({ handlers: [noop], ...redis }));
    const ids = (await first.tasks.submitMany(requests(60))).map(({ id }) => id);
    await first.close();
    const second = await harness.start({ slots: 2, handlers: [noop] });
    await second.ended(ids[0] ?? '');
    await second.close();
    const third = await connected(harness.start({ slots: 10, handlers: [noop], ...redis }));
    for (const id of ids) expect((await third.ended(id)).status).toBe('completed');
  });
});
