import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { BlockersView } from '../../src/monitoring/blockers/blockers.view.ts';
import { LimitService } from '../../src/tasks/limits/limit.service.ts';
import type { LimitList, LimitView } from '../../src/tasks/limits/limit.dto.ts';
import type { TaskContext } from '../../src/tasks/definitions/task-context.ts';
import type { ExecutionView } from '../../src/tasks/executions/execution.view.ts';
import { runCli } from '../cli/run-cli.ts';
import { startApplication, type TestApplication, type TestHandler, type Wire } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';

const handlers: TestHandler[] = [
  { name: 'quick', handle: () => Promise.resolve({}) },
  { name: 'limited', maxRunning: 1, provider: 'openai', handle: ({ signal }: TaskContext) => once(signal, 'abort') },
  { name: 'on-gpu', queue: 'unserved', capabilities: ['gpu'], handle: () => Promise.resolve({}) },
];

let server: TestApplication;
beforeAll(async () => {
  server = await startApplication({ handlers });
  await server.app.get(LimitService).declare();
});
afterAll(() => server.close());

async function run(name: string, body: object = {}): Promise<string> {
  return (await server.http<Wire<ExecutionView>>('POST', `/tasks/${name}/execute/api`, body)).body.executionId;
}
const becomes = (id: string, status: string) =>
  waitFor(async () => (await server.http<Wire<ExecutionView>>('GET', `/executions/${id}`)).body.status === status, {
    what: `${id} to be ${status}`,
  });
const gates = async (id: string) =>
  (await server.http<Wire<BlockersView>>('GET', `/executions/${id}/why`)).body.blockers.filter(({ open }) => !open).map(({ code }) => code);
const cli = (...words: string[]) => runCli(words, { env: { APP_SERVER: server.url, APP_TOKEN: server.key } });

describe('limits over HTTP', () => {
  it('are listed, changed and removed', async () => {
    const set = await server.http<Wire<LimitView>>('PUT', '/limits/provider:openai', { maxRunning: 4, rate: { count: 60, perMs: 60_000 } });
    expect(set.body).toMatchObject({
      key: 'provider:openai',
      maxRunning: 4,
      rate: { count: 60, perMs: 60_000 },
      running: 0,
      tokens: 60,
      declared: false,
    });
    const { body } = await server.http<Wire<LimitList>>('GET', '/limits');
    expect(body.items.map(({ key, declared }) => [key, declared])).toEqual([
      ['provider:openai', false],
      ['task:limited', true],
    ]);
    expect((await server.http('DELETE', '/limits/provider:openai')).status).toBe(204);
    expect((await server.http('DELETE', '/limits/provider:openai')).status).toBe(404);
  });

  it.each([
    ['task:quick', { maxRunning: 1 }, 'uncounted_key'],
    ['provider:nobody', { maxRunning: 1 }, 'uncounted_key'],
    ['account:1', {}, 'empty_limit'],
    ['account:1', { maxRunning: -1 }, 'invalid_body'],
    ['account:1', { rate: { count: 1 } }, 'invalid_body'],
  ])('%s %j is refused with 422', async (key, body, code) => {
    const answer = await server.http('PUT', `/limits/${key}`, body);
    expect([answer.status, answer.body['code']]).toEqual([422, code]);
  });

  it('show why a task waits', async () => {
    const [first, second] = [await run('limited'), await run('limited')];
    await becomes(first, 'running');
    expect(await gates(second)).toContain('limit');
    await server.http('DELETE', '/tasks/executions/cancel/by-ids', { executionIds: [first, second] });
    expect(await gates(await run('on-gpu'))).not.toContain('capability'); // the process itself has all capabilities
  });

  it('apply to a key given with the task', async () => {
    await server.http('PUT', '/limits/given', { maxRunning: 0 });
    const id = await run('quick', { concurrencyKey: 'given' });
    expect(await gates(id)).toContain('limit');
    await server.http('DELETE', '/limits/given');
    await becomes(id, 'completed');
  });
});

describe('a named task over HTTP', () => {
  it('is paused and resumed', async () => {
    const paused = await server.http('POST', '/tasks/quick/pause');
    expect([paused.status, paused.body]).toEqual([
      200,
      expect.objectContaining({ name: 'quick', paused: true, pausedBy: expect.objectContaining({ type: 'key' }) }),
    ]);
    const id = await run('quick');
    expect(await gates(id)).toContain('paused');
    expect((await server.http('GET', '/tasks/paused')).body).toMatchObject({ items: [{ name: 'quick' }] });
    expect((await server.http('POST', '/tasks/quick/resume')).body).toMatchObject({ name: 'quick', paused: false });
    await becomes(id, 'completed');
  });

  it('is unknown: 404', async () => {
    expect((await server.http('POST', '/tasks/quikc/pause')).status).toBe(404);
  });
});

describe('the strategy of a queue over HTTP', () => {
  it('is changed, each part separately', async () => {
    const set = (body: object) => server.http('PUT', '/queues/default/strategy', body);
    expect((await set({ strategy: 'fair' })).body).toEqual({ name: 'default', strategy: 'fair', agentStrategy: 'least_loaded' });
    expect((await set({ agentStrategy: 'capability' })).body).toEqual({ name: 'default', strategy: 'fair', agentStrategy: 'capability' });
    expect((await set({ strategy: 'lifo' })).status).toBe(422);
    expect((await server.http('PUT', '/queues/nowhere/strategy', { strategy: 'fair' })).status).toBe(404);
  });
});

describe('need an operator', () => {
  it.each([
    ['PUT', '/limits/given', { maxRunning: 1 }],
    ['DELETE', '/limits/given', undefined],
    ['POST', '/tasks/quick/pause', undefined],
    ['PUT', '/queues/default/strategy', { strategy: 'fair' }],
  ])('%s %s', async (method, path, body) => {
    const key = await server.keyOf('editor');
    expect((await server.http(method, path, body, { authorization: `Bearer ${key}` })).status).toBe(403);
  });
});

describe('the command line', () => {
  it('sets, lists and removes a limit', async () => {
    expect(await cli('limit', 'set', 'account:1', '--max-running', '2', '--rate', '60/1m')).toMatchObject({ code: 0 });
    const { stdout } = await cli('limit', 'list', '-o', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      items: [{ key: 'account:1', rate: { count: 60, perMs: 60_000 } }, { key: 'task:limited' }],
    });
    expect(await cli('limit', 'remove', 'account:1')).toMatchObject({ code: 0 });
    expect((await cli('limit', 'set', 'account:1')).code).toBe(2);
  });

  it('pauses and resumes a task', async () => {
    expect(JSON.parse((await cli('task', 'pause', 'quick', '-o', 'json')).stdout)).toMatchObject({ paused: true });
    expect(JSON.parse((await cli('task', 'resume', 'quick', '-o', 'json')).stdout)).toMatchObject({ paused: false });
  });
});
