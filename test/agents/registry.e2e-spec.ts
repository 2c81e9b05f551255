import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AgentView } from '../../src/agents/agent.view.ts';
import { TokenKind } from '../../src/platform/auth/token.ts';
import { AgentTaskHandler } from '../../src/tasks/definitions/agent-task.handler.ts';
import { LoopRegistry } from '../../src/platform/lifecycle/loop-registry.ts';
import { type TestApplication, startApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { type Enrolled, type Lease, TestAgent } from './agent-client.ts';

const handle = () => new AgentTaskHandler().handle();

let server: TestApplication;
beforeAll(async () => {
  server = await startApplication({
    handlers: [{ name: 'dig', runBy: 'agents', capabilities: ['dig'], handle }],
    settings: { LEASE_TTL_MS: '1500', LEASE_BEAT_MS: '500', AGENT_QUARANTINE_AFTER: '3' },
  });
});
afterAll(() => server.close());

async function submit(): Promise<string> {
  const { body } = await server.http<{ executionId: string }>('POST', '/tasks/dig/execute/api', {});
  return body.executionId;
}

const view = async (id: string) => (await server.http<AgentView>('GET', `/agents/${id}`)).body;
const names = async (query = '') =>
  (await server.http<{ items: AgentView[] }>('GET', `/agents?kind=remote${query}`)).body.items.map(({ name }) => name);
const crashesOf = (id: string) => server.sql('SELECT status, attempt, crash_count AS crashes FROM tasks WHERE id = $1', [id]);

describe('an agent', () => {
  it('is registered with the permission agents:register, and registers only itself again', async () => {
    const body = { name: 'one', capabilities: ['dig', 'dig', 'a'] };
    for (const role of ['viewer', 'editor', 'approver'] as const) {
      const answer = await server.http('POST', '/agents', body, { authorization: `Bearer ${await server.keyOf(role)}` });
      expect([answer.status, answer.body.code]).toEqual([403, 'permission_required']);
    }
    const { status, body: first } = await server.http<Enrolled>('POST', '/agents', body, {
      authorization: `Bearer ${await server.keyOf('operator')}`,
    });
    expect([status, first]).toEqual([
      201,
      { id: first.id, token: expect.stringMatching(/^ca_live_\w{49}$/), heartbeatMs: 500, ttlMs: 1_500 },
    ]);
    expect(await view(first.id)).toMatchObject({
      name: 'one',
      kind: 'remote',
      status: 'online',
      capabilities: ['a', 'dig'],
      maxConcurrency: 3,
    });

    const again = await TestAgent.register(server.http, { ...body, version: '2' }, first.token);
    expect(again.id).toBe(first.id);
    const other = await server.http('POST', '/agents', { ...body, name: 'two' }, { authorization: `Bearer ${again.token}` });
    expect([other.status, other.body.code]).toEqual([403, 'not_yourself']);
    const old = await server.http('POST', `/agents/${first.id}/heartbeat`, { running: [] }, { authorization: `Bearer ${first.token}` });
    expect([old.status, old.body.code]).toEqual([401, 'key_invalid']);
    expect(
      await server.sql(`SELECT count(*)::int AS rows, bool_or(token_hash::text LIKE '%ca_live%') AS plain FROM agents WHERE name = 'one'`),
    ).toEqual([{ rows: 1, plain: false }]);
  });

  it('is not authenticated by another token with the same prefix', async () => {
    const { token, id } = await TestAgent.register(server.http, { name: 'known', capabilities: [] });
    const kind = new TokenKind('ca_live_');
    const prefix = kind.parse(token)?.prefix;
    const forged = kind.generate();
    await server.sql('UPDATE agents SET token_prefix = $2 WHERE id = $1', [id, kind.parse(forged)?.prefix]);
    expect((await server.http('POST', `/agents/${id}/heartbeat`, { running: [] }, { authorization: `Bearer ${forged}` })).status).toBe(401);
    await server.sql('UPDATE agents SET token_prefix = $2 WHERE id = $1', [id, prefix]);
    expect((await server.http('POST', `/agents/${id}/heartbeat`, { running: [] }, { authorization: `Bearer ${token}` })).status).toBe(200);
  });

  it.each([
    [{ name: 'a:b' }, '/name'],
    [{ name: 'isolated' }, '/name'],
    [{ name: '' }, '/name'],
    [{ name: 'x', capabilities: ['Big'] }, '/capabilities'],
    [{ name: 'x', capabilities: 'dig' }, '/capabilities'],
    [{ name: 'x', maxConcurrency: 0 }, '/maxConcurrency'],
    [{ name: 'x', owner: 'me' }, '/owner'],
  ])('cannot be %j', async (change, pointer) => {
    const { status, body } = await server.http<{ errors: { pointer: string }[] }>('POST', '/agents', { capabilities: [], ...change });
    expect([status, body.errors.map((error) => error.pointer)]).toEqual([422, [pointer]]);
  });

  it('may do its own work and nothing else', async () => {
    const [mine, other] = [
      await TestAgent.register(server.http, { name: 'mine', capabilities: [] }),
      await TestAgent.register(server.http, { name: 'other', capabilities: [] }),
    ];
    const refused: [string, string, number][] = [
      ['GET', '/agents', 403],
      ['GET', `/agents/${mine.id}`, 403],
      ['GET', '/executions', 403],
      ['POST', '/tasks/dig/execute/api', 403],
      ['POST', `/agents/${mine.id}/resume`, 403],
      ['POST', `/agents/${other.id}/heartbeat`, 404],
      ['POST', `/agents/${other.id}/lease`, 404],
      ['POST', `/agents/${other.id}/tasks/${other.id}/complete`, 404],
      ['PUT', `/agents/${other.id}/tasks/${other.id}/artifacts/a?epoch=1`, 404],
      ['DELETE', `/agents/${other.id}`, 404],
    ];
    for (const [method, path, status] of refused) {
      expect([method, path, (await mine.call(method, path, method === 'POST' ? { running: [], epoch: 1 } : undefined)).status]).toEqual([
        method,
        path,
        status,
      ]);
    }
    const admin = await server.http('POST', `/agents/${mine.id}/heartbeat`, { running: [] });
    expect([admin.status, admin.body.code]).toEqual([403, 'permission_required']);
  });

  it('is listed by capability and status', async () => {
    const able = await TestAgent.register(server.http, { name: 'able', capabilities: ['fly'] });
    await able.beat([], 0.5);
    expect(await names('&capability=fly')).toEqual(['able']);
    expect(await view(able.id)).toMatchObject({ load: 0.5, running: 0 });
    await server.http('POST', `/agents/${able.id}/drain`);
    expect(await names('&capability=fly&status=draining')).toEqual(['able']);
    expect(await names('&capability=fly&status=online')).toEqual([]);
    await server.sql(`UPDATE agents SET last_seen_at = app_now() - interval '2 s' WHERE id = $1`, [able.id]);
    expect(await view(able.id)).toMatchObject({ status: 'offline' });
    const { body } = await server.http('GET', `/agents/${able.id}/health`);
    expect(body).toMatchObject({ healthy: false, status: 'offline', free: 0, reason: expect.stringMatching(/no heartbeat for \d+ s/) });
    await able.beat();
    expect(await view(able.id)).toMatchObject({ status: 'draining' });
    expect((await server.http('GET', '/agents/nonsense')).status).toBe(404);
    expect((await server.http('GET', '/agents?status=busy')).status).toBe(400);
  });

  it('serves the tasks whose capabilities it has, while it gets tasks', async () => {
    const counted = async () => (await server.http<{ withoutHandler: number }>('GET', '/queues/agents')).body.withoutHandler;
    const id = await submit();
    const handler = async () => {
      const { body } = await server.http<{ blockers: { code: string; open: boolean; detail: string }[] }>('GET', `/executions/${id}/why`);
      return body.blockers.find(({ code }) => code === 'handler');
    };
    await server.sql(`UPDATE agents SET last_seen_at = app_now() - interval '1 min' WHERE kind = 'remote'`);
    const before = await counted();
    expect(before).toBeGreaterThan(0);
    await TestAgent.register(server.http, { name: 'flier', capabilities: ['fly'] });
    expect(await counted()).toBe(before);
    expect(await handler()).toMatchObject({
      open: false,
      detail: 'No online agent can run it. Start an agent with dig, or cancel the task.',
    });
    const digger = await TestAgent.register(server.http, { name: 'digger', capabilities: ['dig', 'fly'] });
    expect([await counted(), await handler()]).toMatchObject([0, { open: true, detail: '1 online agents can run it.' }]);
    await server.http('POST', `/agents/${digger.id}/drain`);
    expect([await counted(), await handler()]).toMatchObject([before, { open: false }]);
    await server.http('DELETE', `/queues/agents/tasks/${id}`);
    expect(await counted()).toBe(before - 1);
  });

  it('that unregisters releases its tasks at once, with their attempts', async () => {
    const [leaving, next] = [
      await TestAgent.register(server.http, { name: 'leaving', capabilities: ['dig'] }),
      await TestAgent.register(server.http, { name: 'next', capabilities: ['dig'] }),
    ];
    const ids = [await submit(), await submit()];
    const taken = await leaving.take();
    await leaving.lease();
    const left = await leaving.call('DELETE', `/agents/${leaving.id}`);
    expect([left.status, left.body]).toEqual([200, { id: leaving.id, released: 2 }]);
    expect((await leaving.beat()).status).toBe(401);
    expect((await leaving.say(taken, 'complete')).status).toBe(401);
    expect((await server.http('GET', `/agents/${leaving.id}`)).status).toBe(404);
    const leases = [...(await next.lease(2)), ...(await next.lease(2, 500))];
    expect(leases.map(({ taskId, attempt }) => `${taskId} ${attempt}`).sort()).toEqual(ids.map((id) => `${id} 1`).sort());
    const back = await TestAgent.register(server.http, { name: 'leaving', capabilities: [] });
    expect(back.id).toBe(leaving.id);
    await Promise.all(leases.map(async (lease) => (await next.say(lease, 'start')) && next.say(lease, 'complete')));
  });

  it('that registers again has lost its running tasks, but not those it had not started', async () => {
    const before = await TestAgent.register(server.http, { name: 'again', capabilities: ['dig'] });
    const [begun, waiting] = [await submit(), await submit()];
    const lease = await before.take();
    await before.lease();
    const after = await TestAgent.register(server.http, { name: 'again', capabilities: ['dig'] }, before.token);
    expect(await crashesOf(begun)).toEqual([{ status: 'submitted', attempt: 1, crashes: 1 }]);
    expect(await crashesOf(waiting)).toEqual([{ status: 'submitted', attempt: 0, crashes: 0 }]);
    expect((await after.say(lease, 'complete', { result: 'of the boot before' })).status).toBe(409);
    // The task that ran when it ended comes first, and alone.
    const [quarantined] = await after.lease(3);
    expect(quarantined).toMatchObject({ taskId: begun, attempt: 2 });
    await after.say(quarantined as Lease, 'start');
    expect(await after.lease(3, 300)).toEqual([]);
    await after.say(quarantined as Lease, 'complete');
    const [rest] = await after.lease(3);
    expect(rest).toMatchObject({ taskId: waiting });
    await after.say(rest as Lease, 'start');
    await after.say(rest as Lease, 'complete');
  });

  it('that crashes with one task after the other gets no more, with a reason', async () => {
    const body = { name: 'sick', capabilities: ['dig'], maxConcurrency: 1 };
    let agent = await TestAgent.register(server.http, body);
    const ids: string[] = [];
    for (let boot = 0; boot < 3; boot++) {
      ids.push(await submit());
      const lease = await agent.take();
      agent = await TestAgent.register(server.http, body, agent.token);
      await server.http('DELETE', '/tasks/executions/cancel/by-ids', { executionIds: [lease.taskId] });
    }
    await submit();
    expect(await agent.lease(1, 200)).toEqual([]);
    const { body: health } = await server.http('GET', `/agents/${agent.id}/health`);
    expect(health).toMatchObject({ status: 'quarantined', healthy: false, crashes: 3, reason: expect.stringContaining('3 times') });
    for (const id of ids) expect(health.reason).toContain(id);
    await server.http('POST', `/agents/${agent.id}/resume`);
    const lease = await agent.take();
    expect((await agent.say(lease, 'complete')).status).toBe(200);
    expect(await view(agent.id)).toMatchObject({ status: 'online', quarantineReason: null });
  });

  it('that completes a task in between is not quarantined', async () => {
    const body = { name: 'unlucky', capabilities: ['dig'], maxConcurrency: 1 };
    let agent = await TestAgent.register(server.http, body);
    for (let boot = 0; boot < 4; boot++) {
      await submit();
      const lost = await agent.take();
      agent = await TestAgent.register(server.http, body, agent.token);
      await server.http('DELETE', '/tasks/executions/cancel/by-ids', { executionIds: [lost.taskId] });
      await submit();
      expect((await agent.say(await agent.take(), 'complete')).status).toBe(200);
    }
    expect(await view(agent.id)).toMatchObject({ status: 'online' });
  });

  it('registers, sends heartbeats and unregisters fast', async () => {
    const times: number[] = [];
    const timed = async <T>(work: Promise<T>): Promise<T> => {
      const began = performance.now();
      const value = await work;
      times.push(performance.now() - began);
      return value;
    };
    for (let i = 0; i < 50; i++) {
      const agent = await timed(TestAgent.register(server.http, { name: `fast-${i}`, capabilities: [] }));
      await timed(agent.beat());
      await timed(agent.call('DELETE', `/agents/${agent.id}`));
    }
    expect(times.sort((a, b) => a - b)[Math.floor(times.length / 2)]).toBeLessThan(1_000);
  });
});

describe('the process itself', () => {
  it('is listed as an agent, which an operator can drain and resume', async () => {
    const { body } = await server.http<{ items: AgentView[] }>('GET', '/agents?kind=process');
    const [self] = body.items;
    expect(body.items).toEqual([
      expect.objectContaining({
        status: 'online',
        processInfo: { host: expect.any(String), pid: process.pid, slots: expect.objectContaining({ default: 50 }) },
      }),
    ]);
    if (!self) throw new Error('there is no process');
    expect((await server.http('DELETE', `/agents/${self.id}`)).body).toMatchObject({ code: 'agent_is_process' });
    expect((await server.http('POST', `/agents/${self.id}/quarantine`, { reason: 'x' })).body).toMatchObject({ code: 'agent_is_process' });
    expect((await server.http('POST', '/agents', { name: self.name, capabilities: [] })).status).toBe(422);

    await server.http('POST', `/agents/${self.id}/drain`);
    const { body: submitted } = await server.http<{ executionId: string }>('POST', '/executions/cleanup', {
      olderThan: 'P1D',
      dryRun: false,
    });
    const claims = async () =>
      (
        await server.sql<{ n: number }>(`SELECT count(*)::int AS n FROM task_audit WHERE task_id = $1 AND reason = 'claim'`, [
          submitted.executionId,
        ])
      )[0]?.n;
    expect((await server.http<AgentView>('GET', `/agents/${self.id}`)).body.status).toBe('draining');
    const drained = async () =>
      server.app
        .get(LoopRegistry)
        .states()
        .some(({ name, running }) => name === 'claims of default' && !running);
    await waitFor(drained, { what: 'the end of the claims' });

    // Another process deletes the rows of those that sent no heartbeat for 10 minutes.
    await server.sql('DELETE FROM agents WHERE id = $1', [self.id]);
    const back = async () =>
      (await server.sql<{ drain: boolean }>('SELECT draining_at IS NOT NULL AS drain FROM agents WHERE id = $1', [self.id]))[0];
    expect(await waitFor(back, { what: 'the next heartbeat' })).toEqual({ drain: true });
    await server.http('POST', `/agents/${self.id}/resume`);
    await waitFor(async () => (await claims()) === 1, { what: 'the task that waited for the process' });
  });
});
