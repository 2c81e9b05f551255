import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { wait } from '../../src/core/task/outcome.ts';
import { endsWithin } from '../../src/platform/lifecycle/with-timeout.ts';
import { TaskDefinitionRegistry } from '../../src/tasks/definitions/task-definition.registry.ts';
import { ExternalWorkPoller } from '../../src/workers/pool/external-work-poller.ts';
import { TaskWorker } from '../../src/workers/pool/task-worker.ts';
import { useEngines } from '../support/engine.ts';
import { runBehindLock } from '../support/lock-holder.ts';
import { waitFor } from '../support/wait-for.ts';

const harness = useEngines();
const never = () => new Promise<never>(() => undefined);
afterEach(() => {
  jest.restoreAllMocks();
});

describe('a drain', () => {
  it('releases a task that a late claim brings, without running it', async () => {
    let runs = 0;
    const engine = await harness.start({ handlers: [{ name: 'work', handle: () => (runs += 1) }] });
    const id = await engine.submit('work');
    const stopAll = jest.spyOn(TaskWorker.prototype, 'stopAll');
    let left: Promise<number> | undefined;
    await runBehindLock(
      harness.url,
      { text: 'LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE' },
      () => {
        engine.pool.start();
        return waitFor(async () => left, { what: 'the drain' });
      },
      async () => {
        left = engine.pool.drain({ tasksMs: 0, graceMs: 20_000, settleMs: 20_000 });
        await waitFor(async () => stopAll.mock.calls.length > 0, { what: 'the stop of all attempts' });
      },
    );
    expect(await left).toBe(0);
    expect(await harness.transitions(id)).toEqual(['submit > submitted', 'claim > running', 'release > submitted']);
    expect([runs, (await engine.tasks.get(id)).attempt]).toEqual([0, 0]);
  });

  it('fails a task whose releases and attempts are used up, and counts no crash', async () => {
    const engine = await harness.start({ handlers: [{ name: 'ignores', handle: never }], slots: 1 });
    const id = await engine.submit('ignores', {}, { maxAttempts: 1 });
    await waitFor(async () => (await engine.tasks.get(id)).status === 'running', { what: 'the attempt' });
    await harness.sql('UPDATE tasks SET release_count = 5');
    expect(await engine.pool.drain({ tasksMs: 0, graceMs: 10, settleMs: 20_000 })).toBe(0);
    expect(await engine.tasks.get(id)).toMatchObject({ status: 'failed', error: { code: 'worker_shut_down' } });
    expect(await harness.sql('SELECT crash_count FROM tasks')).toEqual([{ crash_count: 0 }]);
  });

  it('does not wait for a poll that ignores its signal', async () => {
    const engine = await harness.start({ slots: 1 });
    let polls = 0;
    const gate = Promise.withResolvers<undefined>();
    const poll = () => ((polls += 1), gate.promise);
    engine
      .get(TaskDefinitionRegistry)
      .register({ name: 'external', pollEveryMs: 1 }, { handle: () => Promise.resolve(wait('job', 0)), poll });
    await engine.submit('external');
    engine.get(ExternalWorkPoller).start();
    await waitFor(async () => polls === 1, { what: 'a poll' });
    const stopped = await endsWithin(20_000, engine.get(ExternalWorkPoller).stop());
    gate.resolve(undefined);
    expect(stopped).toBe(true);
    expect(await harness.sql('SELECT status FROM tasks')).toEqual([{ status: 'running' }]);
  });
});
