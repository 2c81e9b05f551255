import { expect } from '@jest/globals';
import { type Counts, countsOf } from '../../src/engine/bulk/bulk-action.ts';
import { BULK_OPERATION, type BulkResult } from '../../src/tasks/bulk/bulk-operation.handler.ts';
import type { BulkRequest } from '../../src/tasks/bulk/bulk.dto.ts';
import { BulkService } from '../../src/tasks/bulk/bulk.service.ts';
import { type Engine, type TestHandler, useEngines } from '../support/engine.ts';

export const later = new Date(Date.now() + 3_600_000);
const quick: TestHandler = {
  name: 'quick',
  handle: ({ params }) => (params.fail ? Promise.reject(new Error('no')) : 'done'),
  options: { maxAttempts: 1 },
};
const slow: TestHandler = {
  name: 'slow',
  handle: ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
};

/** For one test file: engines with the tasks `quick` and `slow`, and what tests do with them. */
export function useBulkEngines() {
  const harness = useEngines();
  const start = (more: Parameters<typeof harness.start>[0] = {}): Promise<Engine> =>
    harness.start({ handlers: [quick, slow], slots: { operations: 1 }, ...more });

  const statuses = async (): Promise<Record<string, number>> => {
    const rows = await harness.sql<{ status: string; n: number }>(
      `SELECT status, count(*)::int AS n FROM tasks WHERE name <> 'bulk-operation' GROUP BY 1`,
    );
    return Object.fromEntries(rows.map(({ status, n }) => [status, n]));
  };
  return { harness, start, statuses };
}

export function submit(engine: Engine, request: Partial<BulkRequest>): Promise<string> {
  return engine.submit(BULK_OPERATION, { ...request }, { createdBy: 'operator' });
}

export async function perform(engine: Engine, request: Partial<BulkRequest>): Promise<BulkResult> {
  const task = await engine.ended(await submit(engine, request));
  expect(task).toMatchObject({ status: 'completed', progress: 100 });
  return task.result as BulkResult;
}

export async function preview(engine: Engine, request: BulkRequest): Promise<Counts> {
  return countsOf(await engine.get(BulkService).count(request, null));
}

export async function fill(engine: Engine, count: number, name = 'quick', more = {}): Promise<string[]> {
  const requests = Array.from({ length: count }, () => ({ name, createdBy: 'test', trigger: 'api' as const, ...more }));
  return (await engine.tasks.submitMany(requests)).map(({ id }) => id);
}
