import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { AgentLeases } from '../../src/agents/leases/agent-leases.ts';
import { LeasePollBroker } from '../../src/agents/leases/lease-poll-broker.ts';
import { Settings } from '../../src/platform/config/settings.ts';
import { addressOf } from '../../src/platform/database/address.ts';
import { releaseAllLeases } from '../../src/engine/recovery/exit-report.ts';
import { MaintenanceStore } from '../../src/engine/maintenance/maintenance-store.ts';
import { runBehindLock, untilLockWaits } from '../support/lock-holder.ts';
import { waitFor } from '../support/wait-for.ts';
import type { Lease } from './agent-client.ts';
import { agent, cancelAll, server, startLeaseServer, statusOf, submit, transitions } from './lease-server.ts';

beforeAll(startLeaseServer);
afterEach(cancelAll);
afterAll(() => server.close());

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
    const lock = { text: 'SELECT FROM agents WHERE id = $1 FOR NO KEY UPDATE', values: [audio.id] };
    const { answer } = await runBehindLock(
      server.app.get(Settings).databaseUrl ?? '',
      lock,
      () => Promise.all([1, 2, 3].map(() => leases.grant(wish))),
      () => untilLockWaits((text) => server.sql(text), 3),
    );
    expect(answer.flatMap((tasks) => tasks ?? [])).toHaveLength(2);
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
