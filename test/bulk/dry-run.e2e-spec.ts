import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import type { ProblemBody } from '../../src/platform/http/problem.ts';
import type { AcceptedBatch, BatchPreview } from '../../src/tasks/batches/batch.dto.ts';
import { startApplication, type TestApplication, type Wire } from '../support/application.ts';

const LATER = '2998-01-01T00:00:00Z';
let server: TestApplication;

beforeAll(async () => {
  server = await startApplication({ handlers: [{ name: 'good', handle: () => Promise.resolve('done') }] });
});
afterAll(() => server.close());

describe('POST /batches', () => {
  it('answers with dryRun what it would store, and stores nothing', async () => {
    const stored = () =>
      server.sql(
        'SELECT (SELECT count(*) FROM tasks) AS tasks, (SELECT count(*) FROM task_batches) AS batches, (SELECT count(*) FROM task_dependencies) AS dependencies',
      );
    const before = await stored();
    const tasks = [
      { ref: 'a', taskName: 'good' },
      { taskName: 'good', dependsOn: ['a'], priority: 'high' },
      { taskName: 'good', runAt: LATER },
    ];
    const headers = { 'idempotency-key': 'dry-1' };
    for (const _ of [1, 2]) {
      const answer = await server.http<Wire<BatchPreview>>('POST', '/batches', { name: 'dry', tasks, dryRun: true }, headers);
      expect([answer.status, answer.headers.get('location'), answer.headers.get('idempotency-replayed')]).toEqual([200, null, null]);
      expect(answer.body).toEqual({
        name: 'dry',
        total: 3,
        ready: 1,
        waiting: 2,
        items: [
          { ref: 'a', taskName: 'good', queue: 'default', status: 'submitted', priority: 5, runAt: null, dependsOn: [] },
          { ref: null, taskName: 'good', queue: 'default', status: 'pending', priority: 8, runAt: null, dependsOn: ['a'] },
          {
            ref: null,
            taskName: 'good',
            queue: 'default',
            status: 'pending',
            priority: 5,
            runAt: '2998-01-01T00:00:00.000Z',
            dependsOn: [],
          },
        ],
      });
    }
    expect(await stored()).toEqual(before);
    // The key is free for the real batch.
    const real = await server.http<AcceptedBatch>('POST', '/batches', { name: 'dry', tasks: tasks.slice(0, 1) }, headers);
    expect([real.status, real.body.total]).toEqual([202, 1]);
  });

  it('finds with dryRun what only the database knows', async () => {
    const tasks = [{ taskName: 'good', dependsOn: [uuidv7()] }];
    const gone = await server.http<ProblemBody>('POST', '/batches', { name: 'dry', tasks, dryRun: true });
    expect([gone.status, gone.body.errors[0]?.code]).toEqual([422, 'dependency_not_found']);
    const params = { accountId: uuidv7(), topic: 'What a lease is' };
    const unknown = await server.http<ProblemBody>('POST', '/batches', {
      name: 'dry',
      tasks: [{ taskName: 'content-generation', params }],
      dryRun: true,
    });
    expect([unknown.status, unknown.body.code]).toEqual([422, 'account_not_found']);
  });
});
