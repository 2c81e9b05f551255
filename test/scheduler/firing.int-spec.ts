import { describe, expect, it } from '@jest/globals';
import { INSERT_FIRINGS } from '../../src/scheduler/firing.sql.ts';
import { runBehindLock } from '../support/lock-holder.ts';
import type { OverlapPolicy } from '../../src/core/schedule/overlap.ts';
import { waitFor } from '../support/wait-for.ts';
import { useSchedulers } from './scheduler-harness.ts';

const harness = useSchedulers();
const MINUTELY = { trigger: { type: 'cron', expression: '* * * * *' } } as const;
const outcomes = (rows: readonly { outcome: string; reason: string | null }[]) => rows.map(({ outcome, reason }) => reason ?? outcome);
const tasks = () =>
  harness.sql<{ id: string; status: string; params: unknown; created_by: string; trigger: string }>('SELECT * FROM tasks ORDER BY id');

describe('a schedule that is due', () => {
  it('submits its task with rendered params, and goes on', async () => {
    const scheduler = await harness.start();
    const params = { at: '{{ scheduledAt }}', day: '{{ localDate }}', list: ['{{ scheduleName }}', 7] };
    const { id } = await scheduler.create({ params, timeZone: 'Asia/Shanghai' });
    const due = await harness.due(id);
    expect(await scheduler.fireDue()).toBe(1);
    expect(await scheduler.fireDue()).toBe(0);
    const local = new Date(due.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);
    expect(await tasks()).toEqual([
      expect.objectContaining({
        params: { at: due.toISOString(), day: local, list: ['hourly', 7] },
        created_by: 'schedule:hourly',
        trigger: 'schedule',
      }),
    ]);
    const [firing] = await scheduler.history(id);
    expect(firing).toMatchObject({ dueAt: due, kind: 'due', outcome: 'fired', taskStatus: 'submitted', actor: 'schedule:hourly' });
    expect(firing?.lateMs).toBeGreaterThanOrEqual(0);
    expect(await scheduler.lateness()).toContain('contenthub_schedule_lateness_seconds_count 1');
    expect((await scheduler.schedules.get(id)).nextDueAt).toEqual(new Date((Math.floor(due.getTime() / 3_600_000) + 1) * 3_600_000));
  });

  it('fires once in any number of processes', async () => {
    const all = await Promise.all([harness.start(), harness.start(), harness.start()]);
    const ids = await Promise.all(Array.from({ length: 120 }, async (_, i) => (await all[i % 3]?.create({ name: `s-${i}` }))?.id ?? ''));
    for (const id of ids) await harness.due(id);
    const counts = await Promise.all(all.map((scheduler) => scheduler.fireDue()));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(120);
    expect(new Set((await tasks()).map(({ created_by }) => created_by)).size).toBe(120);
    expect(await tasks()).toHaveLength(120);
  });

  it('does not fire a due time again that has fired', async () => {
    const scheduler = await harness.start();
    const { id } = await scheduler.create();
    const due = await harness.due(id);
    await scheduler.fireDue();
    await harness.sql('UPDATE schedules SET next_due_at = $1, next_fire_at = app_now()', [due]);
    expect(await scheduler.fireDue()).toBe(1);
    expect([await tasks(), await scheduler.history(id)]).toEqual([[expect.anything()], [expect.objectContaining({ dueAt: due })]]);
  });

  it('that has fired is not replaced, not even by a back-fill that did not see it', async () => {
    const scheduler = await harness.start();
    const { id } = await scheduler.create();
    const dueAt = await harness.due(id);
    await scheduler.fireDue();
    const firing = { scheduleId: id, dueAt, fireAt: dueAt, kind: 'backfill', outcome: 'fired', actor: 'test', taskId: id };
    expect(await harness.sql(INSERT_FIRINGS, [JSON.stringify([firing])])).toEqual([]);
    expect(await scheduler.history(id)).toEqual([expect.objectContaining({ dueAt, kind: 'due' })]);
  });

  it('is left to the process that has locked it', async () => {
    const scheduler = await harness.start();
    const [locked, free] = [await scheduler.create({ name: 'locked' }), await scheduler.create({ name: 'free' })];
    await harness.due(locked.id);
    await harness.due(free.id);
    const lock = { text: 'SELECT 1 FROM schedules WHERE id = $1 FOR UPDATE', values: [locked.id] };
    await expect(runBehindLock(harness.url, lock, () => scheduler.fireDue())).rejects.toThrow('it did not wait for the lock');
    expect((await tasks()).map(({ created_by }) => created_by)).toEqual(['schedule:free']);
    await scheduler.fireDue();
    expect(await tasks()).toHaveLength(2);
  });

  it('does not fire while it is paused; the due times of the pause are recorded', async () => {
    const scheduler = await harness.start();
    const { id } = await scheduler.create(MINUTELY);
    await scheduler.actions.pause(id, 'test');
    await harness.sql(`UPDATE schedules SET next_due_at = date_trunc('minute', app_now()) - interval '10 min'`);
    expect(await scheduler.fireDue()).toBe(0);
    await scheduler.actions.resume(id, 'somebody');
    expect(await scheduler.history(id)).toEqual([
      expect.objectContaining({ outcome: 'skipped', reason: 'paused', count: 11, actor: 'somebody' }),
    ]);
    const { nextDueAt, pausedAt } = await scheduler.schedules.get(id);
    expect([pausedAt, (nextDueAt as Date) > (await scheduler.schedules.now())]).toEqual([null, true]);
    expect(await scheduler.fireDue()).toBe(0);
  });

  it('is finished after its last due time', async () => {
    const scheduler = await harness.start();
    const { id } = await scheduler.create({ endsAt: new Date((await scheduler.schedules.now()).getTime() + 2 * 3_600_000) });
    await harness.due(id);
    await harness.sql(`UPDATE schedules SET ends_at = app_now()`);
    await scheduler.fireDue();
    expect((await scheduler.schedules.get(id)).nextDueAt).toBeNull();
    expect([await tasks(), await scheduler.fireDue()]).toEqual([[expect.anything()], 0]);
  });

  it('records a task that is rejected, goes on, and does not hold up the others', async () => {
    const scheduler = await harness.start();
    scheduler.definitions.register(
      { name: 'picky' },
      { handle: () => Promise.resolve({}), onSubmitted: () => Promise.reject(new Error('no such row')) },
    );
    const [bad, good] = [await scheduler.create({ name: 'bad', taskName: 'picky' }), await scheduler.create({ name: 'good' })];
    const gone = await scheduler.create({ name: 'gone' });
    await harness.sql(`UPDATE schedules SET task_name = 'gone' WHERE id = $1`, [gone.id]);
    for (const { id } of [bad, good, gone]) await harness.due(id);
    expect(await scheduler.fireDue()).toBe(3);
    expect((await tasks()).map(({ created_by }) => created_by)).toEqual(['schedule:good']);
    expect(await scheduler.history(bad.id)).toEqual([
      expect.objectContaining({ outcome: 'failed', reason: 'error', detail: 'no such row' }),
    ]);
    expect(await scheduler.history(gone.id)).toEqual([expect.objectContaining({ outcome: 'failed', reason: 'unknown_task' })]);
    expect(await scheduler.fireDue()).toBe(0);
  });
});

describe('a change of a schedule', () => {
  it('skips once for a version, also when two requests come at once', async () => {
    const scheduler = await harness.start();
    const { id } = await scheduler.create();
    const skip = () => scheduler.actions.skipNext(id, 1, 'test');
    const results = await Promise.allSettled([skip(), skip()]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await scheduler.history(id)).toHaveLength(1);
  });

  it('is refused after another change', async () => {
    const scheduler = await harness.start();
    const read = await scheduler.create();
    await scheduler.schedules.update(read, { jitterSeconds: 5 });
    await expect(scheduler.schedules.update(read, { jitterSeconds: 9 })).rejects.toMatchObject({ code: 'version_changed' });
  });

  it('keeps the next due time when only its task changes, and counts from now when its trigger does', async () => {
    const scheduler = await harness.start();
    const read = await scheduler.create();
    const due = await harness.due(read.id, 5);
    const same = await scheduler.schedules.update(read, { params: { a: 1 } });
    expect(same.nextDueAt).toEqual(due);
    const moved = await scheduler.schedules.update(same, MINUTELY);
    expect((moved.nextDueAt as Date) > (await scheduler.schedules.now())).toBe(true);
  });
});

describe('due times that no scheduler handled', () => {
  it.each([
    ['skip', 0],
    ['last', 1],
    ['all', 60],
  ] as const)('misfire %s: %i fire, and each is recorded', async (misfire, fired) => {
    const scheduler = await harness.start();
    const { id } = await scheduler.create({ ...MINUTELY, misfire });
    await harness.due(id, 240 * 60, 'minute');
    await scheduler.fireDue();
    const counted = (await scheduler.history(id)).reduce((sum, { count }) => sum + (count ?? 1), 0);
    // The current minute is on time in its first seconds, and the hour may end between two statements.
    expect(Math.abs((await tasks()).length - fired)).toBeLessThanOrEqual(1);
    expect([241, 242]).toContain(counted);
  });

  it('all: at most 100 fire', async () => {
    const scheduler = await harness.start();
    const { id } = await scheduler.create({ ...MINUTELY, misfire: 'all', catchUpSeconds: 604_800 });
    await harness.due(id, 2_000 * 60, 'minute');
    await scheduler.fireDue();
    expect(await tasks()).toHaveLength(100);
    expect((await scheduler.history(id))[0]).toMatchObject({ reason: 'misfire_limit', count: null });
  });
});

describe('a due time while a task of the schedule has not ended', () => {
  const twice = async (overlap: OverlapPolicy) => {
    const scheduler = await harness.start();
    const { id } = await scheduler.create({ overlap });
    for (const secondsAgo of [4, 3]) {
      await harness.due(id, secondsAgo);
      await scheduler.fireDue();
    }
    return { scheduler, id };
  };
  const statuses = async () => (await tasks()).map(({ status }) => status);

  it('skip: is skipped, and fires again once the task has ended', async () => {
    const { scheduler, id } = await twice('skip');
    expect(outcomes(await scheduler.history(id))).toEqual(['fired', 'still_running']);
    const [first] = await tasks();
    await scheduler.tasks.cancelByIds([first?.id ?? ''], 'test');
    await harness.due(id, 2);
    await scheduler.fireDue();
    expect(await statuses()).toEqual(['cancelled', 'submitted']);
  });

  it('queue: waits for the task before it, also when that fails', async () => {
    const { scheduler } = await twice('queue');
    expect(await statuses()).toEqual(['submitted', 'pending']);
    const [first] = await tasks();
    await scheduler.tasks.cancelByIds([first?.id ?? ''], 'test');
    expect(await statuses()).toEqual(['cancelled', 'submitted']);
  });

  it('allow: fires beside it', async () => {
    await twice('allow');
    expect(await statuses()).toEqual(['submitted', 'submitted']);
  });

  it('cancel_previous: replaces it', async () => {
    await twice('cancel_previous');
    expect(await statuses()).toEqual(['cancelled', 'submitted']);
  });
});

describe('a clock that jumps', () => {
  const params = { at: '{{ scheduledAt }}' };
  const everySecond = { trigger: { type: 'every', everyMs: 1_000, anchorAt: '2026-01-01T00:00:00.000Z' }, params } as const;
  /** Due times of the tasks. */
  const dues = async () => (await tasks()).map((task) => (task.params as { at: string }).at);

  it.each(['1 hour', '1 day'])('forward by %s: one due time fires, and the others are recorded', async (jump) => {
    const { id } = await (await harness.start()).create({ ...MINUTELY, params });
    const scheduler = await harness.moveClock(jump);
    await scheduler.fireDue();
    expect((await dues()).length).toBeLessThanOrEqual(1);
    const reasons = (await scheduler.history(id)).map(({ reason }) => reason);
    expect(reasons.filter((reason) => reason !== null).length).toBeGreaterThan(50);
    expect(await scheduler.fireDue()).toBe(0);
  });

  it.each(['1 hour', '1 day'])('back by %s, and on: no due time fires twice, and the history tells it', async (jump) => {
    const before = await harness.start();
    const { id } = await before.create({ ...MINUTELY, params, misfire: 'all', catchUpSeconds: 7_200 });
    const fired = await harness.due(id, 0, 'minute');
    await before.fireDue();
    const scheduler = await harness.moveClock(`-${jump}`);
    expect(await scheduler.fireDue()).toBe(1);
    const { nextDueAt } = await scheduler.schedules.get(id);
    const ahead = (nextDueAt as Date).getTime() - (await scheduler.schedules.now()).getTime();
    expect(ahead).toBeLessThanOrEqual(60_000);
    expect((await scheduler.history(id)).map(({ reason }) => reason)).toContain('clock_moved_back');
    const after = await harness.moveClock('0');
    await after.fireDue();
    const all = await dues();
    expect(all.filter((due) => due === fired.toISOString())).toHaveLength(1);
    expect([all.length > 50, new Set(all).size]).toEqual([true, all.length]);
  });

  it('forward and back by a day: due times that were skipped fire when they come', async () => {
    const { id } = await (await harness.start()).create(everySecond);
    const ahead = await harness.moveClock('1 day');
    await ahead.fireDue();
    const early = await dues();
    const scheduler = await harness.moveClock('0');
    const fires = async () => {
      await scheduler.fireDue();
      return (await dues()).length >= early.length + 3;
    };
    await waitFor(fires, { what: 'the schedule to fire at the right time' });
    const all = await dues();
    expect(new Set(all).size).toBe(all.length);
    expect((await scheduler.history(id)).map(({ reason }) => reason)).toContain('clock_moved_back');
  });
});
