import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { AgentTaskHandler } from '../../src/tasks/definitions/agent-task.handler.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { TestAgent } from './agent-client.ts';

const LIMIT = 8;

let server: TestApplication;
beforeAll(async () => {
  server = await startApplication({
    handlers: ['one', 'two', 'three'].map((name) => ({
      name,
      runBy: 'agents',
      capabilities: ['x'],
      handle: () => new AgentTaskHandler().handle(),
    })),
    settings: { RATE_LIMIT_REQUESTS: String(LIMIT) },
  });
});
afterAll(() => server.close());

it('a low RATE_LIMIT_REQUESTS costs an agent no running task', async () => {
  for (const name of ['one', 'two', 'three'])
    expect((await server.http('POST', `/tasks/${name}/execute/api`, { params: {} })).status).toBe(202);
  const agent = await TestAgent.register(server.http, { name: 'limited', capabilities: ['x'] });
  const leases = await agent.lease(3);
  const { id } = agent;
  while ((await agent.call('POST', `/agents/${id}/lease`, { max: 1, waitMs: 0 })).status !== 429); // the limit is used up
  const running = leases.map(({ taskId, epoch }) => ({ taskId, epoch }));
  for (let i = 0; i < 2 * LIMIT; i++) {
    const beat = await agent.call('POST', `/agents/${id}/heartbeat`, { running });
    expect([beat.status, beat.body, beat.headers.get('ratelimit-limit')]).toEqual([200, expect.objectContaining({ lost: [] }), null]);
  }
  const [one, two, three] = leases as [(typeof leases)[0], (typeof leases)[0], (typeof leases)[0]];
  for (const lease of leases) expect((await agent.say(lease, 'start')).status).toBe(200);
  expect((await agent.say(one, 'progress', { progress: 50 })).status).toBe(204);
  expect((await agent.say(one, 'logs', { lines: [{ message: 'half' }] })).status).toBe(200);
  expect(await agent.say(one, 'complete', { result: 1 })).toMatchObject({ status: 200, body: { status: 'completed' } });
  expect((await agent.say(two, 'fail', { message: 'no' })).status).toBe(200);
  expect((await agent.say(three, 'release')).status).toBe(200);
  expect((await agent.call('POST', `/agents/${id}/lease`, { max: 1, waitMs: 0 })).status).toBe(429);
});
