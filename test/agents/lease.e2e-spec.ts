import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { ResultHandlerRegistry } from '../../src/results/result-handler.registry.ts';
import { AgentTaskHandler } from '../../src/tasks/definitions/agent-task.handler.ts';
import { AgentLeases } from '../../src/agents/leases/agent-leases.ts';
import { LeasePollBroker } from '../../src/agents/leases/lease-poll-broker.ts';
import { Settings } from '../../src/platform/config/settings.ts';
import { addressOf } from '../../src/platform/database/address.ts';
import { releaseAllLeases } from '../../src/engine/recovery/exit-report.ts';
import { MaintenanceStore } from '../../src/engine/maintenance/maintenance-store.ts';
import { type TestApplication, type TestHandler, startApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { type Lease, TestAgent } from './agent-client.ts';

const handle = () => new AgentTaskHandler().handle();
const HANDLERS: TestHandler[] = [
  { name: 'transcribe', runBy: 'agents', capabilities: ['audio'], backoff: { baseMs: 1, maxMs: 1 }, handle },
  { name: 'render', runBy: 'agents', capabilities: ['gpu'], queue: 'agents-gpu', handle },
  { name: 'counted', runBy: 'agents', capabilities: ['audio'], handle },
  { name: 'here', handle: () => Promise.resolve('done here') },
];

let server: TestApplication;
beforeAll(async () => {
  server = await startApplication({ handlers: HANDLERS, settings: { LEASE_TTL_MS: '3000', LEASE_BEAT_MS: '1000' } });
  await server.sql('CREATE TABLE effects (task uuid, epoch int)');
  server.app.get(ResultHandlerRegistry).register('counted', {
    onCompleted: async (tx, { id, epoch }, result) => {
      if (result === 'no effect') throw new Error('there is no effect');
      await tx.query('INSERT INTO effects VALUES ($1, $2)', [id, epoch]);
    },
  });
});
afterEach(async () => {
  await server.http('DELETE', '/tasks/executions/cancel/all');
});
afterAll(() => server.close());

async function submit(name: string, params: object = {}): Promise<string> {
  const { body } = await server.http<{ executionId: string }>('POST', `/tasks/${name}/execute/api`, { params });
  return body.executionId;
}

const statusOf = async (id: string) => (await server.http<{ status: string }>('GET', `/executions/${id}`)).body.status;
const transitions = async (id: string): Promise<string[]> => {
  const rows = await server.sql<{ step: string }>(
    `SELECT reason || ' > ' || to_status || CASE WHEN actor LIKE 'agent:%' THEN ' by an agent' ELSE '' END AS step
     FROM task_audit WHERE task_id = $1 ORDER BY version`,
    [id],
  );
  return rows.map(({ step }) => step);
};

let made = 0;
const agent = (capabilities: string[], more: object = {}) =>
  TestAgent.register(server.http, { name: `test-${(made += 1)}`, capabilities, ...more });

describe('a lease', () => {
  it('contains what an agent needs, and its reports are settled like those of a worker', async () => {
    const audio = await agent(['audio']);
    const id = await submit('transcribe', { file: 'a.wav' });
    const [lease] = await audio.lease(5);
    expect(lease).toEqual({
      taskId: id,
      epoch: 1,
      name: 'transcribe',
      params: { file: 'a.wav' },
      attempt: 1,
      maxAttempts: 3,
      timeoutMs: 300_000,
      ttlMs: 3_000,
      traceparent: null,
      previousFailure: null,
      logSeq: 0,
    });
    expect((await server.http('GET', `/executions/${id}`)).body).toMatchObject({ status: 'submitted', phase: 'leased' });
    expect((await audio.say(lease as Lease, 'complete')).body).toMatchObject({ code: 'not_started' });
    const { body: started } = await audio.say(lease as Lease, 'start');
    expect((await audio.say(lease as Lease, 'start')).body).toEqual(started);
    expect((await audio.say(lease as Lease, 'progress', { progress: 40, step: 'decode' })).status).toBe(204);
    expect((await server.http('GET', `/executions/${id}`)).body).toMatchObject({
      progress: 40,
      step: 'decode',
      deadlineAt: started.deadlineAt,
    });
    const done = await audio.say(lease as Lease, 'complete', { result: { text: 'hello' } });
    expect([done.status, done.body]).toEqual([200, { status: 'completed' }]);
    expect((await server.http('GET', `/executions/${id}`)).body).toMatchObject({
      status: 'completed',
      result: { text: 'hello' },
      progress: 100,
    });
    expect(await transitions(id)).toEqual([
      'submit > submitted',
      'assign > assigned by an agent',
      'claim > running by an agent',
      'complete > completed by an agent',
    ]);
  });

  it('waits for work, and gets it at once', async () => {
    const audio = await agent(['audio']);
    const waiting = audio.lease(1, 20_000);
    await delay(50);
    const id = await submit('transcribe');
    const submitted = performance.now();
    expect((await waiting).map(({ taskId }) => taskId)).toEqual([id]);
    expect(performance.now() - submitted).toBeLessThan(15_000); // its wait has not ended
  });

  it('contains only tasks that the agent can run, and never tasks of workers', async () => {
    const [audio, both] = [await agent(['audio']), await agent(['audio', 'gpu'])];
    const render = await submit('render');
    const here = await submit('here');
    expect(await audio.lease(10, 0)).toEqual([]);
    expect((await both.lease(10, 0)).map(({ taskId }) => taskId)).toEqual([render]);
    await waitFor(async () => (await statusOf(here)) === 'completed', { what: 'the task of the workers' });
    expect(await statusOf(render)).toBe('submitted'); // no other agent has leased it
  });

  it('never exceeds the concurrency of the agent, for any number of requests', async () => {
    const audio = await agent(['audio'], { maxConcurrency: 2 });
    await Promise.all(Array.from({ length: 6 }, () => submit('transcribe')));
    const leases = (await Promise.all(Array.from({ length: 5 }, () => audio.lease(2, 300)))).flat();
    expect(leases).toHaveLength(2);
    expect(await audio.lease(2, 0)).toEqual([]);
    await audio.say(leases[0] as Lease, 'release');
    expect(await audio.lease(2, 0)).toHaveLength(1);
  });

  it('never exceeds it even when several processes grant at the same moment', async () => {
    const audio = await agent(['audio'], { maxConcurrency: 2 });
    await Promise.all(Array.from({ length: 6 }, () => submit('transcribe')));
    const leases = server.app.get(AgentLeases);
    const [row] = await server.sql<{ owner: string }>('SELECT owner FROM agents WHERE id = $1', [audio.id]);
    const wish = { id: audio.id, owner: row?.owner ?? '', queue: 'agents', max: 2, kind: 'ordinary' } as const;
    const granted = await Promise.all([1, 2, 3].map(() => leases.grant(wish)));
    expect(granted.flatMap((tasks) => tasks ?? [])).toHaveLength(2);
  });

  it('of a quarantined task needs an agent without other tasks', async () => {
    const audio = await agent(['audio'], { maxConcurrency: 3 });
    const first = await submit('transcribe');
    const [held] = await audio.lease(3, 0);
    expect(held).toMatchObject({ taskId: first });
    const quarantined = await submit('transcribe');
    await server.sql('UPDATE tasks SET crash_count = 1 WHERE id = $1', [quarantined]);
    await submit('transcribe');
    expect(await audio.lease(3, 0)).toEqual([]); // the agent must become idle first
    await audio.say(held as Lease, 'release');
    expect((await audio.lease(3, 0)).map(({ taskId }) => taskId)).toEqual([quarantined]);
    expect(await audio.lease(3, 0)).toEqual([]);
  });

  it('outlives the processes of ContentHub', async () => {
    const audio = await agent(['audio']);
    await submit('transcribe');
    const lease = await audio.take();
    expect(await releaseAllLeases(addressOf(server.app.get(Settings)))).toBe(0);
    expect((await audio.say(lease, 'complete')).body).toEqual({ status: 'completed' });
  });

  it('is not granted to an agent that is drained or in quarantine', async () => {
    const audio = await agent(['audio']);
    const id = await submit('transcribe');
    expect((await server.http('POST', `/agents/${audio.id}/drain`)).body).toMatchObject({ status: 'draining' });
    expect(await audio.lease(1, 0)).toEqual([]);
    expect((await audio.beat()).body).toEqual({ lost: [], cancel: [], drain: true, ttlMs: 3_000 });
    const put = await server.http('POST', `/agents/${audio.id}/quarantine`, { reason: 'its disk is full' });
    expect(put.body).toMatchObject({ status: 'quarantined', quarantineReason: 'its disk is full' });
    expect((await server.http('GET', `/agents/${audio.id}/health`)).body).toMatchObject({
      healthy: false,
      free: 0,
      reason: 'its disk is full',
    });
    expect(await audio.lease(1, 0)).toEqual([]);
    expect((await server.http('POST', `/agents/${audio.id}/resume`)).body).toMatchObject({ status: 'online', quarantineReason: null });
    expect((await audio.lease(1, 0)).map(({ taskId }) => taskId)).toEqual([id]);
  });

  it('is not granted to a closed connection', async () => {
    const audio = await agent(['audio']);
    const desk = server.app.get(LeasePollBroker);
    const client = new AbortController();
    const call = fetch(`${server.url}/agents/${audio.id}/lease`, {
      method: 'POST',
      headers: { authorization: `Bearer ${audio.token}`, 'content-type': 'application/json' },
      body: '{"waitMs": 20000}',
      signal: client.signal,
    });
    await waitFor(async () => desk.waiting === 1, { what: 'the request' });
    client.abort();
    await expect(call).rejects.toThrow('aborted');
    await waitFor(async () => desk.waiting === 0, { what: 'the desk to forget it', timeoutMs: 3_000 });
    const id = await submit('transcribe');
    const other = await agent(['audio']);
    expect((await other.lease(1, 2_000)).map(({ taskId }) => taskId)).toEqual([id]);
    expect((await transitions(id)).slice(0, 2)).toEqual(['submit > submitted', 'assign > assigned by an agent']);
  });

  it('that is granted just when the connection closes is released', async () => {
    const audio = await agent(['audio']);
    const leases = server.app.get(AgentLeases);
    const client = new AbortController();
    const grant = leases.grant.bind(leases);
    const late = jest.spyOn(leases, 'grant').mockImplementation(async (wish) => {
      const tasks = await grant(wish);
      client.abort();
      return tasks;
    });
    const id = await submit('transcribe');
    const [row] = await server.sql<{ owner: string }>('SELECT owner FROM agents WHERE id = $1', [audio.id]);
    const asking = { id: audio.id, owner: row?.owner ?? '', capabilities: ['audio'], maxConcurrency: 3 };
    expect(await server.app.get(LeasePollBroker).lease(asking, { max: 1, waitMs: 5_000 }, client.signal)).toEqual([]);
    late.mockRestore();
    expect((await transitions(id)).slice(1)).toEqual(['assign > assigned by an agent', 'release > submitted by an agent']);
    expect(await audio.take()).toMatchObject({ taskId: id, attempt: 1 });
  });

  it('whose answer was lost is released without a crash when it was not started', async () => {
    const audio = await agent(['audio']);
    const id = await submit('transcribe');
    expect(await audio.lease()).toHaveLength(1); // and sends nothing more
    await server.sql(`UPDATE tasks SET lease_expires_at = app_now() - interval '1 s' WHERE id = $1`, [id]);
    await server.app.get(MaintenanceStore).rescue([{ id, epoch: 1, beat: 0 }], 'rescuer');
    expect((await transitions(id)).at(-1)).toBe('rescue > submitted');
    expect(await server.sql('SELECT attempt, crash_count FROM tasks WHERE id = $1', [id])).toEqual([{ attempt: 0, crash_count: 0 }]);
  });
});

describe('the end of an attempt', () => {
  it('may be reported twice, and has one effect', async () => {
    const audio = await agent(['audio']);
    const id = await submit('counted');
    const lease = await audio.take();
    const answers = await Promise.all([1, 2, 3].map(() => audio.say(lease, 'complete', { result: 1 })));
    answers.push(await audio.say(lease, 'complete', { result: 2 }));
    expect(answers.map(({ status, body }) => [status, body.status])).toEqual(Array(4).fill([200, 'completed']));
    expect(await server.sql('SELECT * FROM effects WHERE task = $1', [id])).toEqual([{ task: id, epoch: 1 }]);
    expect((await server.http('GET', `/executions/${id}`)).body).toMatchObject({ result: 1 });
  });

  it('by failure is retried or final, as its class says', async () => {
    const audio = await agent(['audio']);
    const id = await submit('transcribe');
    const first = await audio.take();
    expect((await audio.say(first, 'fail', { class: 'transient', message: 'no disk', code: 'ENOSPC' })).status).toBe(200);
    const second = await audio.take();
    expect(second).toMatchObject({
      taskId: id,
      attempt: 2,
      epoch: 3,
      previousFailure: { class: 'transient', code: 'ENOSPC', message: 'no disk' },
    });
    const ended = await audio.say(second, 'fail', { class: 'invalid_input', message: 'no such file' });
    expect(ended.body).toEqual({ status: 'failed' });
    expect((await audio.say(second, 'fail', { class: 'invalid_input', message: 'no such file' })).body).toEqual({ status: 'failed' });
    expect((await audio.say(first, 'complete')).status).toBe(200); // the retry that it reported
    expect((await server.http('GET', `/executions/${id}`)).body).toMatchObject({ status: 'failed', error: { class: 'invalid_input' } });
  });

  it('whose effects fail is a failure, and the answer says so', async () => {
    const audio = await agent(['audio']);
    await submit('counted');
    const lease = await audio.take();
    expect((await audio.say(lease, 'complete', { result: 'no effect' })).body).toEqual({ status: 'pending' });
  });

  it('by release gives the attempt back', async () => {
    const audio = await agent(['audio']);
    const id = await submit('transcribe');
    const lease = await audio.take();
    expect((await audio.say(lease, 'release')).body).toEqual({ status: 'submitted' });
    expect((await audio.say(lease, 'release')).body).toEqual({ status: 'submitted' });
    expect(await audio.take()).toMatchObject({ taskId: id, attempt: 1 });
  });
});

describe('the fence', () => {
  it('rejects an agent that has lost the lease, for every report', async () => {
    const audio = await agent(['audio']);
    const id = await submit('counted');
    const lease = await audio.take();
    await server.http('DELETE', '/tasks/executions/cancel/by-ids', { executionIds: [id] });
    const said = [
      await audio.say(lease, 'start'),
      await audio.say(lease, 'progress', { progress: 1 }),
      await audio.say(lease, 'logs', { lines: [{ message: 'late' }] }),
      await audio.say(lease, 'complete', { result: 1 }),
      await audio.say(lease, 'fail', { message: 'late' }),
      await audio.say(lease, 'release'),
    ];
    expect(said.map(({ status, body }) => [status, body.code])).toEqual(Array(6).fill([409, 'lease_lost']));
    expect((await audio.beat([lease])).body).toMatchObject({ lost: [], cancel: [id] });
    expect(await statusOf(id)).toBe('cancelled');
    expect(await server.sql('SELECT * FROM effects WHERE task = $1', [id])).toEqual([]);
    expect(await server.sql('SELECT * FROM task_logs WHERE task_id = $1', [id])).toEqual([]);
  });

  it('rejects another agent that guesses the epoch, for every report', async () => {
    const [mine, other] = [await agent(['audio']), await agent(['audio'])];
    const id = await submit('counted');
    const lease = await mine.take();
    await server.sql(`UPDATE tasks SET lease_expires_at = app_now() + interval '3 s' WHERE id = $1`, [id]);
    // Simultaneous with the owner's reports, so that they share statements.
    const [, ...said] = await Promise.all([
      mine.say(lease, 'progress', { progress: 10 }),
      other.say(lease, 'start'),
      other.say(lease, 'progress', { progress: 99 }),
      other.say(lease, 'logs', { lines: [{ message: 'mine!' }] }),
      other.say(lease, 'complete', { result: 'theirs' }),
      other.say(lease, 'fail', { message: 'theirs' }),
      other.say(lease, 'release'),
    ]);
    expect(said.map(({ status, body }) => [status, body.code])).toEqual(Array(6).fill([409, 'lease_lost']));
    const [, beat] = await Promise.all([mine.beat([lease]), other.beat([lease])]);
    expect(beat.body).toMatchObject({ lost: [id] });
    expect((await mine.say(lease, 'complete', { result: 'mine' })).body).toEqual({ status: 'completed' });
    expect((await other.say(lease, 'complete', { result: 'theirs' })).status).toBe(409);
    expect((await server.http('GET', `/executions/${id}`)).body).toMatchObject({ result: 'mine', progress: 100 });
  });

  it.each(['nonsense', '01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f'])('rejects the task %s', async (taskId) => {
    const audio = await agent([]);
    expect((await audio.say({ taskId, epoch: 1 }, 'complete')).status).toBe(409);
  });

  it.each(['1', 1.5, 0, -1, 2 ** 31, null])('rejects the epoch %p', async (epoch) => {
    const audio = await agent([]);
    const path = `/agents/${audio.id}/tasks/01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f/complete`;
    expect((await audio.call('POST', path, { epoch })).status).toBe(422);
  });
});
