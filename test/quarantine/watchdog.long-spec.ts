import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { useEngines } from '../support/engine.ts';
import { waitFor } from '../support/wait-for.ts';
import { HANDLERS } from './handlers.ts';
import { useProcesses } from './processes.ts';

const harness = useEngines();
const processes = useProcesses();
const TTL = { LEASE_TTL_MS: '3000', LEASE_BEAT_MS: '1000' };
/** A busy machine delays no heartbeat for so long. */
const LONGER_TTL = { LEASE_TTL_MS: '6000', LEASE_BEAT_MS: '2000' };
const running = (id: string) =>
  waitFor(async () => (await harness.sql(`SELECT FROM tasks WHERE id = $1 AND status = 'running'`, [id])).length === 1, {
    what: 'the attempt',
  });

describe('the watchdog', () => {
  it('kills a worker whose event loop is blocked for longer than a lease', async () => {
    const engine = await harness.start({ handlers: HANDLERS });
    const worker = await processes.worker(harness.url, TTL);
    const id = await engine.submit('poison', { kind: 'infinite loop' });
    await running(id);
    const blocked = performance.now();
    expect(await once(worker.child, 'exit')).toEqual([null, 'SIGKILL']);
    expect(performance.now() - blocked).toBeGreaterThan(2_500); // no earlier than the lease of 3 s, less a beat of the look
    await engine.tasks.cancelByIds([id], 'test');
  });

  it('does not kill a worker that is blocked for less', async () => {
    const engine = await harness.start({ handlers: HANDLERS });
    const worker = await processes.worker(harness.url, TTL);
    for (let n = 0; n < 2; n++) {
      expect(await engine.ended(await engine.submit('block', { ms: 1_500 }))).toMatchObject({
        status: 'completed',
        result: worker.pid,
      });
    }
  });
});

it('a worker that is stopped loses its tasks, and its later writes change nothing', async () => {
  const engine = await harness.start({ handlers: HANDLERS });
  const stopped = await processes.worker(harness.url, LONGER_TTL);
  const id = await engine.submit('innocent', { ms: 3_000 });
  await running(id);
  stopped.child.kill('SIGSTOP');
  await processes.worker(harness.url, LONGER_TTL);
  await waitFor(async () => (await harness.transitions(id)).includes('rescue > submitted'), { what: 'the rescue' });
  expect(await engine.ended(id)).toMatchObject({ status: 'completed', attempt: 2 });
  const before = await harness.sql(`SELECT * FROM tasks`);
  stopped.child.kill('SIGCONT');
  // It answers: the handler has ended, its writes met no lease, and no watchdog took the pause for a blocked loop.
  await waitFor(async () => (await stopped.ask()).status.every((worker) => worker.running === 0), { what: 'the end of the zombie' });
  expect(await harness.sql(`SELECT * FROM tasks`)).toEqual(before);
  expect((await harness.transitions(id)).filter((step) => step.startsWith('complete'))).toHaveLength(1);
});

it('a handler that ignores its signal is listed as stuck until it ends', async () => {
  let end: (() => void) | undefined;
  const deaf = { name: 'deaf', handle: () => new Promise<void>((ok) => (end = ok)) };
  const engine = await harness.start({ handlers: [deaf], slots: 1 });
  const id = await engine.submit('deaf');
  await waitFor(async () => end !== undefined, { what: 'the attempt' });
  expect(engine.pool.status()[0]).toMatchObject({ running: 1, stuck: [] });
  await engine.tasks.cancelByIds([id], 'test');
  await waitFor(async () => engine.pool.status()[0]?.running === 0, { what: 'the slot' });
  expect(engine.pool.status()[0]?.stuck).toEqual([{ id, name: 'deaf', attempt: 1 }]);
  end?.();
  await waitFor(async () => engine.pool.status()[0]?.stuck.length === 0, { what: 'the end of the handler' });
});
