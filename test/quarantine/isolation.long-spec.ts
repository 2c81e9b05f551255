import { describe, expect, it } from '@jest/globals';
import type { Engine } from '../support/engine.ts';
import { useEngines } from '../support/engine.ts';
import { waitFor } from '../support/wait-for.ts';
import { HANDLERS } from './handlers.ts';
import { gone, groupOf, isRunning, useProcesses } from './processes.ts';

const harness = useEngines();
const processes = useProcesses();
const api = () => harness.start({ handlers: HANDLERS });
/** A gigabyte takes a minute on a busy machine. */
const FLOOD_MIB = process.env.FIGURES ? 1_024 : 256;
const lines = (id: string) =>
  harness.sql<{ message: string; data: Record<string, unknown> | null }>(
    `SELECT message, data FROM task_logs WHERE task_id = $1 ORDER BY seq`,
    [id],
  );

describe('a task with isolation', () => {
  it('runs in a child process, which serves the next one and ends when there is none', async () => {
    const engine = await api();
    const worker = await processes.worker(harness.url);
    const first = await engine.ended(await engine.submit('where'));
    const second = await engine.ended(await engine.submit('where'));
    expect(first).toMatchObject({ status: 'completed', queue: 'isolated', attempt: 1 });
    expect(first.result).not.toBe(worker.pid);
    expect(second.result).toBe(first.result);
    await gone(first.result as number, 15_000);
  });

  it('has the context of any other task: log, output, progress, checkpoints, and a result with its types', async () => {
    const engine = await api();
    await processes.worker(harness.url);
    const id = await engine.submit('talk');
    expect(await engine.ended(id)).toMatchObject({
      status: 'completed',
      result: { step: { made: 1 }, at: '1970-01-01T00:00:00.000Z' },
    });
    const said = (await lines(id)).map(({ message, data }) => [message, data]);
    expect(said).toEqual(
      expect.arrayContaining([
        ['from afar', { attempt: 1 }],
        ['on stdout', { stream: 'stdout' }],
        ['on stderr', { stream: 'stderr' }],
      ]),
    );
    expect(said).toHaveLength(3);

    const failing = await engine.ended(await engine.submit('talk', { fails: true }, { maxAttempts: 1 }));
    expect(failing).toMatchObject({
      status: 'failed',
      error: { class: 'internal', message: 'as it fell' },
      progress: 40,
      step: 'half-way',
    });
  });

  it('that ends its process is retried, finds its checkpoints, and its crash count is reset when it completes', async () => {
    const engine = await api();
    await processes.worker(harness.url);
    const id = await engine.submit('talk', { crashes: 2 });
    expect(await engine.ended(id)).toMatchObject({ status: 'completed', attempt: 3, result: { step: { made: 1 } } });
    expect(await harness.transitions(id)).toEqual([
      'submit > submitted',
      'claim > running',
      'rescue > submitted',
      'claim > running',
      'rescue > submitted',
      'claim > running',
      'complete > completed',
    ]);
    const [row] = await harness.sql(`SELECT crash_count AS crashes, release_count AS releases FROM tasks`);
    expect(row).toEqual({ crashes: 0, releases: 0 });
    const [detail] = await harness.sql(
      `SELECT detail->>'class' AS class, detail->>'code' AS code, detail->>'message' AS message FROM task_audit WHERE reason = 'rescue' LIMIT 1`,
    );
    expect(detail).toEqual({ class: 'crashed', code: 'process_ended', message: 'the process of attempt 1 ended with exit code 7' });
  });

  it('is not affected by leftovers of the one before it, nor is the worker', async () => {
    const engine = await api();
    const worker = await processes.worker(harness.url, { ISOLATED_PROCESSES: '1', QUARANTINE_SLOTS: '1' });
    const left = await engine.ended(await engine.submit('time-bomb', { ms: 300 }));
    await gone(left.result as number);
    const next = await engine.ended(await engine.submit('where'));
    expect(next).toMatchObject({ status: 'completed', attempt: 1 });
    expect(next.result).not.toBe(left.result);
    const babbler = await engine.ended(await engine.submit('babble', {}, { maxAttempts: 1 }));
    expect(babbler).toMatchObject({ status: 'failed', error: { class: 'crashed' } });
    expect(isRunning(worker.pid)).toBe(true);
  });

  it(`may print ${FLOOD_MIB} MiB: 256 KiB are stored, and the worker takes no memory for the rest`, async () => {
    const engine = await api();
    const worker = await processes.worker(harness.url);
    await engine.ended(await engine.submit('flood', { mib: 1 }));
    const before = worker.peak();
    const started = performance.now();
    const id = await engine.submit('flood', { mib: FLOOD_MIB });
    expect(await engine.ended(id, 60_000)).toMatchObject({ status: 'completed', result: 'done' });
    const growth = (worker.peak() - before) / 1024 ** 2;
    const kept = await lines(id);
    expect(kept.at(-1)).toEqual({
      message: `the output is truncated: it had ${FLOOD_MIB * 1024 ** 2} bytes`,
      data: { stream: 'stdout', truncated: true },
    });
    expect(kept.slice(0, -1).reduce((sum, { message }) => sum + message.length, 0)).toBe(256 * 1024);
    expect(growth).toBeLessThan(64);
    if (process.env.FIGURES)
      console.log(`${FLOOD_MIB} MiB in ${((performance.now() - started) / 1_000).toFixed(1)} s, peak RSS + ${growth.toFixed(1)} MiB`);
  });
});

/** A task whose processes ignore SIGTERM: the child that runs it, and the group they are in. */
async function stubborn(engine: Engine): Promise<{ id: string; child: number; grandchild: number }> {
  const id = await engine.submit('stubborn');
  return waitFor(
    async () => {
      const [, grandchild, child] = /^group (\d+) of (\d+)$/.exec((await lines(id))[0]?.message ?? '') ?? [];
      return child !== undefined && groupOf(Number(child)).length >= 3 && { id, child: Number(child), grandchild: Number(grandchild) };
    },
    { what: 'the grandchildren' },
  );
}

describe('an isolated task that ignores every signal', () => {
  it('has ended with its descendants 10 s after it is cancelled, and its slot is free', async () => {
    const engine = await api();
    const worker = await processes.worker(harness.url, { ISOLATED_PROCESSES: '1' });
    const { id, child, grandchild } = await stubborn(engine);
    const cancelled = performance.now();
    await engine.tasks.cancelByIds([id], 'test');
    await waitFor(async () => groupOf(child).length === 0, { what: 'the end of the group' });
    if (process.env.FIGURES) console.log(`the group was gone ${((performance.now() - cancelled) / 1_000).toFixed(1)} s after the cancel`);
    expect(isRunning(grandchild)).toBe(false);
    await waitFor(async () => (await worker.ask()).status.every(({ running, stuck }) => running === 0 && stuck.length === 0), {
      what: 'a free slot',
    });
    expect(await engine.ended(await engine.submit('where'))).toMatchObject({ status: 'completed' });
  });

  it('leaves nothing behind when the worker itself is killed, and runs again without a crash count', async () => {
    const engine = await api();
    const worker = await processes.worker(harness.url, { LEASE_TTL_MS: '1500', LEASE_BEAT_MS: '500' });
    const { id, child } = await stubborn(engine);
    await worker.stop('SIGKILL');
    await waitFor(async () => groupOf(child).length === 0, { what: 'the end of the group', timeoutMs: 3_000 });
    await processes.worker(harness.url, { LEASE_TTL_MS: '1500', LEASE_BEAT_MS: '500' });
    await waitFor(async () => (await harness.transitions(id)).includes('rescue > submitted'), { what: 'the rescue' });
    const [row] = await harness.sql(`SELECT crash_count AS crashes, release_count AS releases FROM tasks`);
    expect(row).toEqual({ crashes: 0, releases: 1 });
    await engine.tasks.cancelByIds([id], 'test');
  });
});

it('a worker that drains gives an isolated task back with its attempt', async () => {
  const engine = await api();
  const worker = await processes.worker(harness.url);
  const { id, child } = await stubborn(engine);
  expect(await worker.stop()).toEqual([0, null]);
  expect(groupOf(child)).toEqual([]);
  expect(await engine.tasks.get(id)).toMatchObject({ status: 'submitted', attempt: 0 });
  await engine.tasks.cancelByIds([id], 'test');
});
