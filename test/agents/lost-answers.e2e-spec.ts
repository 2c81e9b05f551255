import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { AgentLeases } from '../../src/agents/leases/agent-leases.ts';
import { LeasePollBroker } from '../../src/agents/leases/lease-poll-broker.ts';
import { AgentTaskHandler } from '../../src/tasks/definitions/agent-task.handler.ts';
import { type TestApplication, startApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { TestAgent } from './agent-client.ts';

const BEAT_MS = 1_000;
/** The tests must not wait for the end of a lease. */
const TTL_MS = 60_000;

let server: TestApplication;
beforeAll(async () => {
  const handle = () => new AgentTaskHandler().handle();
  server = await startApplication({
    // A task may be released 20 times here; by default each release after the fifth costs an attempt.
    handlers: [{ name: 'render', runBy: 'agents', maxAttempts: 50, handle }],
    settings: { LEASE_BEAT_MS: String(BEAT_MS), LEASE_TTL_MS: String(TTL_MS) },
  });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await cancelAll();
});
afterAll(() => server.close());

let made = 0;
const agent = (more: object = {}) => TestAgent.register(server.http, { name: `lost-${(made += 1)}`, capabilities: [], ...more });

async function submit(): Promise<string> {
  return (await server.http<{ executionId: string }>('POST', '/tasks/render/execute/api', {})).body.executionId;
}

const assigned = async () => (await server.sql(`SELECT FROM tasks WHERE status = 'assigned'`)).length;

const untilBack = (agents: readonly TestAgent[]) =>
  waitFor(
    async () => {
      await Promise.all(agents.map((one) => one.beat([])));
      return (await assigned()) === 0;
    },
    { what: 'the tasks to go back', timeoutMs: 5 * BEAT_MS },
  );

/** Sends a lease request on its own connection. */
function ask({ id, token }: TestAgent) {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  const body = '{"waitMs": 20000}';
  const head = [
    `POST /agents/${id}/lease HTTP/1.1`,
    'Host: localhost',
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ];
  socket.write([...head, '', body].join('\r\n'));
  return socket;
}

async function cancelAll(): Promise<void> {
  await server.http('DELETE', '/tasks/executions/cancel/all');
  const open = () => server.sql(`SELECT FROM tasks WHERE name = 'render' AND terminal_at IS NULL`);
  await waitFor(async () => (await open()).length === 0, { what: 'the end of all tasks' });
}

const waiting = (polls: number) => waitFor(async () => server.app.get(LeasePollBroker).waiting === polls, { what: `${polls} polls` });

describe('a task is released at once when its agent closed the connection', () => {
  it('around the moment of the grant, 200 times', async () => {
    const leases = server.app.get(AgentLeases);
    const grant = leases.grant.bind(leases);
    const sockets = new Map<string, Socket>();
    const answered = new Set<string>();
    let granted = 0;
    jest.spyOn(leases, 'grant').mockImplementation(async (wish) => {
      const tasks = await grant(wish);
      if (tasks === undefined || tasks.length === 0) return tasks;
      const close = () => sockets.get(wish.id)?.destroy();
      if (granted++ % 2 === 0) close();
      else process.nextTick(close);
      return tasks;
    });
    let late = 0;
    while (granted < 200) {
      const agents = await Promise.all(Array.from({ length: 20 }, () => agent()));
      for (const one of agents)
        sockets.set(
          one.id,
          ask(one).once('data', () => answered.add(one.id)),
        );
      await waiting(20);
      await Promise.all(Array.from({ length: 20 }, () => submit()));
      await waiting(0);
      await delay(BEAT_MS / 4);
      late += await assigned();
      // On a loaded machine the end of a connection may arrive after the answer was sent: the heartbeat finds these.
      await untilBack(agents);
      await cancelAll();
    }
    expect(answered.size).toBe(0);
    expect(late).toBeLessThan(granted / 10);
  });

  it('and had not read the answer', async () => {
    const mine = await agent();
    const socket = ask(mine);
    socket.pause();
    await waiting(1);
    const id = await submit();
    await waitFor(async () => (await assigned()) === 1, { what: 'the grant' });
    await delay(100); // the answer is in the client's socket and is never read
    expect(await transitionsOf(id)).toEqual(['submit', 'assign']);
    socket.resetAndDestroy();
    await waitFor(async () => (await transitionsOf(id)).at(-1) === 'release', { what: 'the task to go back', timeoutMs: 3_000 });
  });

  it('but stays when the agent has started it through another connection', async () => {
    const mine = await agent();
    const socket = ask(mine);
    const text = new Promise<string>((resolve) => socket.once('data', (chunk) => resolve(String(chunk))));
    await waiting(1);
    const taskId = await submit();
    await text;
    expect((await mine.say({ taskId, epoch: 1 }, 'start')).status).toBe(200);
    socket.resetAndDestroy();
    await delay(200);
    expect(await transitionsOf(taskId)).toEqual(['submit', 'assign', 'claim']);
  });
});

describe('a task whose answer was lost', () => {
  it('is released by the first heartbeat that does not name it one interval after the grant', async () => {
    const mine = await agent({ maxConcurrency: 2 });
    const ids = [await submit(), await submit()];
    const leases = await mine.lease(2);
    expect(leases).toHaveLength(2);
    const [known, lost] = leases;
    await mine.beat([]); // it was composed before the answer arrived
    expect(await assigned()).toBe(2);
    await delay(BEAT_MS + 100);
    expect((await mine.beat([known!])).body).toMatchObject({ lost: [], cancel: [] });
    expect(await transitionsOf(lost!.taskId)).toEqual(['submit', 'assign', 'release']);
    expect(await transitionsOf(known!.taskId)).toEqual(['submit', 'assign']);
    expect(await server.sql('SELECT attempt, crash_count FROM tasks WHERE id = $1', [lost!.taskId])).toEqual([
      { attempt: 0, crash_count: 0 },
    ]);
    expect(ids).toContain(lost!.taskId);
  });

  it('stays with the agent when it is running', async () => {
    const mine = await agent();
    const id = await submit();
    await mine.take();
    await delay(BEAT_MS + 100);
    await mine.beat([]);
    expect(await transitionsOf(id)).toEqual(['submit', 'assign', 'claim']);
  });
});

async function transitionsOf(id: string): Promise<string[]> {
  const rows = await server.sql<{ reason: string }>('SELECT reason FROM task_audit WHERE task_id = $1 ORDER BY version', [id]);
  return rows.map(({ reason }) => reason);
}
