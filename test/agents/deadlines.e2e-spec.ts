import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { AgentLeases } from '../../src/agents/leases/agent-leases.ts';
import { AgentTaskHandler } from '../../src/tasks/definitions/agent-task.handler.ts';
import { type TestApplication, startApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { TestAgent } from './agent-client.ts';

let server: TestApplication;
beforeAll(async () => {
  server = await startApplication({ handlers: [{ name: 'sleep', runBy: 'agents', handle: () => new AgentTaskHandler().handle() }] });
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(() => server.close());

it('a lease request is answered 5 s after its wait although its grant hangs, and tasks of the late grant are released', async () => {
  const agent = await TestAgent.register(server.http, { name: 'one', capabilities: [], maxConcurrency: 2 });
  const leases = server.app.get(AgentLeases);
  const real = leases.grant.bind(leases);
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const grants = jest.spyOn(leases, 'grant').mockImplementationOnce(async (wish) => {
    const tasks = await real(wish);
    await gate; // like a COMMIT without an answer
    return tasks;
  });
  const { body } = await server.http<{ executionId: string }>('POST', '/tasks/sleep/execute/api', { params: {} });
  const started = performance.now();
  expect(await agent.lease(1, 300)).toEqual([]);
  const waited = performance.now() - started;
  expect(grants).toHaveBeenCalledTimes(1);
  expect(waited).toBeGreaterThan(5_000);
  open(); // it was answered before the grant
  const [lease] = await agent.lease(1, 10_000);
  expect([lease?.taskId, lease?.attempt]).toEqual([body.executionId, 1]);
  const reasons = await server.sql<{ reason: string }>('SELECT reason FROM task_audit WHERE task_id = $1 ORDER BY version', [
    body.executionId,
  ]);
  expect(reasons.map(({ reason }) => reason)).toEqual(['submit', 'assign', 'release', 'assign']);
});

it('a lease request whose round fails is answered at the end of its wait', async () => {
  const agent = await TestAgent.register(server.http, { name: 'two', capabilities: [], maxConcurrency: 2 });
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  jest.spyOn(server.app.get(AgentLeases), 'snapshot').mockRejectedValue(refused);
  const started = performance.now();
  expect(await agent.lease(1, 500)).toEqual([]);
  expect(performance.now() - started).toBeLessThan(4_000);
  jest.restoreAllMocks();
  // The loop recovers: ready tasks are leased in its next round, within 2 s.
  await server.http('POST', '/tasks/sleep/execute/api', { params: {} });
  await waitFor(async () => (await agent.lease(1, 5_000)).length === 1, { what: 'a lease' });
});
