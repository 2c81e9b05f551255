import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { agent, cancelAll, server, startLeaseServer, statusOf, submit } from './lease-server.ts';

beforeAll(startLeaseServer);
afterEach(cancelAll);
afterAll(() => server.close());

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
