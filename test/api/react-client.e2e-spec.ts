import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import type { RunningExecutionView } from '../../src/tasks/executions/execution.view.ts';
import { ReactClient } from './react-client.ts';
import { SampleTasks } from './sample-tasks.ts';

const INTERVAL_MS = 20;
const UNKNOWN_ID = '01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f';
const samples = new SampleTasks();
let server: TestApplication;
let client: ReactClient;

beforeAll(async () => {
  server = await startApplication({ handlers: samples.handlers });
  client = new ReactClient(server.url, server.key);
});
afterAll(() => server.close());

async function startWaiting(): Promise<string> {
  const { executionId } = await client.executeTask('user-space-sync', { space: 'docs' });
  await waitFor(async () => samples.isWaiting(executionId), { what: 'the handler to run' });
  return executionId;
}

describe('the client of the asynchronous task guide', () => {
  it('runs a task, sees its log grow and its end', async () => {
    const { executionId } = await client.executeTask('user-space-sync', { space: 'docs' });
    const seen: string[] = [];
    const last = await client.follow(executionId, INTERVAL_MS, ({ status, logs }) => {
      seen.push(status);
      if (logs.some(({ message }) => message === 'Sync of docs begins')) samples.finish(executionId);
    });
    expect(seen.slice(0, -1).every((status) => status === 'running')).toBe(true);
    expect(last.status).toBe('completed');
    expect(last.logs.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'debug Task accepted (submitted)',
      'info Task started (attempt 1, time limit: 300000ms)',
      'info Sync of docs begins',
      'info Sync done',
      'info Task completed',
    ]);
    expect(last.logs[2]?.data).toEqual({ space: 'docs' });
    for (const { timestamp } of last.logs) expect(new Date(timestamp).toISOString()).toBe(timestamp);
  });

  it('runs a task without params', async () => {
    const { executionId } = await client.executeTask('feishu-sync');
    expect((await client.follow(executionId, INTERVAL_MS, () => undefined)).status).toBe('completed');
  });

  it('polls through a retry, and sees a failure as failed', async () => {
    const { executionId } = await client.executeTask('hesitant-sync');
    const { status, logs } = await client.follow(executionId, INTERVAL_MS, () => undefined);
    expect(status).toBe('completed');
    expect(logs.map(({ message }) => message)).toEqual(
      expect.arrayContaining(['try 1', 'Attempt 1 failed and is retried: not yet', 'try 2']),
    );

    const broken = await client.executeTask('broken-sync');
    expect((await client.follow(broken.executionId, INTERVAL_MS, () => undefined)).status).toBe('failed');
    const { body } = await server.http<Wire<RunningExecutionView>>('GET', `/tasks/running/execution/${broken.executionId}`);
    expect(body.error).toEqual({ class: 'rejected', code: 'space_gone', message: 'the space is gone' });
  });

  it('cancels a running task at once, and aborts its handler', async () => {
    const executionId = await startWaiting();
    expect(await client.cancelTask(executionId)).toEqual({ cancelled: [executionId], notFound: [], alreadyFinished: [] });
    const { status, logs } = await client.pollTaskStatus(executionId);
    expect(status).toBe('cancelled');
    expect(logs.at(-1)).toMatchObject({ level: 'warn', message: "Task cancelled by the admin's key" });
    await waitFor(async () => samples.aborted.has(executionId), { what: 'the handler’s signal', timeoutMs: 2_000 });
  });

  it('cancels many, and names the unknown ones', async () => {
    const running = await Promise.all([startWaiting(), startWaiting(), startWaiting()]);
    const finished = await client.executeTask('feishu-sync');
    await client.follow(finished.executionId, INTERVAL_MS, () => undefined);
    expect(await client.cancelMultipleTasks([...running, finished.executionId, UNKNOWN_ID, 'no-id'])).toEqual({
      cancelled: running,
      notFound: [UNKNOWN_ID, 'no-id'],
      alreadyFinished: [finished.executionId],
    });
    await waitFor(async () => running.every((id) => samples.aborted.has(id)), { what: 'all signals' });
  });

  it('cancels by the names of tasks', async () => {
    const running = await Promise.all([startWaiting(), startWaiting()]);
    const { body } = await server.http<{ cancelled: string[]; taskNotFound: string[] }>(
      'DELETE',
      '/tasks/executions/cancel/by-task-names',
      {
        taskNames: ['user-space-sync', 'no-such-sync'],
      },
    );
    expect(body.cancelled.toSorted()).toEqual(running.toSorted());
    expect(body.taskNotFound).toEqual(['no-such-sync']);
  });

  it('cancels all', async () => {
    const running = await Promise.all([startWaiting(), startWaiting()]);
    const later = await server.http('POST', '/tasks/feishu-sync/execute/api', { runAt: '2999-01-01T00:00:00Z' });
    expect(later.status).toBe(202);
    expect((await server.http('DELETE', '/tasks/executions/cancel/all')).body).toEqual({ count: running.length + 1 });
    expect((await server.http('DELETE', '/tasks/executions/cancel/all')).body).toEqual({ count: 0 });
  });

  it('rejects a body on the route that cancels all', async () => {
    const executionId = await startWaiting();
    const answer = await server.http('DELETE', '/tasks/executions/cancel/all', { executionIds: [UNKNOWN_ID] });
    expect([answer.status, answer.body.code]).toEqual([422, 'unexpected_body']);
    expect((await client.pollTaskStatus(executionId)).isRunning).toBe(true);
    await client.cancelTask(executionId);
  });

  it('lists the executions of a task as an array, including finished ones', async () => {
    const first = await client.executeTask('feishu-sync');
    await client.follow(first.executionId, INTERVAL_MS, () => undefined);
    const { executionId } = await client.executeTask('feishu-sync');
    const { body } = await server.http<Wire<RunningExecutionView>[]>('GET', '/tasks/running/feishu-sync');
    expect(body.slice(0, 2).map((view) => view.executionId)).toEqual([executionId, first.executionId]);
    expect(body[1]).toMatchObject({ taskName: 'feishu-sync', status: 'completed', state: 'completed', phase: null, result: { pages: 5 } });
    expect(body[1]?.logs.filter(({ level }) => level === 'debug').map(({ message }) => message)).toContain('page 5');
  });

  it('answers 404 with a problem for an unknown execution', async () => {
    for (const path of [`/tasks/running/execution/${UNKNOWN_ID}`, '/tasks/running/execution/no-id', '/tasks/running/user-spce-sync']) {
      const { status, body, headers } = await server.http('GET', path);
      expect([status, headers.get('content-type')]).toEqual([404, 'application/problem+json; charset=utf-8']);
      expect(body.code).toMatch(/^(execution_not_found|unknown_task)$/);
    }
  });
});
