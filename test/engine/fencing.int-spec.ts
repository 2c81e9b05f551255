import { describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { classify, TaskFailure } from '../../src/core/task/failure.ts';
import { cancel, done, retry, snooze } from '../../src/core/task/outcome.ts';
import type { ClaimedTask } from '../../src/core/task/task.ts';
import { Pools } from '../../src/platform/database/pools.ts';
import { TaskQueue } from '../../src/queue/task-queue.ts';
import { ResultService } from '../../src/results/result.service.ts';
import { ProgressWriter } from '../../src/tasks/progress-writer.ts';
import { StepRepository } from '../../src/tasks/step.repository.ts';
import { COMPLETE_TASKS, EXTEND_LEASES, FAIL_TASKS, RETRY_TASKS } from '../../src/tasks/task.sql.ts';
import { reportExit } from '../../src/workers/exit-report.ts';
import { type Engine, useEngines } from '../support/engine.ts';
import { useEffects } from './effects.ts';
import { loseReply } from './lost-reply.ts';

const bed = useEngines();
const effects = useEffects(bed);

const HANDLERS = ['plain', 'with-effects'].map((name) => ({
  name,
  options: { backoff: { baseMs: 1, maxMs: 1 } },
  handle: (): unknown => 'done',
}));
const start = (options: Parameters<typeof bed.start>[0] = {}) =>
  bed.start({ handlers: HANDLERS, resultHandlers: { 'with-effects': effects.handler }, ...options });

async function everything(): Promise<unknown> {
  const tables = ['tasks', 'task_audit', 'task_logs', 'task_steps', 'outbox', 'effects'];
  const rows = (table: string) => bed.sql(`SELECT to_jsonb(t) AS row FROM ${table} t ORDER BY to_jsonb(t)::text`);
  return Object.fromEntries(await Promise.all(tables.map(async (table) => [table, await rows(table)])));
}

async function rescue(engine: Engine, { id, epoch }: ClaimedTask): Promise<void> {
  await bed.sql(`UPDATE tasks SET lease_expires_at = app_now() - interval '1 s' WHERE id = $1`, [id]);
  expect(await engine.repository.rescue([{ id, epoch, beat: 0 }], 'rescuer')).toHaveLength(1);
}

/** How an attempt comes to be over without its owner knowing. */
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
  'its owner was reported dead': () => reportExit(bed.url, 'another-boot'),
  'its task was cancelled': (engine, { id }) => engine.tasks.cancelByIds([id], 'somebody'),
  'its time was over': async (engine) => {
    await bed.sql(`UPDATE tasks SET deadline_at = app_now() - interval '1 min'`);
    expect(await engine.scheduler.sweep()).toBe(1);
  },
  'the time of its task was over': async (engine) => {
    await bed.sql(`UPDATE tasks SET expires_at = app_now() - interval '1 s'`);
    expect(await engine.scheduler.sweep()).toBe(1);
  },
};

/** All that a zombie may still try. */
const WRITES: Record<string, (engine: Engine, zombie: ClaimedTask) => Promise<unknown>> = {
  complete: (engine, zombie) => engine.get(ResultService).settle(zombie, done('zombie')),
  retry: (engine, zombie) => engine.get(ResultService).settle(zombie, retry('zombie')),
  snooze: (engine, zombie) => engine.get(ResultService).settle(zombie, snooze('zombie', 1)),
  cancel: (engine, zombie) => engine.get(ResultService).settle(zombie, cancel('zombie')),
  fail: (engine, zombie) => engine.get(ResultService).settleFailure(zombie, classify(new Error('zombie'))),
  'fail for good': (engine, zombie) => engine.get(ResultService).settleFailure(zombie, classify(new TaskFailure('invalid_input', 'zombie'))),
  'time out': (engine, zombie) => engine.get(ResultService).settleTimeout(zombie),
  release: (engine, zombie) => engine.get(ResultService).release(zombie),
  progress: (engine, { id, epoch }) => engine.get(ProgressWriter).write({ id, epoch, progress: 66, step: 'zombie' }),
  checkpoint: (engine, zombie) => engine.get(StepRepository).save(zombie, 'step', StepRepository.hashOf(1), 'zombie'),
  log: (engine, { id, epoch, attempt }) =>
    engine.logs.add({ id, epoch, seq: 1, attempt, at: new Date(), level: 'info', message: 'zombie', data: null }),
  heartbeat: async (_, { id, epoch }) => expect(await bed.sql(EXTEND_LEASES, [[id], [epoch], 60])).toEqual([]),
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
      expect({ write, ...(await everything()) as object }).toEqual({ write, ...before as object });
    }
  });

  it('whereas the owner of the lease changes something with each of these', async () => {
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
    ['the same process', 'first'],
    ['another process', 'second'],
  ])('when its handler goes on while the next attempt runs in %s', async (_, winner) => {
    const gates = { first: Promise.withResolvers<void>(), second: Promise.withResolvers<void>() };
    const began: string[] = [];
    const handlersOf = (process: 'first' | 'second') => [
      {
        name: 'with-effects',
        handle: async ({ attempt, log, progress, checkpoint, signal }: Parameters<(typeof HANDLERS)[0]['handle']>[0]) => {
          began.push(`${process} ${attempt}`);
          await (attempt === 1 ? gates.first : gates.second).promise;
          log.info(`attempt ${attempt}`);
          progress(50, `attempt ${attempt}`);
          if (!signal.aborted) await checkpoint('step', attempt, () => Promise.resolve(attempt));
          return { attempt };
        },
      },
    ];
    void handlersOf;
    void began;
    void winner;
  });
});
