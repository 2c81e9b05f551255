import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { orderByDependency } from '../../src/core/task/dependency-order.ts';
import { type ProblemDetail, ProblemError } from '../../src/platform/http/problem.ts';
import type { AcceptedBatch, BatchItem } from '../../src/tasks/batches/batch.dto.ts';
import { planBatch } from '../../src/tasks/batches/batch-planner.ts';
import { BatchService } from '../../src/tasks/batches/batch.service.ts';
import { type Engine, OTHER_OWNER, useEngines } from '../support/engine.ts';

const harness = useEngines();
beforeEach(() => harness.sql('DELETE FROM task_batches'));

const ANN = { createdBy: 'key-1', idempotencyKey: null };
const quick = {
  name: 'quick',
  handle: ({ params }: { params: Record<string, unknown> }) => (params.fail ? Promise.reject(new Error('no')) : 'done'),
  options: { maxAttempts: 1 },
};

const start = (slots?: number): Promise<Engine> => harness.start({ slots, handlers: [quick] });

async function batch(
  engine: Engine,
  tasks: Partial<BatchItem>[],
  requester = ANN as typeof ANN | { idempotencyKey: string },
): Promise<AcceptedBatch> {
  return (await submit(engine, tasks, requester)).batch;
}

function submit(engine: Engine, tasks: Partial<BatchItem>[], requester: object = ANN) {
  const body = { name: 'nightly', tasks: tasks.map((task) => ({ taskName: 'quick', ...task })) };
  return engine.get(BatchService).submit(body, { ...ANN, ...requester });
}

async function errorsOf(refused: Promise<unknown>): Promise<ProblemDetail[]> {
  const error = await refused.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProblemError)) throw new Error(`no problem: ${String(error)}`);
  expect(error.status).toBe(422);
  return error.errors;
}

async function settleAll(engine: Engine, status: 'completed' | 'failed' = 'completed'): Promise<void> {
  const claimed = await engine.claimTasks('default', 250, OTHER_OWNER, 15);
  const error = { class: 'internal' as const, code: 'x', message: 'x', fingerprint: 'x' };
  await Promise.all(
    claimed.map(({ id, epoch }) =>
      status === 'completed'
        ? engine.attempts.complete([{ id, epoch, result: null }], OTHER_OWNER)
        : engine.attempts.fail([{ id, epoch, status, error }], OTHER_OWNER),
    ),
  );
}

const doneEvents = () => harness.sql<{ payload: object }>(`SELECT payload FROM events WHERE type = 'batch.done'`);

describe('a batch', () => {
  it('runs in the order of its dependencies, and reports its progress', async () => {
    const engine = await start(3);
    const { batchId, items, total, statusUrl } = await batch(engine, [
      { ref: 'c', dependsOn: ['a', 'b'] },
      { ref: 'a' },
      { ref: 'b', dependsOn: ['a'] },
      { params: { n: 1 } },
    ]);
    expect([total, statusUrl, items.map(({ ref }) => ref)]).toEqual([4, `/batches/${batchId}`, ['c', 'a', 'b', null]]);
    const [c, a, b, d] = items.map(({ executionId }) => executionId) as [string, string, string, string];
    for (const id of [a, b, c, d]) expect(await engine.ended(id)).toMatchObject({ status: 'completed' });
    const ends = await harness.sql<{ id: string }>(`SELECT id FROM tasks WHERE id = ANY ($1) ORDER BY terminal_at`, [[a, b, c]]);
    expect(ends.map(({ id }) => id)).toEqual([a, b, c]);
    const view = await engine.get(BatchService).get(batchId);
    expect(view).toMatchObject({ name: 'nightly', total: 4, counts: { completed: 4, failed: 0, cancelled: 0, open: 0 }, progress: 100 });
    expect(view.doneAt).toBeInstanceOf(Date);
    expect((await engine.tasks.list({ batchId, limit: 10 })).map(({ id }) => id).sort()).toEqual([a, b, c, d].sort());
  });

  it('counts open, completed, failed and cancelled tasks', async () => {
    const engine = await start();
    const { batchId } = await batch(engine, [{ ref: 'a' }, { dependsOn: ['a'] }, { runAt: '2998-01-01T00:00:00Z' }]);
    await settleAll(engine, 'failed');
    const view = await engine.get(BatchService).get(batchId);
    expect(view).toMatchObject({ counts: { completed: 0, failed: 1, cancelled: 1, open: 1 }, progress: 66, doneAt: null });
    expect(await engine.get(BatchService).cancel(batchId, 'operator')).toMatchObject({
      counts: { failed: 1, cancelled: 2, open: 0 },
      progress: 100,
    });
    expect(await doneEvents()).toHaveLength(1);
    expect(await engine.get(BatchService).cancel(batchId, 'operator')).toMatchObject({ counts: { failed: 1, cancelled: 2 } });
  });

  it('publishes its end once, however many of its tasks end at the same moment', async () => {
    const engines = await Promise.all(Array.from({ length: 3 }, () => start()));
    const [engine] = engines as [Engine];
    for (let round = 0; round < 10; round++) {
      const { batchId } = await batch(engine, Array(10).fill({}) as object[]);
      const claimed = await engine.claimTasks('default', 10, OTHER_OWNER, 15);
      expect(claimed).toHaveLength(10);
      await Promise.all(
        claimed.map(({ id, epoch }, i) => (engines[i % 3] as Engine).attempts.complete([{ id, epoch, result: null }], OTHER_OWNER)),
      );
      expect(await engine.get(BatchService).get(batchId)).toMatchObject({ counts: { completed: 10, open: 0 }, progress: 100 });
      expect((await doneEvents()).filter(({ payload }) => Reflect.get(payload, 'batchId') === batchId)).toEqual([
        { payload: { batchId, name: 'nightly', total: 10, completed: 10, failed: 0, cancelled: 0 } },
      ]);
    }
  });

  it('publishes its end once also when one of its tasks is retried manually', async () => {
    const engine = await start();
    const { batchId, items } = await batch(engine, [{}, {}]);
    await settleAll(engine, 'failed');
    const { doneAt } = await engine.get(BatchService).get(batchId);
    await engine.tasks.retry(items[0]?.executionId ?? '', {}, 'operator');
    expect(await engine.get(BatchService).get(batchId)).toMatchObject({
      counts: { completed: 0, failed: 1, open: 1 },
      progress: 50,
      doneAt,
    });
    await settleAll(engine);
    expect(await engine.get(BatchService).get(batchId)).toMatchObject({
      counts: { completed: 1, failed: 1, open: 0 },
      progress: 100,
      doneAt,
    });
    expect(await doneEvents()).toEqual([{ payload: { batchId, name: 'nightly', total: 2, completed: 0, failed: 2, cancelled: 0 } }]);
  });

  it('of 1,000 tasks in one chain is stored as one', async () => {
    const engine = await start();
    const tasks = Array.from({ length: 1_000 }, (_, i) => ({ ref: `t${i}`, dependsOn: i < 999 ? [`t${i + 1}`] : [] }));
    const { batchId, items } = await batch(engine, tasks);
    expect(await harness.sql(`SELECT status, count(*)::int AS n FROM tasks WHERE parent_id = $1 GROUP BY 1 ORDER BY 1`, [batchId])).toEqual(
      [
        { status: 'pending', n: 999 },
        { status: 'submitted', n: 1 },
      ],
    );
    const ids = items.map(({ executionId }) => executionId);
    expect(ids.toSorted().reverse()).toEqual(ids);
    expect(await engine.get(BatchService).cancel(batchId, 'operator')).toMatchObject({ counts: { cancelled: 1_000, open: 0 } });
    expect(await doneEvents()).toHaveLength(1);
  });

  it('of 1,000 tasks in one chain ends when its first task fails', async () => {
    const engine = await start();
    const tasks = Array.from({ length: 1_000 }, (_, i) => ({ ref: `t${i}`, dependsOn: i < 999 ? [`t${i + 1}`] : [] }));
    const { batchId } = await batch(engine, tasks);
    await settleAll(engine, 'failed');
    expect(await engine.get(BatchService).get(batchId)).toMatchObject({ counts: { failed: 1, cancelled: 999, open: 0 } });
    expect(await doneEvents()).toHaveLength(1);
  });

  it('may depend on executions outside of it', async () => {
    const engine = await start();
    const before = await engine.submit('quick');
    const { items } = await batch(engine, [{ dependsOn: [before.toUpperCase()] }]);
    expect(await engine.tasks.get(items[0]?.executionId ?? '')).toMatchObject({ status: 'pending' });
    await settleAll(engine);
    expect(await engine.tasks.get(items[0]?.executionId ?? '')).toMatchObject({ status: 'submitted' });
  });

  it('is not found by an invalid or unknown id', async () => {
    const engine = await start();
    await expect(engine.get(BatchService).get('x')).rejects.toMatchObject({ status: 404, code: 'batch_not_found' });
    await expect(engine.get(BatchService).cancel(uuidv7(), 'operator')).rejects.toMatchObject({ status: 404, code: 'batch_not_found' });
  });
});

describe('a batch is rejected as a whole', () => {
  async function refused(tasks: Partial<BatchItem>[]): Promise<ProblemDetail[]> {
    const engine = await start();
    const errors = await errorsOf(submit(engine, tasks));
    expect(await harness.sql(`SELECT (SELECT count(*)::int FROM task_batches) + (SELECT count(*)::int FROM tasks) AS n`)).toEqual([
      { n: 0 },
    ]);
    return errors;
  }

  it('for a cycle, which the message lists', async () => {
    const engine = await start();
    const tasks = [{ ref: 'x' }, { ref: 'a', dependsOn: ['c'] }, { ref: 'b', dependsOn: ['a'] }, { ref: 'c', dependsOn: ['x', 'b'] }];
    await expect(submit(engine, tasks)).rejects.toThrow('These tasks wait for each other: a > c > b > a.');
    expect(await refused([{ ref: 'a', dependsOn: ['a'] }])).toEqual([
      { pointer: '/tasks/0/dependsOn', code: 'dependency_cycle', detail: 'a > a' },
    ]);
  });

  it('for unknown or duplicate refs', async () => {
    expect(await refused([{ ref: 'a' }, { ref: 'a' }, { dependsOn: ['a', 'b'] }])).toMatchObject([
      { pointer: '/tasks/0/ref', code: 'ref_taken' },
      { pointer: '/tasks/2/dependsOn/1', code: 'unknown_ref' },
    ]);
  });

  it('for each invalid item', async () => {
    expect(await refused([{}, { taskName: 'quikc' }, { params: [] as never }])).toMatchObject([
      { pointer: '/tasks/1/taskName', code: 'unknown_task', detail: expect.stringContaining('quick') },
      { pointer: '/tasks/2/params', code: 'not_an_object' },
    ]);
  });

  it('for executions that do not exist or ended without success', async () => {
    const engine = await start();
    const failed = await engine.submit('quick');
    const missing = uuidv7();
    await settleAll(engine, 'failed');
    const errors = await errorsOf(
      submit(engine, [{}, { dependsOn: [missing, failed] }, { dependsOn: [failed], onDependencyFailure: 'run' }]),
    );
    expect(errors).toMatchObject([
      { pointer: '/tasks/1/dependsOn/0', code: 'dependency_not_found', detail: `${missing} is no execution` },
      { pointer: '/tasks/1/dependsOn/1', code: 'dependency_ended', detail: `${failed} ended failed` },
    ]);
    expect(await harness.sql('SELECT id FROM task_batches')).toEqual([]);
  });

  it('for an error of the definition within the transaction', async () => {
    const engine = await start();
    const onSubmitted = () => Promise.reject(ProblemError.unprocessable('account_not_found', 'There is no account.'));
    const { TaskDefinitionRegistry } = await import('../../src/tasks/definitions/task-definition.registry.ts');
    engine.get(TaskDefinitionRegistry).register({ name: 'picky' }, { handle: () => Promise.resolve(), onSubmitted });
    await expect(submit(engine, [{}, { taskName: 'picky' }])).rejects.toMatchObject({ code: 'account_not_found' });
    expect(await harness.sql(`SELECT (SELECT count(*)::int FROM task_batches) + (SELECT count(*)::int FROM tasks) AS n`)).toEqual([
      { n: 0 },
    ]);
  });
});

describe('an Idempotency-Key', () => {
  const tasks = [{ ref: 'b', dependsOn: ['a'] }, { ref: 'a' }, {}];

  it('repeats the first answer, for any of many simultaneous requests', async () => {
    const engine = await start();
    const answers = await Promise.all(Array.from({ length: 8 }, () => submit(engine, tasks, { idempotencyKey: 'k-1' })));
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    for (const answer of answers) expect(answer.batch).toEqual(answers[0]?.batch);
    await settleAll(engine);
    expect(await submit(engine, tasks, { idempotencyKey: 'k-1' })).toEqual({ batch: answers[0]?.batch, replayed: true });
    expect(await harness.sql('SELECT count(*)::int AS n FROM tasks')).toEqual([{ n: 3 }]);
  });

  it('rejects another body, and belongs to its caller', async () => {
    const engine = await start();
    const first = await batch(engine, tasks, { idempotencyKey: 'k-1' });
    await expect(submit(engine, tasks.slice(1), { idempotencyKey: 'k-1' })).rejects.toMatchObject({
      status: 422,
      code: 'idempotency_key_reused',
    });
    const others = await submit(engine, tasks, { createdBy: 'key-2', idempotencyKey: 'k-1' });
    expect([others.replayed, others.batch.batchId === first.batchId]).toEqual([false, false]);
  });
});

describe('planBatch', () => {
  const refs = ['a', 'b', 'c', 'd', 'e'];
  const graphs = fc.tuple(...refs.map((ref) => fc.subarray(refs, { maxLength: 1 }).map((dependsOn) => ({ ref, dependsOn }))));

  it('finds every cycle', () => {
    fc.assert(
      fc.property(graphs, (items) => {
        fc.pre(!orderByDependency(items).ok);
        expect(() => planBatch(items)).toThrow('wait for each other');
      }),
    );
  });

  it('gives rising ids along every dependency, equal for equal items', () => {
    fc.assert(
      fc.property(graphs, (items) => {
        fc.pre(orderByDependency(items).ok);
        const { ids, dependsOn } = planBatch(items);
        expect(new Set(ids).size).toBe(items.length);
        for (const [i, waitsFor] of dependsOn.entries()) for (const id of waitsFor) expect(id < (ids[i] ?? '')).toBe(true);
        expect(planBatch(items, ids.toSorted()).ids).toEqual(ids);
      }),
    );
  });
});
