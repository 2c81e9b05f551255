import { expect } from '@jest/globals';
import { TestAgent } from '../agents/agent-client.ts';
import { ContentClient, SOURCES } from '../api/content-client.ts';
import { AgentTaskHandler } from '../../src/tasks/definitions/agent-task.handler.ts';
import { type ApplicationOptions, startApplication, type TestApplication, type TestHandler } from './application.ts';
import { waitFor } from './wait-for.ts';

/** The tasks of `tour`; an application that runs the tour needs them. */
export const TOUR_HANDLERS: readonly TestHandler[] = [
  { name: 'tour-here', handle: () => Promise.resolve('done here') },
  { name: 'tour-agent', runBy: 'agents', capabilities: ['tour'], handle: () => new AgentTaskHandler().handle() },
];

interface Execution {
  status: string;
  result: unknown;
  createdAt: string;
  startedAt: string;
  finishedAt: string;
}

/** A server clock in another time zone, or a misread time, differs by more. */
const NEARLY_NOW_MS = 60_000;

/**
 * Every step of a user, once: a task is submitted and runs, an agent leases, starts and completes another, a content
 * is generated. Throws when a step fails, or a time is not the current one.
 */
export async function tour(server: TestApplication): Promise<void> {
  const here = await submit(server, 'tour-here');
  await completed(server, here, 'done here');

  const remote = await submit(server, 'tour-agent');
  const agent = await TestAgent.register(server.http, { name: `tour-${remote.slice(-8)}`, capabilities: ['tour'] });
  const lease = await agent.take();
  expect(lease).toMatchObject({ taskId: remote, epoch: 1, params: { value: 'ä☕' } });
  expect(await agent.say(lease, 'complete', { result: 'done there' })).toMatchObject({ status: 200 });
  await completed(server, remote, 'done there');

  const client = new ContentClient(server.http);
  const { name } = await client.createAccount({ name: `tour-${remote.slice(-8)}`, sources: SOURCES });
  await server.sql('DELETE FROM contents'); // of an earlier tour, whose text was the same
  const content = await client.generate({ account: name, keywords: ['storage'] });
  expect(content).toMatchObject({ kind: 'digest', reviewStatus: 'approved', version: 1 });
  expectNow(content.createdAt);
}

/** The tour in its own application: on `databaseUrl` (or a new database), with these settings. */
export async function takeTour(options: Omit<ApplicationOptions, 'handlers'> = {}): Promise<void> {
  const server = await startApplication({ ...options, handlers: TOUR_HANDLERS });
  try {
    await tour(server);
  } finally {
    await server.close();
  }
}

async function submit({ http }: TestApplication, name: string): Promise<string> {
  const answer = await http<{ executionId: string }>('POST', `/tasks/${name}/execute/api`, { params: { value: 'ä☕' } });
  if (answer.status !== 202) throw new Error(`submitting ${name}: ${answer.status} ${answer.text}`);
  return answer.body.executionId;
}

async function completed({ http }: TestApplication, id: string, result: unknown): Promise<void> {
  const ended = async () => {
    const { body } = await http<Execution>('GET', `/executions/${id}`);
    return body.finishedAt !== null && body.finishedAt !== undefined && body;
  };
  const execution = await waitFor(ended, { what: `the end of ${id}` });
  expect(execution).toMatchObject({ status: 'completed', result });
  for (const time of [execution.createdAt, execution.startedAt, execution.finishedAt]) expectNow(time);
}

function expectNow(time: string): void {
  expect(time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(NEARLY_NOW_MS);
}
