import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '../../src/platform/telemetry/logger.ts';
import { TaskQueue } from '../../src/queue/task-queue.ts';
import { type Engine, useEngines } from '../support/engine.ts';
import { waitFor } from '../support/wait-for.ts';

const harness = useEngines();
const second = () => new Promise((ok) => setTimeout(ok, 1_000));

afterEach(() => {
  jest.restoreAllMocks();
});

/** Not with `submit`, which claims in its own transaction when a worker waits. */
async function submitToWorker(engine: Engine): Promise<string> {
  const [stored] = await engine.tasks.submitMany([{ name: 'work', createdBy: 'test', trigger: 'api' }]);
  return (stored as { id: string }).id;
}

/** A waiting worker, and its claims from now on. */
async function idleWorker() {
  const engine = await harness.start({
    handlers: [{ name: 'work', handle: () => 'done' }],
    slots: 2,
    settings: { POLL_INTERVAL_MS: '60000' },
  });
  const claims = jest.spyOn(engine.get(TaskQueue), 'claim');
  const warnings = jest.spyOn(engine.get(Logger), 'warn');
  const claimed = () => claims.mock.calls.filter(([request]) => request.queue === 'default').length;
  await engine.ended(await engine.submit('work'));
  return { engine, claims, claimed, warnings };
}

describe('a claim that fails', () => {
  it('costs at most 8 claims of its worker and one line of the log in the second after it', async () => {
    const { engine, claims, claimed, warnings } = await idleWorker();
    claims.mockRejectedValueOnce(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
    const before = claimed();
    // Wakes the worker, whose claim fails. A claim that is still in flight after the first task may take this one; then the next one fails.
    await engine.ended(await submitToWorker(engine));
    await waitFor(() => Promise.resolve(claimed() > before + 1), { what: 'a claim after the one that failed' });
    warnings.mockClear();
    const after = claimed();
    await second();
    // A look for tasks whose claim was not answered comes every 250 ms, for 10 s, and a claim with each.
    expect(claimed() - after).toBeLessThanOrEqual(8);
    expect(warnings.mock.calls).toEqual([]);
  });

  it('is repeated with pauses of up to 500 ms when it fails for good, and logged the 1st, 2nd, 4th and 8th time', async () => {
    const { engine, claims, claimed, warnings } = await idleWorker();
    claims.mockRejectedValue(new Error('column "rank" does not exist'));
    const before = claimed();
    await submitToWorker(engine);
    await waitFor(() => Promise.resolve(claimed() >= before + 8), { what: 'eight failed claims' });
    const lines = warnings.mock.calls as unknown as [{ loop: string; consecutive: number }, string][];
    const ofDefault = lines.filter(([{ loop }]) => loop === 'claims of default').map(([{ consecutive }]) => consecutive);
    expect(ofDefault.slice(0, 4)).toEqual([1, 2, 4, 8]);
    const failures = claimed();
    await second();
    // The pause is 250 to 500 ms from the fifth failure on.
    expect(claimed() - failures).toBeLessThanOrEqual(4);
  });
});
