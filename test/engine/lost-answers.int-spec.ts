import { describe, expect, it } from '@jest/globals';
import { classify, TaskFailure } from '../../src/core/task/failure.ts';
import { Pools } from '../../src/platform/database/pools.ts';
import { ResultService } from '../../src/results/result.service.ts';
import { WorkerIdentity } from '../../src/engine/worker-identity.ts';
import { COMPLETE_TASKS, FAIL_TASKS, RETRY_TASKS } from '../../src/engine/settle.sql.ts';
import { type Engine, OTHER_OWNER, type TestHandler } from '../support/engine.ts';
import { waitFor } from '../support/wait-for.ts';
import { loseCommit, loseReply } from './lost-reply.ts';
import { useFencedEngines } from './fenced-engines.ts';

const { harness, effects, start } = useFencedEngines();
const LATER = new Date(Date.now() + 86_400_000);

/** A task that this owner has leased, as by a claim. */
async function lease(id: string, owner: string, more: Record<string, string> = {}): Promise<void> {
  const set = Object.entries(more).map(([column, value]) => `, ${column} = ${value}`);
  const change = (columns: string) => `UPDATE tasks SET ${columns}, version = version + 1 WHERE id = '${id}'`;
  const ready = change(`status = 'submitted', reason = 'promote'${set.join('')}`);
  const leased = change(`status = 'running', reason = 'claim', attempt = 1, lease_epoch = 1, lease_owner = '${owner}',
    lease_expires_at = app_now() + interval '1 min', deadline_at = app_now() + interval '1 min'`);
  await harness.sql(`BEGIN; ${ready}; ${leased}; COMMIT`);
}

describe('an answer that is lost on its way back', () => {
  const isStatement = (text: string) => (query: unknown) => (query as { text?: string }).text === text;

  it('leaves a completed task completed', async () => {
    const engine = await start({ slots: 1 });
    const lost = loseReply(engine.get(Pools).engine, 'query', isStatement(COMPLETE_TASKS));
    const id = await engine.submit('plain');
    expect(await engine.ended(id)).toMatchObject({ status: 'completed', attempt: 1, result: 'done', error: null });
    await engine.pool.drain();
    expect(lost()).toBe(1);
    expect(await harness.transitions(id)).toEqual(['submit > submitted', 'claim > running', 'complete > completed']);
  });

  it('leaves one effect of a task with effects', async () => {
    const engine = await start({ slots: 1 });
    const lost = loseCommit(engine.get(Pools).engine);
    const id = await engine.submit('with-effects');
    expect(await engine.ended(id)).toMatchObject({ status: 'completed', attempt: 1 });
    await engine.pool.drain();
    expect(lost()).toBe(1);
    expect(await effects.all()).toEqual([{ task: id, epoch: 1 }]);
    expect(await harness.transitions(id)).toEqual(['submit > submitted', 'claim > running', 'complete > completed']);
  });

  it.each([
    ['a retry', RETRY_TASKS, 'transient', ['retry > submitted'], 'submitted'],
    ['a failure', FAIL_TASKS, 'invalid_input', ['fail > failed'], 'failed'],
  ] as const)('leaves one record of %s', async (_, statement, failureClass, transitions, status) => {
    const engine = await start();
    const lost = loseReply(engine.get(Pools).engine, 'query', isStatement(statement));
    const id = await engine.submit('plain', {}, { maxAttempts: 2 });
    await engine.get(ResultService).settleFailure(await engine.claim(), classify(new TaskFailure(failureClass, 'x')));
    expect(lost()).toBe(1);
    expect((await harness.transitions(id)).slice(2)).toEqual(transitions);
    expect(await engine.tasks.get(id)).toMatchObject({ status, attempt: 1 });
  });

  const isClaim = (query: unknown) => /reason = 'claim'/.test((query as { text?: string }).text ?? '');
  const hasTasks = (answer: unknown) => (answer as { rowCount: number }).rowCount > 0;
  const allHaveClaimed = (engine: Engine) =>
    waitFor(async () => engine.pool.status().every(({ lastClaimAt }) => lastClaimAt !== null), { what: 'the first claims' });
  const SLOW_POLL = { POLL_INTERVAL_MS: '60000' };

  it('releases the tasks of the claim, at once and without penalty, and no others', async () => {
    const gate = Promise.withResolvers<void>();
    const ran: string[] = [];
    const handlers: TestHandler[] = [
      { name: 'plain', handle: ({ id }) => ran.push(id) },
      { name: 'long', handle: () => gate.promise },
    ];
    const engine = await harness.start({ handlers, slots: { default: 10, other: 10 }, settings: SLOW_POLL });
    const long = await engine.submit('long');
    await waitFor(async () => (await engine.tasks.get(long)).status === 'running', { what: 'the long task' });
    await allHaveClaimed(engine);
    const { owner } = engine.get(WorkerIdentity);
    const others = await engine.tasks.submitMany([0, 1, 2].map(() => ({ name: 'plain', createdBy: 'test', trigger: 'api', runAt: LATER })));
    const [ofAnother, suspect, ofAnotherQueue] = others.map(({ id }) => id) as [string, string, string];
    await lease(ofAnother, OTHER_OWNER);
    await lease(suspect, owner, { crash_count: '1' });
    await lease(ofAnotherQueue, owner, { queue: `'other'` });

    const lost = loseReply(engine.get(Pools).engine, 'query', isClaim, hasTasks);
    const stored = await engine.tasks.submitMany([0, 1, 2].map(() => ({ name: 'plain', createdBy: 'test', trigger: 'api' })));
    const ids = stored.map(({ id }) => id);
    for (const id of ids) expect(await engine.ended(id)).toMatchObject({ status: 'completed', attempt: 1, epoch: 3 });
    expect(lost()).toBe(1);
    expect(ran.toSorted()).toEqual(ids.toSorted());
    for (const id of ids)
      expect(await harness.transitions(id)).toEqual([
        'submit > submitted',
        'claim > running',
        'release > submitted',
        'claim > running',
        'complete > completed',
      ]);
    expect(await harness.sql('SELECT max(crash_count) AS crashes FROM tasks WHERE id = ANY ($1)', [ids])).toEqual([{ crashes: 0 }]);
    gate.resolve();
    expect(await engine.ended(long)).toMatchObject({ status: 'completed', attempt: 1, epoch: 1 });
    const untouched = await engine.repository.findMany([ofAnother, suspect, ofAnotherQueue]);
    expect(untouched.map(({ status, epoch }) => [status, epoch])).toEqual(untouched.map(() => ['running', 1]));
  });

  it('releases tasks of a claim that commits only after its connection has died', async () => {
    const engine = await start({ slots: 5, settings: SLOW_POLL });
    await allHaveClaimed(engine);
    const late = await engine.submit('plain', {}, { runAt: LATER });
    const lost = loseReply(engine.get(Pools).engine, 'query', isClaim, hasTasks);
    const [stored] = await engine.tasks.submitMany([{ name: 'plain', createdBy: 'test', trigger: 'api' }]);
    await engine.ended((stored as { id: string }).id);
    expect(lost()).toBe(1);
    await lease(late, engine.get(WorkerIdentity).owner);
    expect(await engine.ended(late)).toMatchObject({ status: 'completed', attempt: 1, epoch: 3 });
    expect((await harness.transitions(late)).slice(2)).toEqual([
      'claim > running',
      'release > submitted',
      'claim > running',
      'complete > completed',
    ]);
  });

  it('leaves one task of a submission', async () => {
    const engine = await start();
    const lost = loseReply(engine.get(Pools).api, 'query');
    const id = await engine.submit('plain');
    expect(lost()).toBe(1);
    expect(await harness.sql(`SELECT id FROM tasks`)).toEqual([{ id }]);
  });
});
