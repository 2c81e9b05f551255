import { describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { attemptTimedOut, classify, TaskFailure } from '../../src/core/task/failure.ts';
import { cancel, done, retry, snooze } from '../../src/core/task/outcome.ts';
import type { ClaimedTask } from '../../src/core/task/task.ts';
import { TaskQueue } from '../../src/queue/task-queue.ts';
import { ResultService } from '../../src/results/result.service.ts';
import { ProgressWriter } from '../../src/engine/progress-writer.ts';
import { StepStore } from '../../src/engine/step-store.ts';
import { EXTEND_LEASES } from '../../src/engine/leases/lease.sql.ts';
import { reportExit } from '../../src/engine/recovery/exit-report.ts';
import { TaskLogWriter } from '../../src/engine/logs/task-log-writer.ts';
import { type Engine, OTHER_OWNER, type TestHandler } from '../support/engine.ts';
import { waitFor } from '../support/wait-for.ts';
import { useFencedEngines } from './fenced-engines.ts';

const { harness, effects, HANDLERS, start, rescue } = useFencedEngines();

async function everything(): Promise<Record<string, unknown>> {
  const tables = ['tasks', 'task_audit', 'task_logs', 'task_steps', 'events', 'effects'];
  const found: Record<string, unknown> = {};
  for (const table of tables) found[table] = await harness.sql(`SELECT to_jsonb(t) AS row FROM ${table} t ORDER BY to_jsonb(t)::text`);
  return found;
}

/** Ways in which an attempt ends without its owner noticing. */
const ENDS: Record<string, (engine: Engine, zombie: ClaimedTask) => Promise<unknown>> = {
  'its task was rescued': rescue,
  'its task was rescued and claimed by another': async (engine, zombie) => {
    await rescue(engine, zombie);
    await engine.claim();
  },
  'its task was rescued and completed by another': async (engine, zombie) => {
    await rescue(engine, zombie);
    await engine.get(ResultService).settle(await engine.claim(), done('mine'));
  },
  'its owner was reported dead': () => reportExit({ url: harness.url }, 'another-boot'),
  'its task was cancelled': (engine, { id }) => engine.tasks.cancelByIds([id], 'somebody'),
  'its time was over': async (engine) => {
    await harness.sql(`UPDATE tasks SET deadline_at = app_now() - interval '1 min'`);
    expect(await engine.scheduler.sweep()).toBe(1);
  },
  'the time of its task was over': async (engine) => {
    await harness.sql(`UPDATE tasks SET expires_at = app_now() - interval '1 s'`);
    expect(await engine.scheduler.sweep()).toBe(1);
  },
};

/** All writes that a zombie may still attempt. */
const WRITES: Record<string, (engine: Engine, zombie: ClaimedTask) => Promise<unknown>> = {
  complete: (engine, zombie) => engine.get(ResultService).settle(zombie, done('zombie')),
  retry: (engine, zombie) => engine.get(ResultService).settle(zombie, retry('zombie')),
  snooze: (engine, zombie) => engine.get(ResultService).settle(zombie, snooze('zombie', 1)),
  cancel: (engine, zombie) => engine.get(ResultService).settle(zombie, cancel('zombie')),
  fail: (engine, zombie) => engine.get(ResultService).settleFailure(zombie, classify(new Error('zombie'))),
  'fail for good': (engine, zombie) =>
    engine.get(ResultService).settleFailure(zombie, classify(new TaskFailure('invalid_input', 'zombie'))),
  'time out': (engine, zombie) => engine.get(ResultService).settleFailure(zombie, attemptTimedOut(zombie)),
  release: (engine, zombie) => engine.get(ResultService).release(zombie),
  progress: (engine, { id, epoch }) => engine.get(ProgressWriter).write({ id, epoch, progress: 66, step: 'zombie' }),
  checkpoint: (engine, zombie) => engine.get(StepStore).save(zombie, 'step', StepStore.hashOf(1), 'zombie'),
  log: (engine, { id, epoch, attempt }) =>
    engine
      .get(TaskLogWriter)
      .add({ id, epoch, seq: 1, attempt, writtenAt: performance.now(), level: 'info', message: 'zombie', data: null }),
  heartbeat: async (_, { id, epoch }) => expect(await harness.sql(EXTEND_LEASES, [[id], [epoch], 60])).toEqual([]),
};

const CASES = Object.keys(ENDS).flatMap((end) => HANDLERS.map(({ name }) => [end, name] as const));

describe('a zombie changes nothing', () => {
  it.each(CASES)('after %s (%s)', async (end, name) => {
    const engine = await start();
    await engine.submit(name);
    const zombie = await engine.claim();
    await ENDS[end]?.(engine, zombie);
    const before = await everything();
    for (const [write, attempt] of Object.entries(WRITES)) {
      await attempt(engine, zombie);
      expect({ write, ...(await everything()) }).toEqual({ write, ...before });
    }
  });

  it('and gets an error, even when another attempt completed the task', async () => {
    const engine = await start();
    await engine.submit('plain');
    const zombie = await engine.claim();
    await rescue(engine, zombie);
    const winner = await engine.claim();
    const completions = [winner, zombie].map((task) => engine.attempts.complete([{ ...task, result: null }], OTHER_OWNER));
    expect(await Promise.all(completions)).toEqual([['now'], ['lost']]);
  });

  it('but the owner of the lease changes something with each of these', async () => {
    const engine = await start();
    for (const [write, attempt] of Object.entries(WRITES)) {
      if (write === 'heartbeat') continue;
      const id = await engine.submit('plain');
      const owner = await engine.claim();
      const before = JSON.stringify(await everything());
      await attempt(engine, owner);
      expect([write, JSON.stringify(await everything()) === before]).toEqual([write, false]);
      await engine.tasks.cancelByIds([id], 'test');
    }
  });

  it.each([
    ['the same process', 2],
    ['another process', 1],
  ])('when its handler continues beside the next attempt in %s', async (_, slots) => {
    const gates = [1, 2].map(() => Promise.withResolvers<void>());
    let begun = 0;
    const handlers: TestHandler[] = [
      {
        name: 'with-effects',
        async handle({ attempt, log, progress, checkpoint }) {
          begun = attempt;
          await gates[attempt - 1]?.promise;
          log.info(`attempt ${attempt}`);
          progress(attempt);
          await checkpoint('step', attempt, () => Promise.resolve(attempt));
          return attempt;
        },
      },
    ];
    const first = await start({ handlers, slots });
    const id = await first.submit('with-effects');
    const running = () => first.pool.status()[0]?.running;
    await waitFor(async () => begun === 1, { what: 'the first attempt' });
    if (slots === 1) await start({ handlers, slots });
    await rescue(first, { id, epoch: 1 });
    await waitFor(async () => begun === 2, { what: 'the second attempt' });
    expect(running()).toBe(1); // the next attempt is in quarantine

    gates[0]?.resolve();
    await waitFor(async () => running() === 0, { what: 'the end of the zombie' });
    expect(await first.tasks.get(id)).toMatchObject({ status: 'running', attempt: 2, progress: null });
    expect(await effects.all()).toEqual([]);

    gates[1]?.resolve();
    expect(await first.ended(id)).toMatchObject({ status: 'completed', result: 2, epoch: 3 });
    expect(await effects.all()).toEqual([{ task: id, epoch: 3 }]);
    expect(await harness.sql(`SELECT message FROM task_logs`)).toEqual([{ message: 'attempt 2' }]);
    expect(await harness.sql(`SELECT attempt FROM task_steps`)).toEqual([{ attempt: 2 }]);
  });
});

describe('of many simultaneous attempts', () => {
  const FIFTY = Array.from({ length: 50 }, (_, i) => i);

  it('one claims', async () => {
    const [one, two] = await Promise.all([start(), start()]);
    await one.submit('plain');
    const claims = FIFTY.map((i) => (i % 2 ? one : two).claimTasks('default', 5, `host:${i}:x`, 15));
    expect((await Promise.all(claims)).flat()).toHaveLength(1);
  });

  it('one claims, however often the tickets are delivered', async () => {
    const engines = await Promise.all([start({ slots: 10 }), start({ slots: 10 })]);
    const ids = (await engines[0].tasks.submitMany(FIFTY.map(() => ({ name: 'plain', createdBy: 'test', trigger: 'api' })))).map(
      ({ id }) => id,
    );
    for (let times = 0; times < 10; times++) {
      for (const engine of engines) engine.get(TaskQueue).announce(ids.map((id) => ({ id, queue: 'default' })));
      await new Promise((ok) => setImmediate(ok));
    }
    await Promise.all(ids.map((id) => engines[0].ended(id)));
    expect(await harness.sql(`SELECT attempt, lease_epoch AS epoch, count(*)::int AS count FROM tasks GROUP BY 1, 2`)).toEqual([
      { attempt: 1, epoch: 1, count: 50 },
    ]);
  });

  it.each(HANDLERS)('one completes ($name)', async ({ name }) => {
    const engine = await start();
    const id = await engine.submit(name);
    const task = await engine.claim();
    await Promise.all(FIFTY.map((i) => engine.get(ResultService).settle(task, done(i))));
    expect(await harness.transitions(id)).toEqual(['submit > submitted', 'claim > running', 'complete > completed']);
    expect(await effects.all()).toEqual(name === 'plain' ? [] : [{ task: id, epoch: 1 }]);
  });

  it('one statement completes, the others see that it was done before', async () => {
    const engine = await start();
    await engine.submit('plain');
    const task = await engine.claim();
    const answers = await Promise.all(FIFTY.map((result) => engine.attempts.complete([{ ...task, result }], 'x')));
    const words = answers.flat();
    expect(words.filter((word) => word === 'now')).toHaveLength(1);
    expect(words.filter((word) => word === 'before')).toHaveLength(49);
  });

  it.each(HANDLERS)('either a completion or a cancel wins, 200 times ($name)', async ({ name }) => {
    const engine = await start();
    await engine.tasks.submitMany(Array.from({ length: 200 }, () => ({ name, createdBy: 'test', trigger: 'api' as const })));
    const cancelled: string[] = [];
    for (const [i, task] of (await engine.claimTasks('default', 200, 'x', 15)).entries()) {
      const settle = () => engine.get(ResultService).settle(task, done());
      const stop = () => engine.tasks.cancelByIds([task.id], 'somebody');
      // A completion waits for the next turn of the event loop, one with effects needs two statements: this evens the
      // odds.
      const head = { first: i % 2 === 0 ? settle : stop, turns: i % 20 };
      const begun = head.first();
      for (let turn = 0; turn < head.turns; turn++) await nextTurn();
      const [one, two] = await Promise.all([begun, head.first === settle ? stop() : settle()]);
      cancelled.push(...((one ?? two)?.cancelled ?? []));
    }
    const ends = await harness.sql<{ id: string; status: string }>(`SELECT id, status FROM tasks ORDER BY id`);
    const withEnd = (status: string) => ends.filter((task) => task.status === status).map(({ id }) => id);
    expect(withEnd('cancelled')).toEqual(cancelled.sort());
    expect([withEnd('completed').length > 0, withEnd('cancelled').length > 0]).toEqual([true, true]);
    expect(withEnd('completed').length + withEnd('cancelled').length).toBe(200);
    expect((await effects.all()).map(({ task }) => task)).toEqual(name === 'with-effects' ? withEnd('completed') : []);
  });
});
