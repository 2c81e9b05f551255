import { beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { BatchService } from '../../src/tasks/batches/batch.service.ts';
import type { SubmitRequest } from '../../src/tasks/service/new-task.ts';
import { type Engine, useEngines } from '../support/engine.ts';
import { isWaitedFor } from '../support/is-waited-for.ts';
import { waitFor } from '../support/wait-for.ts';

const harness = useEngines();
beforeEach(() => harness.sql('DELETE FROM task_batches'));

const start = () => harness.start({ handlers: [{ name: 'noop', handle: () => undefined }] });
const ANN = { createdBy: 'key-1', idempotencyKey: 'key' };
const dependent = (on: string, more: Partial<SubmitRequest> = {}): SubmitRequest => ({
  name: 'noop',
  createdBy: 'test',
  trigger: 'api',
  idempotencyKey: 'key',
  dependsOn: [on],
  ...more,
});
const count = async () => (await harness.sql<{ n: number }>(`SELECT count(*)::int AS n FROM tasks`))[0]?.n;

describe('a repeat under the same key, after its dependency was cancelled', () => {
  it('gives the stored answer', async () => {
    const engine = await start();
    const first = await engine.submit('noop');
    const { id } = await engine.tasks.submit(dependent(first));
    await engine.tasks.cancelByIds([first], 'operator');
    expect(await engine.tasks.submit(dependent(first))).toMatchObject({ id, status: 'cancelled', replayed: true });
    expect(await engine.tasks.submitMany([dependent(first)])).toMatchObject([{ id, replayed: true }]);
    await expect(engine.tasks.submit(dependent(first, { priority: 9 }))).rejects.toMatchObject({ code: 'idempotency_key_reused' });
    expect(await count()).toBe(2);
  });

  it('gives it for a batch', async () => {
    const engine = await start();
    const first = await engine.submit('noop');
    const body = { name: 'nightly', tasks: [{ taskName: 'noop', dependsOn: [first] }] };
    const { batch } = await engine.get(BatchService).submit(body, ANN);
    await engine.tasks.cancelByIds([first], 'operator');
    expect(await engine.get(BatchService).submit(body, ANN)).toEqual({ batch, replayed: true });
    expect(await count()).toBe(2);
  });

  it('does not affect another key: that is rejected, and nothing is stored', async () => {
    const engine = await start();
    const first = await engine.submit('noop');
    await engine.tasks.submit(dependent(first));
    await engine.tasks.cancelByIds([first], 'operator');
    const other = dependent(first, { idempotencyKey: 'other' });
    await expect(engine.tasks.submitMany([dependent(first), other])).rejects.toMatchObject({ status: 422, code: 'dependency_ended' });
    const body = { name: 'nightly', tasks: [{ taskName: 'noop', dependsOn: [first] }] };
    await expect(engine.get(BatchService).submit(body, ANN)).rejects.toMatchObject({ status: 422, code: 'invalid_batch' });
    expect([await count(), await harness.sql('SELECT FROM task_batches')]).toEqual([2, []]);
  });
});

/** Deletes a row and inserts it again in a transaction that is open while `meanwhile` runs and `repeat` waits for it. */
async function inFlight<T>(table: string, meanwhile: () => Promise<unknown>, repeat: () => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: harness.url, application_name: 'first-request' });
  await client.connect();
  try {
    const condition = `idempotency_key = 'key'`;
    await client.query(`CREATE TEMP TABLE saved AS SELECT * FROM ${table} WHERE ${condition}`);
    await client.query(`DELETE FROM ${table} WHERE ${condition}`);
    await client.query('BEGIN');
    await client.query(`INSERT INTO ${table} SELECT * FROM saved`);
    await meanwhile();
    let ended = false;
    const answer = repeat().finally(() => (ended = true));
    answer.catch(() => undefined);
    const waits = async () => ended || (await isWaitedFor(client));
    await waitFor(waits, { what: 'the repeat to meet the first request' });
    await client.query('COMMIT');
    return await answer;
  } finally {
    await client.end();
  }
}

describe('a repeat while the first request is being stored, whose dependency is cancelled meanwhile', () => {
  async function prepared(): Promise<{ engine: Engine; first: string }> {
    const engine = await start();
    return { engine, first: await engine.submit('noop') };
  }

  it('gives the answer of the first', async () => {
    const { engine, first } = await prepared();
    const { id } = await engine.tasks.submit(dependent(first));
    await harness.sql(`DELETE FROM task_audit WHERE task_id = $1`, [id]); // it is written again
    const cancel = () => engine.tasks.cancelByIds([first], 'operator');
    const answer = await inFlight('tasks', cancel, () => engine.tasks.submit(dependent(first)));
    expect(answer).toMatchObject({ id, replayed: true });
    await engine.tasks.cancelByIds([id], 'operator');
  });

  it('gives it for a batch', async () => {
    const { engine, first } = await prepared();
    const body = { name: 'nightly', tasks: [{ taskName: 'noop', dependsOn: [first] }] };
    const { batch } = await engine.get(BatchService).submit(body, ANN);
    const cancel = () => engine.tasks.cancelByIds([first], 'operator');
    const answer = await inFlight('task_batches', cancel, () => engine.get(BatchService).submit(body, ANN));
    expect(answer).toEqual({ batch, replayed: true });
  });
});
