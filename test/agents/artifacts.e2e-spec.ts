import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgentTaskHandler } from '../../src/tasks/definitions/agent-task.handler.ts';
import { RetentionService } from '../../src/engine/maintenance/retention.service.ts';
import { FIRST_ID } from '../../src/engine/sweep-pages.ts';
import { type TestApplication, startApplication } from '../support/application.ts';
import { type Lease, TestAgent } from './agent-client.ts';

let server: TestApplication;
let agent: TestAgent;
beforeAll(async () => {
  const handle = () => new AgentTaskHandler().handle();
  server = await startApplication({ handlers: [{ name: 'draw', runBy: 'agents', backoff: { baseMs: 1, maxMs: 1 }, handle }] });
  agent = await TestAgent.register(server.http, { name: 'artist', capabilities: [] });
});
afterAll(() => server.close());

async function submit(): Promise<string> {
  return (await server.http<{ executionId: string }>('POST', '/tasks/draw/execute/api', {})).body.executionId;
}

/** Bytes that are not valid in JSON. */
const BYTES = Buffer.from([0, 255, 1, 254, 10, 13]);

async function put(
  { taskId, epoch }: Pick<Lease, 'taskId' | 'epoch'>,
  name: string,
  content: Buffer,
  type = 'application/octet-stream',
  from = agent,
) {
  const response = await fetch(`${server.url}/agents/${from.id}/tasks/${taskId}/artifacts/${encodeURIComponent(name)}?epoch=${epoch}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${from.token}`, 'content-type': type },
    body: new Uint8Array(content),
  });
  return { status: response.status, body: (await response.json()) as { code?: string; bytes?: number } };
}

async function download(id: string, name: string) {
  const response = await fetch(`${server.url}/executions/${id}/artifacts/${name}`, { headers: { authorization: `Bearer ${server.key}` } });
  return { status: response.status, headers: response.headers, content: Buffer.from(await response.arrayBuffer()) };
}

describe('artifacts', () => {
  it('are stored by task and attempt, listed and downloaded', async () => {
    const id = await submit();
    const first = await agent.take();
    expect(await put(first, 'picture.png', BYTES)).toEqual({ status: 200, body: { name: 'picture.png', bytes: 6 } });
    expect(await put(first, 'empty', Buffer.alloc(0))).toMatchObject({ status: 200, body: { bytes: 0 } });
    await agent.say(first, 'fail', { class: 'transient', message: 'ugly' });
    const second = await agent.take();
    await put(second, 'picture.png', Buffer.from('no'));
    expect(await put(second, 'picture.png', Buffer.from('better'))).toMatchObject({ status: 200 });
    await agent.say(second, 'complete');
    const { body } = await server.http<{ items: object[] }>('GET', `/executions/${id}/artifacts`);
    expect(body.items).toMatchObject([
      { name: 'picture.png', attempt: 2, epoch: second.epoch, bytes: 6 },
      { name: 'empty', attempt: 1, bytes: 0 },
      { name: 'picture.png', attempt: 1, epoch: 1, bytes: 6 },
    ]);
    const { status, headers, content } = await download(id, 'picture.png');
    expect([status, content.toString()]).toEqual([200, 'better']);
    expect([headers.get('content-type'), headers.get('content-disposition'), headers.get('x-content-type-options')]).toEqual([
      'application/octet-stream',
      'attachment; filename="picture.png"',
      'nosniff',
    ]);
    expect((await download(id, 'missing')).status).toBe(404);
    expect((await download(agent.id, 'picture.png')).status).toBe(404);
  });

  it('are rejected when they are too large, too many, badly named, or not files', async () => {
    await submit();
    const lease = await agent.take();
    expect(await put(lease, 'full', Buffer.alloc(1024 * 1024))).toMatchObject({ status: 200, body: { bytes: 1_048_576 } });
    expect(await put(lease, 'too-large', Buffer.alloc(1024 * 1024 + 1))).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
    for (let i = 1; i < 20; i++) await put(lease, `file-${i}`, BYTES);
    expect(await put(lease, 'one-more', BYTES)).toMatchObject({ status: 422, body: { code: 'too_many_artifacts' } });
    expect(await put(lease, 'file-1', BYTES)).toMatchObject({ status: 200 });
    for (const name of ['../x', '.hidden', 'a b', 'x'.repeat(101)]) expect((await put(lease, name, BYTES)).status).toBe(400);
    expect(await put(lease, 'a', Buffer.from('{}'), 'application/json')).toMatchObject({ status: 415 });
    expect(await put(lease, 'a', BYTES, 'text/html')).toMatchObject({ status: 415 });
    const elsewhere = await fetch(`${server.url}/tasks/draw/execute/api`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/octet-stream' },
      body: '{}',
    });
    expect(elsewhere.status).toBe(415);
    await agent.say(lease, 'complete');
  });

  it('are limited to 20, even when 30 arrive at once', async () => {
    const id = await submit();
    const lease = await agent.take();
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => put(lease, `file-${i}`, BYTES)));
    const byStatus = Map.groupBy(answers, ({ status }) => status);
    expect([byStatus.get(200)?.length, byStatus.get(422)?.length]).toEqual([20, 10]);
    expect((await server.http<{ items: object[] }>('GET', `/executions/${id}/artifacts`)).body.items).toHaveLength(20);
    await agent.say(lease, 'complete');
  });

  it.each(['01', '+1', ' 1', '1.0', '1e0', '0x1', '-0', ''])('reject the epoch %j', async (epoch) => {
    await submit();
    const lease = await agent.take();
    const response = await fetch(`${server.url}/agents/${agent.id}/tasks/${lease.taskId}/artifacts/a?epoch=${encodeURIComponent(epoch)}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${agent.token}`, 'content-type': 'application/octet-stream' },
      body: new Uint8Array(BYTES),
    });
    expect([response.status, await response.json()]).toEqual([400, expect.objectContaining({ code: 'invalid_query' })]);
    await agent.say(lease, 'complete');
  });

  it('are accepted only from the lease owner', async () => {
    await submit();
    const lease = await agent.take();
    const other = await TestAgent.register(server.http, { name: 'forger', capabilities: [] });
    expect(await put(lease, 'a', BYTES, undefined, other)).toMatchObject({ status: 409, body: { code: 'lease_lost' } });
    expect(await put({ ...lease, epoch: 9 }, 'a', BYTES)).toMatchObject({ status: 409 });
    await agent.say(lease, 'complete');
    expect(await put(lease, 'late', BYTES)).toMatchObject({ status: 409, body: { code: 'lease_lost' } });
    expect(await put({ taskId: 'nonsense', epoch: 1 }, 'a', BYTES)).toMatchObject({ status: 409 });
  });

  it('are deleted with their task', async () => {
    const retention = server.app.get(RetentionService);
    expect(await server.sql('SELECT FROM task_artifacts')).not.toHaveLength(0);
    await retention.deletePage(0, FIRST_ID, await retention.references());
    expect(await server.sql('SELECT FROM task_artifacts')).toHaveLength(0);
  });
});
