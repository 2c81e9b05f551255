import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AgentLogWriter } from '../../src/engine/leases/agent-log-writer.ts';
import { Pools } from '../../src/platform/database/pools.ts';
import { AgentTaskHandler } from '../../src/tasks/definitions/agent-task.handler.ts';
import { TaskChangeNotifier } from '../../src/engine/task-change-notifier.ts';
import { type TestApplication, startApplication } from '../support/application.ts';
import { type Lease, TestAgent } from './agent-client.ts';

let server: TestApplication;
beforeAll(async () => {
  const handle = () => new AgentTaskHandler().handle();
  server = await startApplication({ handlers: [{ name: 'transcribe', runBy: 'agents', handle }] });
});
afterEach(async () => {
  await server.http('DELETE', '/tasks/executions/cancel/all');
});
afterAll(() => server.close());

let made = 0;
const agent = () => TestAgent.register(server.http, { name: `logs-${(made += 1)}`, capabilities: [] });

async function submit(): Promise<string> {
  return (await server.http<{ executionId: string }>('POST', '/tasks/transcribe/execute/api', {})).body.executionId;
}

async function messagesOf(id: string): Promise<string[]> {
  const rows = await server.sql<{ message: string }>('SELECT message FROM task_logs WHERE task_id = $1 ORDER BY seq', [id]);
  return rows.map(({ message }) => message);
}

describe('logs', () => {
  it('are numbered after the stored lines, and stored once when repeated', async () => {
    const audio = await agent();
    const id = await submit();
    const lease = await audio.take();
    const first = { lines: [{ message: 'one' }, { level: 'warn', message: 'two', data: { n: 2 } }], after: lease.logSeq };
    expect((await audio.say(lease, 'logs', first)).body).toEqual({ logSeq: 2, dropped: 0, replaced: 0 });
    expect((await audio.say(lease, 'logs', first)).body).toEqual({ logSeq: 2, dropped: 0, replaced: 0 });
    expect((await audio.say(lease, 'logs', { lines: [{ message: 'three' }] })).body).toEqual({ logSeq: 3, dropped: 0, replaced: 0 });
    const { body } = await server.http<{ items: object[] }>('GET', `/executions/${id}/logs`);
    expect(body.items).toMatchObject([
      { seq: 1, level: 'info', message: 'one' },
      { seq: 2, level: 'warn', message: 'two', data: { n: 2 } },
      { seq: 3, level: 'info', message: 'three' },
    ]);
  });

  it('leave no gap when the agent counts wrongly', async () => {
    const audio = await agent();
    await submit();
    const lease = await audio.take();
    expect((await audio.say(lease, 'logs', { lines: [{ message: 'x' }], after: 9_000 })).body).toEqual({
      logSeq: 1,
      dropped: 0,
      replaced: 0,
    });
  });

  it('are limited to 10,000 per attempt', async () => {
    const audio = await agent();
    const id = await submit();
    const lease = await audio.take();
    await server.sql(
      `INSERT INTO task_logs (task_id, seq, attempt, at, level, message) SELECT $1, n, 1, now(), 'info', 'x' FROM generate_series(1, 9999) n`,
      [id],
    );
    const lines = Array.from({ length: 500 }, () => ({ message: 'y' }));
    expect((await audio.say(lease, 'logs', { lines })).body).toEqual({ logSeq: 10_000, dropped: 499, replaced: 0 });
    expect((await audio.say(lease, 'logs', { lines: [{ message: 'z' }] })).body).toEqual({ logSeq: 10_000, dropped: 1, replaced: 0 });
  });

  it.each([
    ['without after', () => ({})],
    ['with the same after', ({ logSeq }: Lease) => ({ after: logSeq })],
  ])('of 50 simultaneous requests are all stored, %s', async (_what, more) => {
    const audio = await agent();
    const id = await submit();
    const lease = await audio.take();
    const messages = Array.from({ length: 50 }, (_, i) => `line ${i}`);
    const answers = await Promise.all(messages.map((message) => audio.say(lease, 'logs', { lines: [{ message }], ...more(lease) })));
    expect(new Set(answers.map(({ body }) => body.logSeq)).size).toBe(50);
    const stored = await server.sql<{ seq: number; message: string }>(
      'SELECT seq, message FROM task_logs WHERE task_id = $1 ORDER BY seq',
      [id],
    );
    expect(stored.map(({ message }) => message).sort()).toEqual([...messages].sort());
    expect(stored.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  });

  it('of two processes at the same time are all stored', async () => {
    const audio = await agent();
    const id = await submit();
    const { epoch } = await audio.take();
    const [row] = await server.sql<{ owner: string }>('SELECT owner FROM agents WHERE id = $1', [audio.id]);
    const { pools, notifier } = { pools: server.app.get(Pools), notifier: server.app.get(TaskChangeNotifier) };
    const processes = [new AgentLogWriter(pools, notifier), new AgentLogWriter(pools, notifier)];
    const line = (message: string) => ({ level: 'info' as const, message, data: null });
    const append = async (message: string, i: number) =>
      processes[i % 2]?.append({ id, epoch, owner: row?.owner ?? '', lines: [line(message), line(message)], after: undefined });
    await Promise.all(Array.from({ length: 40 }, (_, i) => append(`line ${i}`, i)));
    const [count] = await server.sql('SELECT count(*)::int AS lines, max(seq) AS last FROM task_logs WHERE task_id = $1', [id]);
    expect(count).toEqual({ lines: 80, last: 80 });
  });

  it('store the lines that a repeated request adds', async () => {
    const audio = await agent();
    const id = await submit();
    const lease = await audio.take();
    const lines = [{ message: 'one', data: { b: 1, a: -0 } }, { message: 'two' }, { message: 'three' }];
    await audio.say(lease, 'logs', { lines: lines.slice(0, 2), after: 0 });
    expect((await audio.say(lease, 'logs', { lines, after: 0 })).body).toMatchObject({ logSeq: 3 });
    expect(await messagesOf(id)).toEqual(['one', 'two', 'three']);
  });

  it('and failures replace text that cannot be stored by U+FFFD', async () => {
    const audio = await agent();
    const id = await submit();
    const lease = await audio.take();
    const lines = [{ message: 'a\0b\uD800' }, { message: 'clean', data: { text: '\0' } }];
    expect((await audio.say(lease, 'logs', { lines })).body).toEqual({ logSeq: 2, dropped: 0, replaced: 2 });
    expect(await messagesOf(id)).toEqual(['a\uFFFDb\uFFFD', 'clean']);
    const failed = await audio.say(lease, 'fail', { class: 'invalid_input', message: `\0${'x'.repeat(20_000)}` });
    expect([failed.status, failed.body]).toEqual([200, { status: 'failed' }]);
    const { body } = await server.http<{ error: { message: string } }>('GET', `/executions/${id}`);
    expect(body.error.message).toBe(`\uFFFD${'x'.repeat(1_999)}`);
  });

  it.each([{}, { message: '' }, { message: ' ' }])('report that a failure had no reason: %j', async (more) => {
    const audio = await agent();
    const id = await submit();
    const lease = await audio.take();
    expect((await audio.say(lease, 'fail', { class: 'rejected', ...more })).status).toBe(200);
    const rows = await server.sql<{ message: string }>(`SELECT error ->> 'message' AS message FROM tasks WHERE id = $1`, [id]);
    expect(rows).toEqual([{ message: 'the agent gave no reason' }]);
  });
});
