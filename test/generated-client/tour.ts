// Uses the types that openapi-typescript generates from openapi.json; the test puts them beside a copy of this file.
// Usage: node tour.ts <url> <key>. Prints its steps as JSON.
import createClient, { type Middleware } from 'openapi-fetch';
import { setTimeout as delay } from 'node:timers/promises';
import type { components, paths } from './schema.ts';

type Execution = components['schemas']['ExecutionView'];

const [, , baseUrl = '', key = ''] = process.argv;
const client = clientOf(key);

function clientOf(token: string) {
  const authorization: Middleware = {
    onRequest({ request }) {
      request.headers.set('authorization', `Bearer ${token}`);
    },
  };
  const made = createClient<paths>({ baseUrl });
  made.use(authorization);
  return made;
}

function dataOf<T>({ data, error, response }: { data?: T; error?: components['schemas']['Problem']; response: Response }): T {
  if (data === undefined) throw new Error(`${response.url}: ${response.status} ${error?.code ?? ''} ${error?.detail ?? ''}`);
  return data;
}

async function poll(executionId: string, isReached: (execution: Execution) => boolean): Promise<Execution> {
  for (let look = 0; look < 200; look++) {
    const execution = dataOf(await client.GET('/executions/{executionId}', { params: { path: { executionId } } }));
    if (isReached(execution)) return execution;
    await delay(50);
  }
  throw new Error(`${executionId} did not come so far`);
}

/** Submit, submit the same again, poll, cancel. */
async function cancelled(): Promise<object> {
  const request = {
    params: { path: { taskName: 'user-space-sync' }, header: { 'Idempotency-Key': 'generated-client' } },
    body: { params: { space: 'docs', depth: 2 }, priority: 'high' },
  };
  const first = await client.POST('/tasks/{taskName}/execute/api', request);
  const again = await client.POST('/tasks/{taskName}/execute/api', request);
  const { executionId } = dataOf(first);
  const running = await poll(executionId, ({ phase }) => phase === 'running');
  const reply = dataOf(await client.DELETE('/tasks/executions/cancel/by-ids', { body: { executionIds: [executionId] } }));
  const { status, error } = await poll(executionId, ({ finishedAt }) => finishedAt !== null);
  return {
    location: first.response.headers.get('location') === `/executions/${executionId}`,
    replayed: again.response.headers.get('idempotency-replayed') === 'true' && dataOf(again).executionId === executionId,
    space: running.params['space'],
    cancelled: reply.cancelled.length,
    status,
    code: error?.code ?? null,
  };
}

/** Register an agent, lease the task, work, complete. */
async function completed(): Promise<object> {
  const agent = dataOf(await client.POST('/agents', { body: { name: 'generated', capabilities: ['audio'], maxConcurrency: 1 } }));
  const own = clientOf(agent.token);
  const body = { params: { file: 'a.wav', options: { language: 'en' } } };
  const { executionId } = dataOf(
    await client.POST('/tasks/{taskName}/execute/api', { params: { path: { taskName: 'transcribe' } }, body }),
  );
  const path = { agentId: agent.id };
  const [lease] = dataOf(await own.POST('/agents/{agentId}/lease', { params: { path }, body: { max: 1, waitMs: 5_000 } }));
  if (!lease) throw new Error('nothing was leased');
  const { taskId, epoch, params, previousFailure } = lease;
  const task = { params: { path: { ...path, taskId } } };
  dataOf(await own.POST('/agents/{agentId}/tasks/{taskId}/start', { ...task, body: { epoch } }));
  const progress = await own.POST('/agents/{agentId}/tasks/{taskId}/progress', { ...task, body: { epoch, progress: 50, step: 'listen' } });
  const lines = [{ message: 'half', level: 'info' as const, data: { second: 30 } }];
  dataOf(await own.POST('/agents/{agentId}/tasks/{taskId}/logs', { ...task, body: { epoch, lines, after: lease.logSeq } }));
  const beat = dataOf(await own.POST('/agents/{agentId}/heartbeat', { params: { path }, body: { running: [{ taskId, epoch }] } }));
  dataOf(await own.POST('/agents/{agentId}/tasks/{taskId}/complete', { ...task, body: { epoch, result: ['any', { json: 1 }] } }));
  const { status, result } = await poll(executionId, ({ finishedAt }) => finishedAt !== null);
  const log = dataOf(await client.GET('/executions/{executionId}/logs', { params: { path: { executionId }, query: { limit: 10 } } }));
  return {
    leased: taskId === executionId,
    file: params['file'],
    failedBefore: previousFailure?.code ?? null,
    noted: progress.response.status,
    lost: beat.lost,
    messages: log.items.filter(({ seq }) => seq !== null).map(({ message }) => message),
    status,
    result,
  };
}

/** A change sends only its members; the others keep their values. */
async function changed(): Promise<object> {
  const account = await client.POST('/accounts', { body: { name: 'generated', platform: 'blog', language: 'zh' } });
  const { id } = dataOf(account);
  const header = { 'If-Match': account.response.headers.get('etag') ?? '' };
  const { owner, language } = dataOf(await client.PATCH('/accounts/{id}', { params: { path: { id }, header }, body: { owner: 'me' } }));
  const old = await client.PATCH('/accounts/{id}', { params: { path: { id }, header }, body: { owner: 'you' } });
  return { owner, language, refused: old.error?.code };
}

console.log(JSON.stringify({ cancelled: await cancelled(), completed: await completed(), changed: await changed() }));
