import { ResultHandlerRegistry } from '../../src/results/result-handler.registry.ts';
import { AgentTaskHandler } from '../../src/tasks/definitions/agent-task.handler.ts';
import { type TestApplication, type TestHandler, startApplication } from '../support/application.ts';
import { TestAgent } from './agent-client.ts';

const handle = () => new AgentTaskHandler().handle();
const HANDLERS: TestHandler[] = [
  { name: 'transcribe', runBy: 'agents', capabilities: ['audio'], backoff: { baseMs: 1, maxMs: 1 }, handle },
  { name: 'render', runBy: 'agents', capabilities: ['gpu'], queue: 'agents-gpu', handle },
  { name: 'counted', runBy: 'agents', capabilities: ['audio'], handle },
  { name: 'here', handle: () => Promise.resolve('done here') },
];

export let server: TestApplication;
/** Starts the server that the functions of this file use. Leases last 3 s. */
export async function startLeaseServer(): Promise<void> {
  server = await startApplication({ handlers: HANDLERS, settings: { LEASE_TTL_MS: '3000', LEASE_BEAT_MS: '1000' } });
  await server.sql('CREATE TABLE effects (task uuid, epoch int)');
  server.app.get(ResultHandlerRegistry).register('counted', {
    onCompleted: async (tx, { id, epoch }, result) => {
      if (result === 'no effect') throw new Error('there is no effect');
      await tx.query('INSERT INTO effects VALUES ($1, $2)', [id, epoch]);
    },
  });
}

export async function cancelAll(): Promise<void> {
  await server.http('DELETE', '/tasks/executions/cancel/all');
}

export async function submit(name: string, params: object = {}): Promise<string> {
  const { body } = await server.http<{ executionId: string }>('POST', `/tasks/${name}/execute/api`, { params });
  return body.executionId;
}

export const statusOf = async (id: string) => (await server.http<{ status: string }>('GET', `/executions/${id}`)).body.status;
export const transitions = async (id: string): Promise<string[]> => {
  const rows = await server.sql<{ step: string }>(
    `SELECT reason || ' > ' || to_status || CASE WHEN actor LIKE 'agent:%' THEN ' by an agent' ELSE '' END AS step
     FROM task_audit WHERE task_id = $1 ORDER BY version`,
    [id],
  );
  return rows.map(({ step }) => step);
};

let made = 0;
export const agent = (capabilities: string[], more: object = {}) =>
  TestAgent.register(server.http, { name: `test-${(made += 1)}`, capabilities, ...more });
