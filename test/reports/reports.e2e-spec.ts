import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { TaskFailure } from '../../src/core/task/failure.ts';
import type { BatchReportView } from '../../src/monitoring/reports/batch-report.view.ts';
import type { ExecutionReportView } from '../../src/monitoring/reports/execution-report.view.ts';
import * as statements from '../../src/engine/inspection/history.sql.ts';
import type { AcceptedBatch, BatchView } from '../../src/tasks/batches/batch.dto.ts';
import type { TaskContext } from '../../src/tasks/definitions/task-context.ts';
import type { ExecutionView } from '../../src/tasks/executions/execution.view.ts';
import { TaskService } from '../../src/tasks/service/task.service.ts';
import { ContentClient, SOURCES } from '../api/content-client.ts';
import { runCli } from '../cli/run-cli.ts';
import { startApplication, type TestApplication, type TestHandler, type Wire } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';

type Report = Wire<ExecutionReportView>;
type Batch = Wire<BatchReportView>;

const gate = Promise.withResolvers<void>();
const handlers: TestHandler[] = [
  { name: 'gated', handle: () => gate.promise.then(() => ({ usage: { tokens: 7 } })) },
  {
    name: 'second-time',
    backoff: { baseMs: 1, maxMs: 1 },
    handle: async ({ attempt, log, checkpoint }: TaskContext) => {
      log.info('begun');
      await checkpoint('read', null, () => Promise.resolve(1));
      if (attempt === 1) {
        log.warn('hung up');
        throw new TaskFailure('transient', 'hung up', 'ECONNRESET');
      }
      return { usage: { tokens: 7 }, checks: [{ code: 'short' }] };
    },
  },
  { name: 'quick', handle: () => Promise.resolve({}) },
  { name: 'bad', maxAttempts: 1, handle: () => Promise.reject(new TaskFailure('invalid_input', 'no', 'broken')) },
];

let server: TestApplication;
let env: Record<string, string>;
beforeAll(async () => {
  server = await startApplication({ handlers });
  env = { APP_SERVER: server.url, APP_TOKEN: server.key };
});
afterAll(() => server.close());

async function run(name: string): Promise<string> {
  return (await server.http<Wire<ExecutionView>>('POST', `/tasks/${name}/execute/api`, {})).body.executionId;
}

async function finished(id: string): Promise<Report> {
  const report = async () => (await server.http<Report>('GET', `/executions/${id}/report`)).body;
  return waitFor(async () => report().then((shown) => shown.finishedAt !== null && shown), { what: `${id} to end` });
}

describe('the report of an execution', () => {
  it('shows its times, attempts, workers, failures and log lines', async () => {
    const id = await run('second-time');
    const report = await finished(id);
    const worker = expect.stringMatching(/^\S+:\d+:\S+$/);
    expect(report).toMatchObject({
      executionId: id,
      taskName: 'second-time',
      status: 'completed',
      attempts: [
        { attempt: 1, generation: 1, worker, outcome: 'retried', error: { class: 'transient', code: 'ECONNRESET', message: 'hung up' } },
        { attempt: 2, generation: 1, worker, outcome: 'completed', error: null },
      ],
      logs: { debug: 1, info: 2, warn: 1, error: 0 },
      checkpoints: [{ step: 'read', attempt: 1, at: expect.any(String) }],
      usage: { tokens: 7 },
      checks: [{ code: 'short' }],
    });
    const { wallMs, runMs, states, attempts, createdAt, finishedAt } = report;
    expect(Object.values(states).reduce((sum, ms) => sum + ms, 0)).toBe(wallMs);
    expect(attempts.reduce((sum, { runMs: ms }) => sum + ms, 0)).toBe(runMs);
    expect(Date.parse(finishedAt ?? '') - Date.parse(createdAt)).toBe(wallMs);
    const view = (await server.http<Wire<ExecutionView>>('GET', `/executions/${id}`)).body;
    expect([view.createdAt, view.finishedAt]).toEqual([createdAt, finishedAt]);
  });

  it('of a content shows the findings of the checks', async () => {
    const client = new ContentClient(server.http);
    const { name } = await client.createAccount({ sources: SOURCES });
    const { generationTaskId, checks } = await client.generate({ account: name });
    const report = await finished(generationTaskId ?? '');
    expect([report.checks, report.usage]).toEqual([checks, null]);
  });

  it('of a waiting execution counts until now', async () => {
    const runAt = new Date(Date.now() + 3_600_000).toISOString();
    const { body } = await server.http<Wire<ExecutionView>>('POST', '/tasks/quick/execute/api', { runAt });
    const report = async () => (await server.http<Report>('GET', `/executions/${body.executionId}/report`)).body;
    expect(await report()).toMatchObject({ status: 'pending', finishedAt: null, attempts: [], runMs: 0 });
    await waitFor(async () => (await report()).states.waiting > 0, { what: 'a millisecond to pass' });
  });

  it('of an execution that ends at the same time is consistent with its result', async () => {
    const id = await run('gated');
    const tasks = server.app.get(TaskService, { strict: false });
    const get = tasks.get.bind(tasks);
    const look = jest.spyOn(tasks, 'get').mockImplementationOnce(async (wanted) => {
      const seen = await get(wanted);
      gate.resolve();
      await waitFor(async () => (await get(wanted)).terminalAt !== null, { what: 'the task to end' });
      return seen;
    });
    const { body } = await server.http<Report>('GET', `/executions/${id}/report`);
    look.mockRestore();
    expect(body).toMatchObject({ status: 'completed', usage: { tokens: 7 } });
  });

  it('is printed by task report', async () => {
    const id = await run('second-time');
    const report = await finished(id);
    const table = await runCli(['task', 'report', id], { env });
    expect([table.code, table.stderr]).toEqual([0, '']);
    expect(table.stdout).toContain(`In handlers\t${report.runMs}\n`);
    expect(table.stdout).toMatch(/^Log lines\t1 debug, 2 info, 1 warn$/m);
    expect(table.stdout).toMatch(/^1\tretried\t.*\tECONNRESET: hung up$/m);
    expect(JSON.parse((await runCli(['task', 'report', id, '-o', 'json'], { env })).stdout)).toEqual(report);
    const chosen = await runCli(['task', 'report', id, '--columns', 'attempt,outcome', '--no-headers'], { env });
    expect(chosen.stdout).toBe('1\tretried\n2\tcompleted\n');
  });
});

describe('the report of a batch', () => {
  it('counts, measures, lists the slowest and groups failures; batch report prints it', async () => {
    const names = ['quick', 'quick', 'quick', 'second-time', 'bad', 'bad'];
    const tasks = names.map((taskName) => ({ taskName }));
    const { body: accepted } = await server.http<AcceptedBatch>('POST', '/batches', { name: 'night', tasks });
    const path = `/batches/${accepted.batchId}`;
    await waitFor(async () => (await server.http<BatchView>('GET', path)).body.counts.open === 0, { what: 'the batch' });

    const { body: report } = await server.http<Batch>('GET', `${path}/report`);
    const counts = { total: 6, completed: 4, failed: 2, cancelled: 0, open: 0 };
    expect(report).toMatchObject({ batchId: accepted.batchId, name: 'night', counts, doneAt: expect.any(String) });
    expect(report.slowest).toHaveLength(5);
    expect(report.slowest.map(({ runMs }) => runMs)).toEqual(report.slowest.map(({ runMs }) => runMs).toSorted((a, b) => b - a));
    expect(report.times.run?.max).toBe(report.slowest[0]?.runMs);
    const example = expect.stringMatching(
      accepted.items
        .slice(4)
        .map(({ executionId }) => executionId)
        .join('|'),
    );
    expect(report.failures).toEqual([{ code: 'broken', count: 2, example }]);
    expect(report.names.map(({ taskName, counts: { total, failed } }) => [taskName, total, failed])).toEqual([
      ['bad', 2, 2],
      ['quick', 3, 0],
      ['second-time', 1, 0],
    ]);

    const table = await runCli(['batch', 'report', accepted.batchId], { env });
    expect([table.code, table.stderr]).toEqual([0, '']);
    expect(table.stdout).toMatch(/^Tasks\t6: 4 completed, 2 failed$/m);
    expect(table.stdout).toMatch(/^One handler\tp50 \d+ ms, p90 .*, max /m);
    expect(table.stdout).toMatch(/^Failures\t2 × broken \(/m);
    expect(JSON.parse((await runCli(['batch', 'report', accepted.batchId, '-o', 'json'], { env })).stdout)).toEqual(report);
  });

  it.each([
    ['/executions/7/report', 'execution_not_found'],
    ['/batches/7/report', 'batch_not_found'],
  ])('%s is not found', async (path, code) => {
    const { status, body } = await server.http('GET', path);
    expect([status, body.code]).toEqual([404, code]);
  });

  it.each(Object.entries(statements))('%s fits the schema', async (name, text) => {
    expect(await server.sql(`PREPARE p_${name} AS ${text}`)).toEqual([]);
  });
});
