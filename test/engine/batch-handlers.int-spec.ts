import { describe, expect, it } from '@jest/globals';
import { TaskFailure } from '../../src/core/task/failure.ts';
import { cancel, snooze } from '../../src/core/task/outcome.ts';
import { type EngineOptions, type TestBatchHandler, useEngines } from '../support/engine.ts';
import { waitFor } from '../support/wait-for.ts';

const harness = useEngines();
const SOON = { baseMs: 1, maxMs: 1 };

type Options = Omit<EngineOptions, 'databaseUrl'> & { options?: TestBatchHandler['options'] };

/** An engine whose only task is `embed`. */
function start(handleBatch: TestBatchHandler['handleBatch'], { options, ...rest }: Options = {}) {
  const handler = { name: 'embed', options: { batch: { size: 10 }, backoff: SOON, ...options }, handleBatch };
  return harness.start({ handlers: [handler], loops: true, ...rest });
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

describe('a handler of batches', () => {
  it('gets the tasks that were claimed together, at most as many as its size, and answers each', async () => {
    const sizes: number[] = [];
    const square: TestBatchHandler['handleBatch'] = (tasks) => {
      sizes.push(tasks.length);
      return Promise.resolve(tasks.map(({ params }) => ({ square: Number(params['n']) ** 2 })));
    };
    const idle = await start(square);
    const ids = await Promise.all(numbers(25).map((n) => idle.submit('embed', { n })));
    const worker = await start(square, { slots: 25 });
    const rows = await Promise.all(ids.map((id) => worker.ended(id)));
    expect(rows.map(({ status, result }) => [status, result])).toEqual(numbers(25).map((n) => ['completed', { square: n * n }]));
    expect(sizes.sort((a, b) => b - a)).toEqual([10, 10, 5]);
    expect(await harness.transitions(ids[0] as string)).toEqual(['submit > submitted', 'claim > running', 'complete > completed']);
  });

  it('fails, retries, snoozes and cancels one task without the others', async () => {
    const seen: string[] = [];
    const engine = await start(
      (tasks) =>
        Promise.resolve(
          tasks.map(({ params, attempt, log }) => {
            const kind = String(params['kind']);
            seen.push(`${kind} ${attempt}`);
            log.info(`works on ${kind}`);
            if (kind === 'bad') return new TaskFailure('invalid_input', 'no such text', 'no_text');
            if (kind === 'busy' && attempt === 1) return new Error('socket hang up');
            if (kind === 'pointless') return cancel('nothing to do');
            if (kind === 'later' && seen.filter((line) => line.startsWith('later')).length === 1) return snooze('quota', 1);
            return { kind };
          }),
        ),
      { slots: 10 },
    );
    const kinds = ['good', 'bad', 'busy', 'pointless', 'later'];
    const ids = (
      await engine.tasks.submitMany(kinds.map((kind) => ({ name: 'embed', params: { kind }, createdBy: 'test', trigger: 'api' })))
    ).map(({ id }) => id);
    const rows = await Promise.all(ids.map((id) => engine.ended(id)));
    expect(rows.map(({ status, attempt }) => `${status} ${attempt}`)).toEqual([
      'completed 1',
      'failed 1',
      'completed 2',
      'cancelled 1',
      'completed 1',
    ]);
    expect(rows[1]?.error).toMatchObject({ class: 'invalid_input', code: 'no_text', message: 'no such text' });
    const lines = await harness.sql<{ message: string }>('SELECT message FROM task_logs WHERE task_id = $1', [ids[1]]);
    expect(lines.map(({ message }) => message)).toEqual(['works on bad']);
  });

  it.each<[string, TestBatchHandler['handleBatch'], object]>([
    ['throws', () => Promise.reject(new TaskFailure('invalid_output', 'the service answers nonsense', 'nonsense')), { code: 'nonsense' }],
    [
      'answers too few',
      () => Promise.resolve([1]),
      {
        class: 'internal',
        code: 'invalid_batch_result',
        message: 'handleBatch() returned 1 values. Return an array of 2 values, one for each task.',
      },
    ],
    [
      'answers no array',
      () => Promise.resolve(null as never),
      { code: 'invalid_batch_result', message: expect.stringContaining('returned null') },
    ],
  ])('that %s fails all tasks of the call', async (_, handleBatch, error) => {
    const engine = await start(handleBatch, { options: { batch: { size: 2, waitMs: 5_000 }, maxAttempts: 1 }, slots: 2 });
    const ids = [await engine.submit('embed'), await engine.submit('embed')];
    for (const row of await Promise.all(ids.map((id) => engine.ended(id)))) expect(row).toMatchObject({ status: 'failed', error });
  });

  it('waits for others up to waitMs, and not once the batch is full', async () => {
    const sizes: number[] = [];
    const handleBatch = (tasks: readonly unknown[]) => {
      sizes.push(tasks.length);
      return Promise.resolve(tasks.map(() => null));
    };
    const engine = await start(handleBatch, { options: { batch: { size: 3, waitMs: 50_000 } }, slots: 3 });
    const first = await engine.submit('embed');
    await waitFor(async () => (await engine.tasks.get(first)).status === 'running', { what: 'the first task to run' });
    const rest = [await engine.submit('embed'), await engine.submit('embed')];
    await Promise.all([first, ...rest].map((id) => engine.ended(id)));
    expect(sizes).toEqual([3]);
    await engine.close();

    sizes.length = 0;
    const patient = await start(handleBatch, { options: { batch: { size: 3, waitMs: 1 } }, slots: 3 });
    await patient.ended(await patient.submit('embed'));
    expect(sizes).toEqual([1]);
  });

  it('does not get a task that was cancelled while it waited', async () => {
    const calls: string[][] = [];
    const engine = await start(
      (tasks) => {
        calls.push(tasks.map(({ id }) => id));
        return Promise.resolve(tasks.map(() => null));
      },
      { options: { batch: { size: 2, waitMs: 50_000 } }, slots: 3 },
    );
    const cancelled = await engine.submit('embed');
    await waitFor(async () => (await engine.tasks.get(cancelled)).status === 'running', { what: 'the task to wait in its worker' });
    await engine.tasks.cancelByIds([cancelled], 'test');
    await waitFor(() => Promise.resolve(engine.pool.status().every(({ running }) => running === 0)), { what: 'its slot to be free' });
    const others = [await engine.submit('embed'), await engine.submit('embed')];
    await Promise.all(others.map((id) => engine.ended(id)));
    expect(calls.map((ids) => ids.toSorted())).toEqual([others.toSorted()]);
    expect((await engine.tasks.get(cancelled)).status).toBe('cancelled');
  });

  it('sees the cancellation of one task, whose value has no effect', async () => {
    const started = Promise.withResolvers<void>();
    const aborted: boolean[] = [];
    const engine = await start(
      async (tasks) => {
        const [first] = tasks;
        const stopped = new Promise<void>((resolve) => first?.signal.addEventListener('abort', () => resolve(), { once: true }));
        started.resolve();
        await stopped;
        aborted.push(...tasks.map(({ signal }) => signal.aborted));
        return tasks.map(() => 'value');
      },
      { options: { batch: { size: 2, waitMs: 50_000 } }, slots: 2 },
    );
    const ids = (
      await engine.tasks.submitMany(numbers(2).map((n) => ({ name: 'embed', params: { n }, createdBy: 'test', trigger: 'api' })))
    ).map(({ id }) => id);
    await started.promise;
    await engine.tasks.cancelByIds(ids.slice(0, 1), 'test');
    const [one, other] = await Promise.all(ids.map((id) => engine.ended(id)));
    expect([one?.status, one?.result, other?.status, other?.result]).toEqual(['cancelled', null, 'completed', 'value']);
    expect(aborted).toEqual([true, false]);
  });

  it('a drain releases the tasks that wait for others, with their attempts', async () => {
    const engine = await start(() => Promise.reject(new Error('not called')), {
      options: { batch: { size: 5, waitMs: 50_000 } },
      slots: 5,
    });
    const id = await engine.submit('embed');
    await waitFor(async () => (await engine.tasks.get(id)).status === 'running', { what: 'the task to wait in its worker' });
    expect(await engine.pool.drain({ tasksMs: 0 })).toBe(0);
    expect(await engine.tasks.get(id)).toMatchObject({ status: 'submitted', attempt: 0 });
  });

  it('gets a task that crashed a process alone', async () => {
    const sizes: number[] = [];
    const handleBatch = (tasks: readonly unknown[]) => {
      sizes.push(tasks.length);
      return Promise.resolve(tasks.map(() => null));
    };
    const idle = await start(handleBatch);
    const ids = [await idle.submit('embed'), await idle.submit('embed')];
    await harness.sql('UPDATE tasks SET crash_count = 1 WHERE id = $1', [ids[0]]);
    const worker = await start(handleBatch, { slots: 3 });
    await Promise.all(ids.map((id) => worker.ended(id)));
    expect(sizes).toEqual([1, 1]);
  });
});
