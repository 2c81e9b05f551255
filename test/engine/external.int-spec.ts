import { describe, expect, it } from '@jest/globals';
import { TaskFailure } from '../../src/core/task/failure.ts';
import { wait } from '../../src/core/task/outcome.ts';
import type { ExternalWork, TaskHandlerOf } from '../../src/tasks/definitions/task-handler.decorator.ts';
import { TaskDefinitionRegistry } from '../../src/tasks/definitions/task-definition.registry.ts';
import { ExternalWorkPoller } from '../../src/workers/pool/external-work-poller.ts';
import { type Engine, useEngines } from '../support/engine.ts';
import { waitFor } from '../support/wait-for.ts';

describe('external work', () => {
  const harness = useEngines();
  const never = new AbortController().signal;

  async function started(handler: TaskHandlerOf, slots = 1): Promise<{ engine: Engine; poll: () => Promise<number> }> {
    const engine = await harness.start({ slots });
    engine
      .get(TaskDefinitionRegistry)
      .register({ name: 'external', maxAttempts: 2, pollEveryMs: 1, backoff: { baseMs: 0, maxMs: 0 } }, handler);
    return { engine, poll: () => engine.get(ExternalWorkPoller).poll(never) };
  }

  const waiting = (engine: Engine, id: string) =>
    waitFor(async () => (await engine.tasks.get(id)).externalId !== null, { what: 'the task to wait for its external work' });

  it('frees the slot, keeps deadline and epoch, and is settled by the result of the poll', async () => {
    const answers: unknown[] = [undefined, { words: 7 }];
    const seen: ExternalWork[] = [];
    const { engine, poll } = await started({
      handle: () => Promise.resolve(wait('job-1', 0)),
      poll: (work) => {
        seen.push(work);
        return Promise.resolve(answers.shift());
      },
    });
    const id = await engine.submit('external', { topic: 'x' });
    await waiting(engine, id);
    expect(await engine.tasks.get(id)).toMatchObject({ status: 'running', owner: null, epoch: 1, deadlineAt: expect.any(Date) });
    await waitFor(async () => engine.pool.status()[0]?.running === 0, { what: 'the slot to be free' });
    await waitFor(async () => (await poll()) === 0 && seen.length === 2, { what: 'both polls' });
    expect(await engine.ended(id)).toMatchObject({ status: 'completed', result: { words: 7 }, epoch: 1, externalId: null });
    expect(seen[0]).toMatchObject({ id, externalId: 'job-1', params: { topic: 'x' }, attempt: 1 });
    expect(await harness.transitions(id)).toEqual(['submit > submitted', 'claim > running', 'wait > running', 'complete > completed']);
  });

  it('is polled by one process at a time', async () => {
    let asked = 0;
    const handler = { handle: () => Promise.resolve(wait('job', 0)), poll: () => Promise.resolve(`answer ${++asked}`) };
    const { engine, poll } = await started(handler);
    const id = await engine.submit('external');
    await waiting(engine, id);
    await Promise.all(Array.from({ length: 10 }, poll));
    await engine.ended(id);
    expect(asked).toBe(1);
  });

  it('continues after transient errors of the poll, and is retried after others', async () => {
    const errors = [new TaskFailure('transient', 'no line'), new TaskFailure('internal', 'lost it')];
    let handed = 0;
    const { engine, poll } = await started({
      handle: () => Promise.resolve(wait(`job-${++handed}`, 0)),
      poll: () => {
        const error = errors.shift();
        return error ? Promise.reject(error) : Promise.resolve('done');
      },
    });
    const id = await engine.submit('external');
    await waiting(engine, id);
    await poll();
    expect(await engine.tasks.get(id)).toMatchObject({ status: 'running', externalId: 'job-1' });
    await harness.sql(`UPDATE tasks SET poll_at = now() WHERE id = $1`, [id]); // the poller's reservation of 30 s
    await poll();
    await waitFor(async () => (await engine.tasks.get(id)).externalId === 'job-2', { what: 'the second attempt to be handed out' });
    await poll();
    expect(await engine.ended(id)).toMatchObject({ status: 'completed', attempt: 2 });
  });

  it('gives each poll the context of the attempt: log, progress, checkpoints and who asked', async () => {
    const answers = [undefined, 'done'];
    const seen: unknown[] = [];
    let fetched = 0;
    const { engine, poll } = await started({
      handle: ({ log }) => {
        log.info('handed out');
        return Promise.resolve(wait('job', 0));
      },
      poll: async ({ id, externalId, params, attempt, maxAttempts, createdBy, log, progress, checkpoint }) => {
        const page = await checkpoint('page', externalId, () => Promise.resolve(++fetched));
        seen.push({ id, externalId, params, attempt, maxAttempts, createdBy, page });
        log.info(`asked ${seen.length}`);
        progress(40 * seen.length, 'remote');
        return answers.shift();
      },
    });
    const id = await engine.submit('external', { n: 1 });
    await waiting(engine, id);
    await poll();
    expect(await engine.tasks.get(id)).toMatchObject({ status: 'running', progress: 40, step: 'remote' });
    await harness.sql(`UPDATE tasks SET poll_at = now() WHERE id = $1`, [id]);
    await poll();
    expect(await engine.ended(id)).toMatchObject({ status: 'completed', result: 'done' });
    const context = { id, externalId: 'job', params: { n: 1 }, attempt: 1, maxAttempts: 2, createdBy: 'test', page: 1 };
    expect(seen).toEqual([context, context]);
    const lines = await engine.logs.lines([id], 0, { lines: 10, bytes: 100_000 });
    expect(lines.map(({ message }) => message).filter((message) => !message.startsWith('step '))).toEqual([
      'handed out',
      'asked 1',
      'asked 2',
    ]);
  });

  it('cannot be settled by a poll that asked before the task was cancelled', async () => {
    const gate = Promise.withResolvers<string>();
    const { engine, poll } = await started({ handle: () => Promise.resolve(wait('job', 0)), poll: () => gate.promise });
    const id = await engine.submit('external');
    await waiting(engine, id);
    const asking = poll();
    await engine.tasks.cancelByIds([id], 'me');
    gate.resolve('too late');
    await asking;
    expect(await engine.tasks.get(id)).toMatchObject({ status: 'cancelled', result: null });
  });
});

describe('rejected results', () => {
  const harness = useEngines();

  it('have their own budget, give their attempt back, and the next attempt gets the reason', async () => {
    const heard: unknown[] = [];
    const engine = await harness.start({
      slots: 1,
      loops: true,
      handlers: [
        {
          name: 'writes',
          options: { maxAttempts: 1, maxRejections: 2, backoff: { baseMs: 0, maxMs: 0 } },
          handle: ({ previousFailure, attempt }) => {
            heard.push([attempt, previousFailure?.message ?? null]);
            throw new TaskFailure('rejected', `too short ${heard.length}`, 'too_short');
          },
        },
      ],
    });
    expect(await engine.ended(await engine.submit('writes'))).toMatchObject({
      status: 'failed',
      attempt: 1,
      error: { message: 'too short 3' },
    });
    expect(heard).toEqual([
      [1, null],
      [1, 'too short 1'],
      [1, 'too short 2'],
    ]);
  });
});
