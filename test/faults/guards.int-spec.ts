import { describe, expect, it, jest } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { classify, TaskFailure } from '../../src/core/task/failure.ts';
import type { ClaimedTask } from '../../src/core/task/task.ts';
import { TaskQueue } from '../../src/queue/task-queue.ts';
import { TaskDefinitionRegistry } from '../../src/tasks/definitions/task-definition.registry.ts';
import { StepStore } from '../../src/engine/step-store.ts';
import { EXTEND_LEASES } from '../../src/engine/leases/lease.sql.ts';
import { type Engine, OTHER_OWNER, useEngines } from '../support/engine.ts';

const harness = useEngines();
const start = () => harness.start({ handlers: [{ name: 'noop', handle: () => undefined }] });
const error = classify(new Error('late'));
const expire = () => harness.sql(`UPDATE tasks SET lease_expires_at = app_now() - interval '1 s' WHERE lease_owner IS NOT NULL`);
const everything = () => harness.sql(`SELECT to_jsonb(t) AS task, (SELECT count(*) FROM task_steps) AS steps FROM tasks t ORDER BY id`);

async function claimed(engine: Engine, more: Parameters<Engine['submit']>[2] = {}) {
  await engine.submit('noop', {}, more);
  return engine.claim();
}

type Write = (engine: Engine, task: ClaimedTask) => Promise<unknown>;

/** Writes that an owner may still attempt when its work is external or completed, and their answers. */
const AFTER_WAIT: Record<string, [Write, unknown]> = {
  release: [({ attempts }, { id, epoch }) => attempts.release([{ id, epoch }], OTHER_OWNER), new Set()],
  wait: [({ attempts }, { id, epoch }) => attempts.wait([{ id, epoch, externalId: 'x', pollAfterMs: 1 }], OTHER_OWNER), new Set()],
  heartbeat: [(_, { id, epoch }) => harness.sql(EXTEND_LEASES, [[id], [epoch], 15]), []],
};
const AFTER_COMPLETION: Record<string, [Write, unknown]> = {
  ...AFTER_WAIT,
  retry: [({ attempts }, { id, epoch }) => attempts.retry([{ id, epoch, delayMs: 0, error }], OTHER_OWNER), new Set()],
  fail: [({ attempts }, { id, epoch }) => attempts.fail([{ id, epoch, status: 'failed', error }], OTHER_OWNER), new Set()],
  snooze: [({ attempts }, { id, epoch }) => attempts.snooze([{ id, epoch, delayMs: 1 }], OTHER_OWNER), new Set()],
  progress: [({ attempts }, { id, epoch }) => attempts.updateProgress([{ id, epoch, progress: 1, step: 'late' }]), new Set()],
  checkpoint: [(engine, task) => engine.get(StepStore).save(task, 'late', StepStore.hashOf(1), 1), undefined],
};

describe('an owner whose attempt is over', () => {
  it.each(Object.entries(AFTER_COMPLETION))('because it completed the task changes nothing with a %s', async (_, [write, heard]) => {
    const engine = await start();
    const task = await claimed(engine);
    await engine.attempts.complete([{ ...task, result: 1 }], OTHER_OWNER);
    const before = await everything();
    expect(await write(engine, task)).toEqual(heard);
    expect(await everything()).toEqual(before);
  });

  it.each(Object.entries(AFTER_WAIT))('because the work goes on elsewhere changes nothing with a %s', async (_, [write, heard]) => {
    const engine = await start();
    const task = await claimed(engine);
    await engine.attempts.wait([{ ...task, externalId: 'there', pollAfterMs: 60_000 }], OTHER_OWNER);
    const before = await everything();
    expect(await write(engine, task)).toEqual(heard);
    expect(await everything()).toEqual(before);
  });

  it('because it completed the task hears that it was done before', async () => {
    const engine = await start();
    const task = await claimed(engine);
    await engine.attempts.complete([{ ...task, result: 1 }], OTHER_OWNER);
    const before = await everything();
    expect(await engine.attempts.complete([{ ...task, result: 2 }], OTHER_OWNER)).toEqual(['before']);
    expect(await everything()).toEqual(before);
  });

  it('because it was completed by another learns that it did not complete', async () => {
    const engine = await start();
    const { id, epoch } = await claimed(engine);
    await expire();
    await engine.maintenance.rescue([{ id, epoch, beat: 0 }], 'rescuer');
    await engine.attempts.complete([{ ...(await engine.claim()), result: 'mine' }], OTHER_OWNER);
    expect(await engine.attempts.complete([{ id, epoch, result: 'zombie' }], OTHER_OWNER)).toEqual(['lost']);
  });
});

describe('external work', () => {
  const pollAt = async () => (await harness.sql<{ at: Date }>(`SELECT poll_at AS at FROM tasks`))[0]?.at;

  it('is handed out, and asked for, under the epoch of now', async () => {
    const engine = await start();
    const stale = await claimed(engine);
    await engine.attempts.release([stale], OTHER_OWNER);
    const { id, epoch } = await engine.claim();
    expect(await engine.attempts.wait([{ id, epoch: stale.epoch, externalId: 'old', pollAfterMs: 0 }], OTHER_OWNER)).toEqual(new Set());
    await engine.attempts.wait([{ id, epoch, externalId: 'new', pollAfterMs: 60_000 }], OTHER_OWNER);
    const before = await pollAt();
    await engine.attempts.postponePoll(stale, 5);
    expect(await pollAt()).toEqual(before);
  });

  it('is asked for when it is due, by one at a time', async () => {
    const engine = await start();
    const { id, epoch } = await claimed(engine);
    await engine.attempts.wait([{ id, epoch, externalId: 'there', pollAfterMs: 60_000 }], OTHER_OWNER);
    expect(await engine.attempts.takePolls(5, 30_000, ['noop'])).toEqual([]);
    await harness.sql(`UPDATE tasks SET poll_at = app_now()`);
    expect(await engine.attempts.takePolls(5, 30_000, ['noop'])).toMatchObject([{ id, epoch, externalId: 'there' }]);
    expect(await engine.attempts.takePolls(5, 30_000, ['noop'])).toEqual([]);
  });
});

describe('a claim', () => {
  it('counts one attempt and one epoch, and keeps its lease and its deadline', async () => {
    const engine = await start();
    await engine.submit('noop', {}, { timeoutMs: 60_000 });
    await engine.claimTasks('default', 1, OTHER_OWNER, 15);
    expect(
      await harness.sql(`SELECT attempt, lease_epoch AS epoch, lease_owner AS owner, extract(epoch FROM lease_expires_at - started_at)::int AS lease,
                            extract(epoch FROM deadline_at - started_at)::int AS deadline FROM tasks`),
    ).toEqual([{ attempt: 1, epoch: 1, owner: OTHER_OWNER, lease: 15, deadline: 60 }]);
  });
});

describe('budgets', () => {
  it('a retry beyond the last attempt moves nothing', async () => {
    const engine = await start();
    const { id, epoch } = await claimed(engine, { maxAttempts: 1 });
    expect(await engine.attempts.retry([{ id, epoch, delayMs: 0, error }], OTHER_OWNER)).toEqual(new Set());
    const rejected = classify(new TaskFailure('rejected', 'too short'));
    await harness.sql(`UPDATE tasks SET rejections = max_rejections`);
    expect(await engine.attempts.retry([{ id, epoch, delayMs: 0, error: rejected }], OTHER_OWNER)).toEqual(new Set());
    expect(await engine.tasks.get(id)).toMatchObject({ status: 'running', attempt: 1, epoch });
  });

  it('cancelling all leaves what was submitted later', async () => {
    const engine = await start();
    const [early, late] = [await engine.submit('noop'), await engine.submit('noop')];
    await harness.sql(`UPDATE tasks SET created_at = created_at + interval '1 hour' WHERE id = $1`, [late]);
    expect(await engine.tasks.cancelAll('somebody')).toEqual({ count: 1 });
    expect((await engine.tasks.get(early)).status).toBe('cancelled');
    expect((await engine.tasks.get(late)).status).toBe('submitted');
  });

  it('a retry by hand is for what ended without success', async () => {
    const engine = await start();
    const { id: done, epoch } = await claimed(engine);
    await engine.attempts.complete([{ id: done, epoch, result: 1 }], OTHER_OWNER);
    const { id: running } = await claimed(engine);
    const [ready, later] = [await engine.submit('noop'), await engine.submit('noop', {}, { runAt: new Date(Date.now() + 60_000) })];
    for (const id of [done, running, ready, later]) {
      await expect(engine.tasks.retry(id, {}, 'operator')).rejects.toMatchObject({ status: 409, code: 'not_retryable' });
    }
  });
});

describe('a rescue', () => {
  it('spares a lease that was claimed anew, and one that was prolonged without a beat', async () => {
    const engine = await start();
    const { id, epoch } = await claimed(engine);
    await engine.attempts.release([{ id, epoch }], OTHER_OWNER);
    const next = await engine.claim();
    await expire();
    expect(await engine.maintenance.rescue([{ id, epoch, beat: 0 }], 'rescuer')).toEqual([]);
    await harness.sql(`UPDATE tasks SET lease_expires_at = app_now() + interval '1 min'`);
    expect(await engine.maintenance.rescue([{ id, epoch: next.epoch, beat: 0 }], 'rescuer')).toEqual([]);
    expect(await engine.tasks.get(id)).toMatchObject({ status: 'running', epoch: next.epoch });
  });

  it('of the rescuer starts over after a failed look', async () => {
    const engine = await start();
    const { id } = await claimed(engine);
    await expire();
    let now = 0;
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => now);
    try {
      const at = async (ms: number) => {
        now = ms;
        return engine.scheduler.rescue();
      };
      expect(await at(0)).toBe(0);
      const expiredLeases = engine.maintenance.expiredLeases.bind(engine.maintenance);
      engine.maintenance.expiredLeases = () => Promise.reject(new Error('the database is away'));
      await expect(at(3_000)).rejects.toThrow('away');
      engine.maintenance.expiredLeases = expiredLeases;
      expect([await at(6_000), await at(8_000)]).toEqual([0, 0]);
      expect(await at(11_000)).toBe(1);
    } finally {
      clock.mockRestore();
    }
    expect((await engine.tasks.get(id)).status).toBe('submitted');
  });
});

describe('the chain of the audit', () => {
  it('rejects a version that jumps while the status stays', async () => {
    const engine = await start();
    await claimed(engine);
    await expect(harness.sql(`UPDATE tasks SET version = version + 2`)).rejects.toThrow('illegal change');
  });
});

describe('the notification of a task', () => {
  it('is sent once, when the task is stored', async () => {
    const engine = await start();
    const events: string[] = [];
    const insert = engine.repository.insert.bind(engine.repository);
    engine.repository.insert = async (...args) => {
      const stored = await insert(...args);
      events.push('stored');
      return stored;
    };
    engine.get(TaskQueue).announce = (tickets) => void events.push(`announced ${tickets.length}`);
    const keyed = { idempotencyKey: uuidv7() };
    const id = await engine.submit('noop', {}, keyed);
    expect(events).toEqual(['stored', 'announced 1']);
    expect(await engine.submit('noop', {}, keyed)).toBe(id);
    expect(events).toEqual(['stored', 'announced 1', 'stored']);
  });
});

describe('an error of the records that belong to a new task', () => {
  it('stores nothing of it', async () => {
    const engine = await start();
    const onSubmitted = () => Promise.reject(new Error('no such account'));
    engine.get(TaskDefinitionRegistry).register({ name: 'picky' }, { handle: () => Promise.resolve(), onSubmitted });
    await expect(engine.submit('picky')).rejects.toThrow('no such account');
    expect(await harness.sql(`SELECT id FROM tasks`)).toEqual([]);
  });
});
