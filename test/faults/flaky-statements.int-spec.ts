import { afterEach, describe, expect, it } from '@jest/globals';
import { TaskFailure } from '../../src/core/task/failure.ts';
import type { SubmitRequest } from '../../src/tasks/service/new-task.ts';
import { useEffects } from '../engine/effects.ts';
import { type Engine, type TestHandler, useEngines } from '../support/engine.ts';
import { brokenAtRest } from '../support/invariants.ts';
import { waitFor } from '../support/wait-for.ts';
import { type FlakyStatements, makeStatementsFlaky } from './flaky-statements.ts';

const harness = useEngines();
const effects = useEffects(harness);
const SEED = 20_261_122;
const TASKS = 500;
const AT_ONCE = 20;

/** Many attempts, because a claim whose answer is lost uses one. */
const options = { maxAttempts: 12, backoff: { baseMs: 20, maxMs: 200 } };
const HANDLERS: TestHandler[] = [
  { name: 'plain', options, handle: () => 'done' },
  { name: 'with-effect', options, handle: () => 'done' },
  {
    name: 'stubborn',
    options,
    handle: ({ attempt }) => {
      if (attempt < 3) throw new TaskFailure('transient', 'not yet');
      return attempt;
    },
  },
  {
    name: 'wordy',
    options,
    async handle({ log, progress, checkpoint }) {
      for (const line of ['one', 'two', 'three']) log.info(line);
      progress(50, 'half');
      const first = await checkpoint('first', 1, () => Promise.resolve('first'));
      log.info('four');
      return [first, await checkpoint('second', 2, () => Promise.resolve('second'))];
    },
  },
  { name: 'hold', options, handle: ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', resolve)) },
];
const KINDS = ['plain', 'with-effect', 'stubborn', 'wordy', 'hold', 'with-effect', 'dependent', 'plain'] as const;

let flaky: FlakyStatements | undefined;
afterEach(() => flaky?.heal());

/** A client that repeats the same request until it is answered. */
async function retryUntilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  return waitFor(async () => ({ answer: await ask() }), { what: 'an answer' }).then(({ answer }) => answer);
}

async function submitAll(engines: readonly Engine[]): Promise<string[]> {
  const accepted: string[] = [];
  const one = async (n: number) => {
    const engine = engines[n % engines.length] as Engine;
    const kind = KINDS[n % KINDS.length] as (typeof KINDS)[number];
    const dependsOn = kind === 'dependent' ? accepted.slice(-2, -1) : [];
    const name = kind === 'dependent' ? 'with-effect' : kind;
    const more: Partial<SubmitRequest> = { idempotencyKey: `key-${n}`, dependsOn, onDependencyFailure: 'run' };
    const id = await retryUntilAnswered(() => engine.submit(name, { n }, more));
    accepted.push(id);
    if (kind === 'hold') await retryUntilAnswered(() => engine.tasks.cancelByIds([id], 'somebody'));
  };
  const numbers = Array.from({ length: TASKS }, (_, n) => n).values();
  const submitAll = async () => {
    for (const n of numbers) await one(n);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, submitAll));
  return accepted;
}

describe('statements that fail before they run, never answer, or run and are not heard of', () => {
  it(`lose nothing, repeat nothing and leave nothing behind (seed ${SEED})`, async () => {
    const settings = { LEASE_TTL_MS: '1500', LEASE_BEAT_MS: '300' };
    const start = () =>
      harness.start({ handlers: HANDLERS, resultHandlers: { 'with-effect': effects.handler }, slots: 20, loops: true, settings });
    const engines = [await start(), await start()];
    flaky = makeStatementsFlaky(SEED);
    const accepted = await submitAll(engines);
    const open = async () => (await harness.sql<{ n: number }>(`SELECT count(*)::int AS n FROM tasks WHERE terminal_at IS NULL`))[0]?.n;
    await waitFor(async () => ((await open()) ?? TASKS) < TASKS / 10, { what: 'most tasks to end' });
    flaky.heal();
    await waitFor(async () => (await open()) === 0, { what: 'all tasks to end' });
    await Promise.all(engines.map((engine) => engine.close()));

    const { refused, timeout, unknown } = flaky.met;
    expect([refused > 0, timeout > 0, unknown > 0]).toEqual([true, true, true]);
    expect(new Set(accepted).size).toBe(TASKS);
    expect(await brokenAtRest(harness.sql, { accepted, withEffects: ['with-effect'] })).toEqual([]);
    const ends = await harness.sql<{ name: string; status: string; n: number }>(
      `SELECT name, status, count(*)::int AS n FROM tasks GROUP BY 1, 2 ORDER BY 1`,
    );
    const stopped = ends.filter(
      ({ name, status }) => (status === 'cancelled') !== (name === 'hold') || !['completed', 'cancelled'].includes(status),
    );
    expect([stopped, ends.reduce((sum, { n }) => sum + n, 0)]).toEqual([[], TASKS]);
  });
});
