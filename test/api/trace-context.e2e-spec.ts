import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { currentTraceContext } from '../../src/platform/telemetry/tracing/trace-scope.ts';
import type { TaskContext } from '../../src/tasks/definitions/task-context.ts';
import { TestAgent } from '../agents/agent-client.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const seen: { id: string; attempt: number; traceContext: string | null; current: string | null }[] = [];
let server: TestApplication;

/** Fails once, so that a second claim reads the row again. */
function handle({ id, attempt, traceContext }: TaskContext): Promise<unknown> {
  seen.push({ id, attempt, traceContext, current: currentTraceContext() });
  return attempt === 1 ? Promise.reject(new Error('once')) : Promise.resolve(null);
}

beforeAll(async () => {
  server = await startApplication({
    handlers: [
      { name: 'traced', backoff: { baseMs: 1, maxMs: 1 }, handle },
      { name: 'traced-elsewhere', runBy: 'agents', handle },
    ],
  });
});
afterAll(() => server.close());

const submit = async (name: string, traceparent?: string): Promise<string> => {
  const headers: Record<string, string> = traceparent === undefined ? {} : { traceparent };
  const { status, body } = await server.http<{ executionId: string }>('POST', `/tasks/${name}/execute/api`, {}, headers);
  expect(status).toBe(202);
  return body.executionId;
};
const attemptsOf = (id: string) =>
  waitFor(
    () =>
      Promise.resolve(seen.filter((one) => one.id === id && seen.some((other) => other.id === id && other.attempt === 2))).then(
        (all) => all.length === 2 && all,
      ),
    {
      what: `two attempts of ${id}`,
    },
  );

// Without a collector too: outbound requests, new tasks and events of the handler read the current context.
it('the trace context of a submission reaches every attempt of its handler, and is current in it', async () => {
  const id = await submit('traced', TRACEPARENT);
  expect(await attemptsOf(id)).toEqual([1, 2].map((attempt) => ({ id, attempt, traceContext: TRACEPARENT, current: TRACEPARENT })));
});

it.each([
  ['missing', undefined],
  ['malformed', '00-nonsense-01'],
  ['repeated', `${TRACEPARENT}, ${TRACEPARENT}`],
])('a %s header is ignored', async (_, traceparent) => {
  const id = await submit('traced', traceparent);
  expect((await attemptsOf(id)).map(({ traceContext }) => traceContext)).toEqual([null, null]);
});

it('every task of a batch has the trace context of its request', async () => {
  const body = { name: 'pair', tasks: [{ taskName: 'traced' }, { taskName: 'traced' }] };
  const { status, body: batch } = await server.http<{ batchId: string }>('POST', '/batches', body, { traceparent: TRACEPARENT });
  expect(status).toBe(202);
  const rows = await server.sql('SELECT trace_context FROM tasks WHERE parent_id = $1', [batch.batchId]);
  expect(rows).toEqual([{ trace_context: TRACEPARENT }, { trace_context: TRACEPARENT }]);
});

it.each([
  ['POST', '/executions/bulk', { action: 'cancel', filter: { taskName: ['nothing'] } }],
  ['POST', '/executions/cleanup', { olderThan: 'P3650D' }],
  ['POST', '/queues/content/drain', {}],
])('the task of %s %s has the trace context of its request', async (method, path, body) => {
  const { status, body: accepted } = await server.http<{ executionId: string }>(method, path, body, { traceparent: TRACEPARENT });
  expect(status).toBe(202);
  const rows = await server.sql('SELECT trace_context FROM tasks WHERE id = $1', [accepted.executionId]);
  expect(rows).toEqual([{ trace_context: TRACEPARENT }]);
});

it('an agent gets the trace context with its lease', async () => {
  const agent = await TestAgent.register(server.http, { name: 'tracing', capabilities: [] });
  await submit('traced-elsewhere', TRACEPARENT);
  expect(await agent.take()).toMatchObject({ traceparent: TRACEPARENT });
});
