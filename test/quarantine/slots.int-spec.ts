import { describe, expect, it } from '@jest/globals';
import { reportExit } from '../../src/engine/recovery/exit-report.ts';
import { type Engine, useEngines } from '../support/engine.ts';
import { waitFor } from '../support/wait-for.ts';
import { HANDLERS } from './handlers.ts';
import { useProcesses } from './processes.ts';

const harness = useEngines();
const processes = useProcesses();
const noop = { name: 'noop', handle: (): unknown => undefined };
const ANY = 9;

/** A task whose worker died this often while it ran. */
async function suspect(engine: Engine, crashes: number, priority = 5): Promise<string> {
  const id = await engine.submit('noop', {}, { priority });
  for (let n = 0; n < crashes; n++) {
    const owner = `host:1:boot-${id}-${n}`;
    expect((await engine.claim(owner)).id).toBe(id);
    await reportExit({ url: harness.url }, `boot-${id}-${n}`);
  }
  return id;
}

const claimQuarantined = (engine: Engine, limit: number, maxCrashes = ANY, owner = 'other:1:boot') =>
  engine.claimQuarantined(['default'], limit, owner, 15, maxCrashes).then((tasks) => tasks.map(({ id }) => id));
const counts = (id: string) =>
  harness.sql(`SELECT status, attempt, crash_count AS crashes, release_count AS releases FROM tasks WHERE id = $1`, [id]);

describe('a task that was running when its process ended', () => {
  it('is claimed by no ordinary worker', async () => {
    const engine = await harness.start({ handlers: [noop] });
    const id = await suspect(engine, 1);
    const healthy = await engine.submit('noop');
    expect((await engine.claimTasks('default', 10, 'other:1:boot', 15)).map((task) => task.id)).toEqual([healthy]);
    expect(await engine.quarantinedCrashCounts(['default'], 10)).toEqual([1]);
    expect(await engine.tasks.get(id)).toMatchObject({ status: 'submitted' });
    expect(await harness.sql(`SELECT status, count(*)::int AS count FROM tasks GROUP BY 1 ORDER BY 1`)).toEqual([
      { status: 'running', count: 1 },
      { status: 'submitted', count: 1 },
    ]);
  });

  it('waits with other quarantined tasks, those with the fewest crashes first, then by rank', async () => {
    const engine = await harness.start({ handlers: [noop] });
    const twice = await suspect(engine, 2, 10);
    const [late, urgent] = [await suspect(engine, 1, 3), await suspect(engine, 1, 8)];
    const expected = [urgent, late, twice];
    expect(await engine.quarantinedCrashCounts(['default'], 10)).toEqual([1, 1, 2]);
    expect(await claimQuarantined(engine, 1)).toEqual(expected.slice(0, 1));
    expect(await claimQuarantined(engine, 10, 1)).toEqual(expected.slice(1, 2));
    expect(await claimQuarantined(engine, 10)).toEqual(expected.slice(2));
  });

  it('is found behind a page of 500 that may not start', async () => {
    const other = { name: 'other', options: { capabilities: ['gpu'] }, handle: noop.handle };
    const engine = await harness.start({ handlers: [noop, other], settings: { WORKER_CAPABILITIES: 'cpu' } });
    await engine.tasks.submitMany(
      Array.from({ length: 500 }, () => ({ name: 'other', priority: 8, createdBy: 'test', trigger: 'api' as const })),
    );
    const id = await engine.submit('noop', {}, { priority: 3 });
    await harness.sql('UPDATE tasks SET crash_count = 1');
    const looks = [await engine.quarantinedCrashCounts(['default'], 10), await engine.quarantinedCrashCounts(['default'], 10)];
    expect(looks).toEqual([[], [1]]);
    expect(await claimQuarantined(engine, 10)).toEqual([id]);
  });

  it.each([
    ['completes', 0],
    ['is retried', 0],
    ['only asks for a later time', 2],
  ])('whose attempt %s has a crash count of %i', async (end, crashes) => {
    const engine = await harness.start({ handlers: [noop] });
    const id = await suspect(engine, 2);
    const task = await engine.claim();
    const error = { class: 'transient', code: 'x', message: 'x', fingerprint: 'x' } as const;
    if (end === 'completes') await engine.attempts.complete([{ id, epoch: task.epoch, result: null }], 'test');
    if (end === 'only asks for a later time') await engine.attempts.snooze([{ id, epoch: task.epoch, delayMs: 0 }], 'test');
    if (end === 'is retried') await harness.sql('UPDATE tasks SET max_attempts = 9');
    if (end === 'is retried') await engine.attempts.retry([{ id, epoch: task.epoch, delayMs: 0, error }], 'test');
    expect(await counts(id)).toMatchObject([{ crashes }]);
  });

  it('stays in quarantine when it is released by a drain', async () => {
    const engine = await harness.start({ handlers: [noop] });
    const id = await suspect(engine, 1);
    const { epoch } = await engine.claim();
    await engine.attempts.release([{ id, epoch }], 'test');
    expect(await counts(id)).toEqual([{ status: 'submitted', attempt: 1, crashes: 1, releases: 1 }]);
  });

  it('gets no crash count for the death of the worker of its child process, five times', async () => {
    const engine = await harness.start({ handlers: [noop] });
    const id = await suspect(engine, 1);
    for (let n = 1; n <= 5; n++) {
      expect(await claimQuarantined(engine, 1, ANY, 'host:1:isolated:boot')).toEqual([id]);
      expect(await reportExit({ url: harness.url }, 'boot')).toBe(1);
      expect(await counts(id)).toEqual([{ status: 'submitted', attempt: 1, crashes: 1, releases: n }]);
    }
    await claimQuarantined(engine, 1, ANY, 'host:1:isolated:boot');
    await reportExit({ url: harness.url }, 'boot');
    expect(await counts(id)).toEqual([{ status: 'submitted', attempt: 2, crashes: 2, releases: 5 }]);
  });

  it('nor for its loss', async () => {
    const engine = await harness.start({ handlers: [noop] });
    const id = await suspect(engine, 1);
    await claimQuarantined(engine, 1, ANY, 'host:1:isolated:boot');
    await harness.sql(`UPDATE tasks SET lease_expires_at = app_now() - interval '1 s'`);
    const seen = await engine.maintenance.expiredLeases();
    expect(await engine.maintenance.rescue(seen, 'rescuer')).toEqual([{ id, status: 'submitted', queue: 'default' }]);
    expect(await counts(id)).toEqual([{ status: 'submitted', attempt: 1, crashes: 1, releases: 1 }]);
  });

  it('fails at its third crash, when it ran alone', async () => {
    const engine = await harness.start({ handlers: [noop] });
    const id = await suspect(engine, 2);
    const { epoch } = await engine.claim('host:1:isolated:boot');
    expect(await engine.maintenance.rescueIsolated({ id, epoch: epoch - 1, cause: 'SIGSEGV' }, 'test')).toEqual([]);
    expect(await engine.maintenance.rescueIsolated({ id, epoch, cause: 'SIGSEGV' }, 'test')).toEqual([
      { id, status: 'failed', queue: 'default' },
    ]);
    expect((await engine.tasks.get(id)).error).toEqual({
      class: 'crashed',
      code: 'process_ended',
      message: 'the process of attempt 3 ended with SIGSEGV',
      fingerprint: 'process_ended SIGSEGV',
    });
  });
});

describe('a worker', () => {
  /** Puts tasks into quarantine, like the end of a worker. */
  const setApart = (crashes: number) => harness.sql(`UPDATE tasks SET crash_count = $1`, [crashes]);

  it('runs quarantined tasks in child processes, and in a fresh one for their last attempt', async () => {
    const engine = await harness.start({ handlers: HANDLERS });
    const ids = await Promise.all(Array.from({ length: 6 }, () => engine.submit('innocent', { ms: 0 })));
    await setApart(1);
    const worker = await processes.worker(harness.url, { QUARANTINE_SLOTS: '2', ISOLATED_PROCESSES: '1' });
    const pidsOf = (wanted: string[]) => Promise.all(wanted.map(async (id) => (await engine.ended(id)).result as number));
    const warm = await pidsOf(ids);
    expect(warm).not.toContain(worker.pid);
    expect(new Set(warm).size).toBeLessThanOrEqual(3);

    const last = await Promise.all(
      Array.from({ length: 3 }, () => engine.submit('innocent', { ms: 0 }, { runAt: new Date(Date.now() + 500) })),
    );
    await harness.sql(`UPDATE tasks SET crash_count = 2 WHERE status = 'pending'`);
    const fresh = await pidsOf(last);
    expect(new Set(fresh).size).toBe(3);
    expect(fresh.filter((pid) => warm.includes(pid))).toEqual([]);
  });

  it('that drains releases a quarantined task with its attempt', async () => {
    const engine = await harness.start({ handlers: HANDLERS });
    const id = await engine.submit('innocent', { ms: 60_000 });
    await setApart(1);
    const worker = await processes.worker(harness.url);
    await waitFor(async () => (await harness.transitions(id)).includes('claim > running'), { what: 'the attempt' });
    const [row] = await harness.sql<{ owner: string }>(`SELECT lease_owner AS owner FROM tasks`);
    expect(row?.owner).toMatch(new RegExp(`:${worker.pid}:isolated:`));
    expect(await worker.stop()).toEqual([0, null]);
    expect(await counts(id)).toEqual([{ status: 'submitted', attempt: 0, crashes: 1, releases: 1 }]);
    await engine.tasks.cancelByIds([id], 'test');
  });
});
