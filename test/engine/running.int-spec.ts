import { describe, expect, it } from '@jest/globals';
import { TaskFailure } from '../../src/core/task/failure.ts';
import { snooze } from '../../src/core/task/outcome.ts';
import type { TaskContext } from '../../src/tasks/definitions/task-context.ts';
import { type Engine, type EngineOptions, OTHER_OWNER, type TestHandler, useEngines } from '../support/engine.ts';
import { LocalWorkers } from '../../src/tasks/queues/local-workers.ts';
import { ExternalWorkPoller } from '../../src/workers/pool/external-work-poller.ts';
import { waitFor } from '../support/wait-for.ts';

const harness = useEngines();
const SOON = { baseMs: 1, maxMs: 1 };

type Options = Omit<EngineOptions, 'databaseUrl'>;

/** An engine whose only task is `work`. */
const start = (handle: TestHandler['handle'], { options, ...rest }: Options & { options?: TestHandler['options'] } = {}): Promise<Engine> =>
  harness.start({ handlers: [{ name: 'work', options: { backoff: SOON, ...options }, handle }], slots: 2, loops: true, ...rest });

async function outcomeOf(handle: TestHandler['handle'], options?: TestHandler['options']) {
  const engine = await start(handle, { options });
  const id = await engine.submit('work');
  return engine.ended(id);
}

const transient = (message = 'busy') => new TaskFailure('transient', message);

describe('an attempt that takes too long', () => {
  const untilAborted = ({ signal }: TaskContext) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));

  it('sees its signal, and is retried', async () => {
    const reasons: unknown[] = [];
    const row = await outcomeOf(
      (context) => {
        context.signal.addEventListener('abort', () => reasons.push(context.signal.reason));
        return context.attempt === 1 ? untilAborted(context) : 'in time';
      },
      { timeoutMs: 150 },
    );
    expect(row).toMatchObject({ status: 'completed', attempt: 2, result: 'in time' });
    expect(reasons).toMatchObject([{ reason: 'timed_out' }]);
  });

  it('ends its task as timed out when it was the last', async () => {
    expect(await outcomeOf(untilAborted, { timeoutMs: 100, maxAttempts: 2 })).toMatchObject({
      status: 'timeout',
      attempt: 2,
      error: { class: 'timeout', code: 'attempt_timeout', message: 'attempt 2 ran longer than 100 ms' },
    });
  });

  it('loses its lease 2 s later and its slot 5 s later when it ignores its signal, and cannot affect the next attempt', async () => {
    const gate = Promise.withResolvers<void>();
    const engine = await start(
      async ({ attempt, signal, log }) => {
        if (attempt === 1) await gate.promise;
        else await new Promise((ok) => setTimeout(ok, 500)); // long enough for a notification about the first attempt to arrive
        log.info(`attempt ${attempt}, aborted: ${signal.aborted}`);
        return attempt;
      },
      { options: { timeoutMs: 1_000 } },
    );
    const id = await engine.submit('work');
    expect(await engine.ended(id)).toMatchObject({ status: 'completed', attempt: 2, result: 2 });
    expect(await harness.transitions(id)).toEqual([
      'submit > submitted',
      'claim > running',
      'time_out > submitted',
      'claim > running',
      'complete > completed',
    ]);
    const running = () => engine.pool.status()[0]?.running;
    expect(running()).toBe(1);
    await waitFor(async () => running() === 0, { what: 'the slot of the deaf handler' });
    gate.resolve();
    await engine.pool.drain({ tasksMs: 0 });
    expect(await harness.sql(`SELECT message FROM task_logs`)).toEqual([{ message: 'attempt 2, aborted: false' }]);
  });
});

describe('a process that drains', () => {
  it('lets its tasks end, and releases without penalty those that do not', async () => {
    const engine = await start(
      ({ params, signal }) =>
        new Promise((resolve, reject) => {
          if (params['quick']) setTimeout(resolve, 200, 'in time');
          else signal.addEventListener('abort', () => (params['last'] ? resolve('last words') : reject(signal.reason as Error)));
        }),
      { slots: 3 },
    );
    const [quick, last, slow] = await Promise.all(
      [{ quick: true }, { last: true }, {}].map((params) => engine.submit('work', params, { maxAttempts: 1 })),
    );
    await waitFor(async () => engine.pool.status()[0]?.running === 3, { what: 'all attempts' });
    expect(engine.get(LocalWorkers).find('default')).toMatchObject({ slots: 3, running: 3, lastClaimAt: expect.any(Date) });
    const late = engine.pool.drain({ tasksMs: 500 }).then(() => engine.submit('work'));
    expect(await engine.ended(quick ?? '')).toMatchObject({ status: 'completed', result: 'in time' });
    expect((await engine.tasks.get((await late) ?? '')).status).toBe('submitted');
    expect(engine.get(LocalWorkers).find('default')).toMatchObject({ slots: 3, lastClaimAt: null });
    expect(await engine.tasks.get(last ?? '')).toMatchObject({ status: 'completed', result: 'last words' });
    expect(await engine.tasks.get(slow ?? '')).toMatchObject({ status: 'submitted', attempt: 0, epoch: 2, error: null });
  });

  it('gives an attempt back five times; from then on each release costs one', async () => {
    const engine = await start(() => undefined, { slots: undefined, loops: false });
    const id = await engine.submit('work', {}, { maxAttempts: 3 });
    const attempts: number[] = [];
    for (let release = 1; release <= 7; release++) {
      expect(await engine.attempts.release([await engine.claim()], OTHER_OWNER)).toEqual(new Set([id]));
      attempts.push((await engine.tasks.get(id)).attempt);
    }
    expect(attempts).toEqual([0, 0, 0, 0, 0, 1, 2]);
    expect(await engine.attempts.release([await engine.claim()], OTHER_OWNER)).toEqual(new Set());
  });
});

describe('a task that a process does not know', () => {
  it('is not claimed by it, quarantined or not, and costs no transition until a process knows it', async () => {
    const knowing = await start(() => 'known', { slots: undefined });
    const other = await harness.start({ handlers: [{ name: 'marker', handle: () => 'done' }] });
    const [id, crashed] = [await knowing.submit('work', {}, { maxAttempts: 1 }), await knowing.submit('work')];
    await harness.sql(`UPDATE tasks SET crash_count = 1 WHERE id = $1`, [crashed]);
    const markers = [await other.submit('marker'), await other.submit('marker')];
    await harness.sql(`UPDATE tasks SET crash_count = 1 WHERE id = $1`, [markers[1]]);
    other.pool.start();
    for (const marker of markers) await other.ended(marker); // both workers have claimed since the tasks were ready
    for (const one of [id, crashed]) expect(await harness.transitions(one)).toEqual(['submit > submitted']);
    knowing.pool.start();
    for (const one of [id, crashed]) expect(await knowing.ended(one)).toMatchObject({ status: 'completed', attempt: 1, result: 'known' });
  });

  it('is not polled by it while its external work runs', async () => {
    const knowing = await start(() => 'known', { slots: undefined });
    await knowing.submit('work');
    const { id, epoch } = await knowing.claim();
    await knowing.attempts.wait([{ id, epoch, externalId: 'job', pollAfterMs: 0 }], OTHER_OWNER);
    expect(await (await harness.start()).get(ExternalWorkPoller).poll(new AbortController().signal)).toBe(0);
    expect(await knowing.get(ExternalWorkPoller).poll(new AbortController().signal)).toBe(1);
  });
});

describe('log lines', () => {
  const lines = (id: string) =>
    harness.sql<{ seq: number; attempt: number; level: string; message: string; data: unknown }>(
      `SELECT seq, attempt, level, message, data FROM task_logs WHERE task_id = $1 ORDER BY seq`,
      [id],
    );

  it('keep their order, and count on over the attempts', async () => {
    const engine = await start(async ({ attempt, log }) => {
      for (let i = 1; i <= 3; i++) {
        log.info(`line ${i}`, { i });
        await new Promise((ok) => setImmediate(ok));
      }
      if (attempt < 3) throw transient();
    });
    const id = await engine.submit('work');
    await engine.ended(id);
    expect(await lines(id)).toEqual(
      [1, 2, 3].flatMap((attempt) =>
        [1, 2, 3].map((i) => ({ seq: 3 * (attempt - 1) + i, attempt, level: 'info', message: `line ${i}`, data: { i } })),
      ),
    );
  });

  it('are stored before the end of their task', async () => {
    const engine = await start(({ log }) => log.warn('last words'));
    const ids = (
      await engine.tasks.submitMany(Array.from({ length: 50 }, () => ({ name: 'work', createdBy: 'test', trigger: 'api' })))
    ).map(({ id }) => id);
    for (const id of ids) {
      await engine.ended(id);
      expect(await lines(id)).toMatchObject([{ level: 'warn', message: 'last words', data: null }]);
    }
  });

  it('are bounded: 10,000 in an attempt, 8,000 characters in a line', async () => {
    const engine = await start(({ log }) => {
      log.debug('m'.repeat(20_000), { much: 'd'.repeat(20_000) });
      log.error('a\0\ud800', { text: '\0' });
      for (let i = 0; i < 10_500; i++) log.info('again');
    });
    const id = await engine.submit('work');
    expect((await engine.ended(id)).status).toBe('completed');
    const stored = await lines(id);
    expect(stored).toHaveLength(10_001);
    expect(stored[0]).toMatchObject({
      message: expect.stringMatching(/^m{7970,} … \[cut: 20000 characters\]$/),
      data: { truncated: true },
    });
    expect(stored[1]).toMatchObject({ message: 'a\uFFFD\uFFFD', data: { text: '\uFFFD' } });
    expect(stored.at(-1)).toMatchObject({
      seq: 10_001,
      level: 'warn',
      message: '502 further log lines were dropped (limit 10000 for an attempt)',
    });
  });
});

describe('progress', () => {
  it('is stored while the task runs, at most four times a second, always the newest', async () => {
    const gate = Promise.withResolvers<void>();
    const engine = await start(async ({ progress }) => {
      const until = performance.now() + 600;
      for (let i = 0; performance.now() < until; i++) {
        progress(i % 90, `step ${i}`);
        await new Promise((ok) => setTimeout(ok, 2));
      }
      progress(93.4, 'last');
      await gate.promise;
    });
    let written = 0;
    const update = engine.attempts.updateProgress.bind(engine.attempts);
    engine.attempts.updateProgress = (rows) => {
      written += 1;
      return update(rows);
    };
    const id = await engine.submit('work');
    const row = await waitFor(async () => (await engine.tasks.get(id)).step === 'last' && engine.tasks.get(id), {
      what: 'the last progress',
    });
    expect(row).toMatchObject({ status: 'running', progress: 93 });
    expect(written).toBeGreaterThanOrEqual(3);
    expect(written).toBeLessThanOrEqual(5);
    gate.resolve();
    expect(await engine.ended(id)).toMatchObject({ progress: 100 });
  });

  it('stays within 0 and 100 for any report, and is reset with each attempt', async () => {
    const gate = Promise.withResolvers<void>();
    const engine = await start(
      async ({ progress, params, attempt }) => {
        if (attempt === 1) {
          progress(params['percent'] === null ? Number.NaN : Number(params['percent']));
          await gate.promise;
          throw transient();
        }
        return snooze('hold', 60_000);
      },
      { slots: 5 },
    );
    const ids = await Promise.all([-5, 1e9, null, 49.5].map((percent) => engine.submit('work', { percent })));
    const progress = async () =>
      (await engine.repository.findMany(ids)).sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id)).map((row) => row.progress);
    expect(await waitFor(async () => !(await progress()).includes(null) && progress(), { what: 'all progress' })).toEqual([0, 100, 0, 50]);
    gate.resolve();
    await waitFor(async () => (await progress()).every((p) => p === null), { what: 'a fresh start' });
  });

  it('keeps the last report when the handler fails at once after it', async () => {
    const engine = await start(async ({ progress }) => {
      progress(40, 'half-way');
      throw new RangeError('as it fell');
    });
    const ended = await engine.ended(await engine.submit('work', {}, { maxAttempts: 1 }));
    expect(ended).toMatchObject({ status: 'failed', progress: 40, step: 'half-way' });
  });
});
