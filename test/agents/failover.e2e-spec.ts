import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ResultHandlerRegistry } from '../../src/results/result-handler.registry.ts';
import { AgentTaskHandler } from '../../src/tasks/definitions/agent-task.handler.ts';
import { COMPILE_CACHE } from '../support/infrastructure.ts';
import { type TestApplication, startApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { type Lease, TestAgent } from './agent-client.ts';

let server: TestApplication;
beforeAll(async () => {
  server = await startApplication({
    handlers: [{ name: 'sleep', runBy: 'agents', capabilities: ['sleep'], handle: () => new AgentTaskHandler().handle() }],
    settings: { LEASE_TTL_MS: '1500', LEASE_BEAT_MS: '500' },
  });
  await server.sql('CREATE TABLE effects (task uuid, epoch int)');
  server.app.get(ResultHandlerRegistry).register('sleep', {
    onCompleted: async (tx, { id, epoch }) => void (await tx.query('INSERT INTO effects VALUES ($1, $2)', [id, epoch])),
  });
});
afterAll(() => server.close());

/** With these settings a lease ends after 1.5 s, and the rescuer waits 5 s for a second look. With the defaults this takes 25 s. */
it('the tasks of a killed or lost agent run elsewhere; its later reports have no effect', async () => {
  const ids = await Promise.all(
    [1, 2].map(
      async () => (await server.http<{ executionId: string }>('POST', '/tasks/sleep/execute/api', { params: {} })).body.executionId,
    ),
  );
  const args = [
    'bin/contenthub.mjs',
    'agent',
    '--exec',
    'test/agents/sleep.sh',
    '--capabilities',
    'sleep',
    '--concurrency',
    '1',
    '--name',
    'killed',
  ];
  const env = { PATH: process.env.PATH, NODE_COMPILE_CACHE: COMPILE_CACHE, APP_SERVER: server.url, APP_TOKEN: server.key };
  const child = spawn(process.execPath, args, { env, stdio: 'ignore' });
  const statuses = async () =>
    (await server.sql<{ status: string }>('SELECT status FROM tasks ORDER BY status')).map(({ status }) => status);
  await waitFor(async () => (await statuses()).includes('running'), { what: 'the task of the process' });
  const silent = await TestAgent.register(server.http, { name: 'silent', capabilities: ['sleep'] });
  const late = await silent.take();
  child.kill('SIGKILL');
  await once(child, 'exit');

  const next = await TestAgent.register(server.http, { name: 'next', capabilities: ['sleep'] });
  const done: Lease[] = [];
  await waitFor(
    async () => {
      await next.beat(done);
      for (const lease of await next.lease(1, 500)) {
        await next.say(lease, 'start');
        await next.say(lease, 'complete', { result: 'elsewhere' });
        done.push(lease);
      }
      return done.length === 2;
    },
    { what: 'both tasks to run elsewhere' },
  );
  expect(done.map(({ taskId, attempt }) => `${taskId} ${attempt}`).sort()).toEqual(ids.map((id) => `${id} 2`).sort());
  const zombie = await silent.say(late, 'complete', { result: 'late' });
  expect([zombie.status, zombie.body.code]).toEqual([409, 'lease_lost']);
  expect((await silent.beat([late])).body).toMatchObject({ lost: [late.taskId] });
  const effects = await server.sql<{ task: string; epoch: number }>('SELECT * FROM effects');
  expect(effects.map(({ task, epoch }) => `${task} ${epoch}`).sort()).toEqual(done.map(({ taskId, epoch }) => `${taskId} ${epoch}`).sort());
  expect(await server.sql('SELECT agent, count(*)::int AS crashes FROM agent_crashes GROUP BY 1 ORDER BY 1')).toEqual([
    { agent: 'killed', crashes: 1 },
    { agent: 'silent', crashes: 1 },
  ]);
});
