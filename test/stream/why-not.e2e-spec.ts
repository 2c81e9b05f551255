import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { BlockerCode } from '../../src/core/task/blockers.ts';
import { SELECT_DEPENDENCIES, SELECT_WAITING } from '../../src/engine/inspection/waiting.sql.ts';
import type { BlockerView, BlockersView } from '../../src/monitoring/blockers/blockers.view.ts';
import type { ExecutionView } from '../../src/tasks/executions/execution.view.ts';
import { TaskFailure } from '../../src/core/task/failure.ts';
import type { TaskContext } from '../../src/tasks/definitions/task-context.ts';
import { TaskService } from '../../src/tasks/service/task.service.ts';
import { runCli } from '../cli/run-cli.ts';
import { startApplication, type TestApplication, type TestHandler, type Wire } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';

type Why = Wire<BlockersView>;
type Gate = Wire<BlockerView>;

const TOMORROW = new Date(Date.now() + 86_400_000).toISOString();
const handlers: TestHandler[] = [
  { name: 'endless', handle: ({ signal }: TaskContext) => once(signal, 'abort') },
  { name: 'quick', handle: () => Promise.resolve({}) },
  {
    name: 'faulty',
    backoff: { baseMs: 3_600_000, maxMs: 3_600_000 },
    handle: () => Promise.reject(new TaskFailure('transient', 'hung up', 'ECONNRESET')),
  },
  // No process serves these queues.
  { name: 'unserved', queue: 'unserved', handle: () => Promise.resolve({}) },
  { name: 'ranked', queue: 'ranked', handle: () => Promise.resolve({}) },
  { name: 'expiring', queue: 'unserved', expiresInMs: 3_600_000, handle: () => Promise.resolve({}) },
];

let server: TestApplication;
beforeAll(async () => {
  server = await startApplication({ handlers, settings: { LEASE_BEAT_MS: '100', LEASE_TTL_MS: '2000' } });
});
afterAll(() => server.close());

async function run(name: string, body: object = {}): Promise<string> {
  const answer = await server.http<Wire<ExecutionView>>('POST', `/tasks/${name}/execute/api`, body);
  return answer.body.executionId;
}

const statusOf = async (id: string) => (await server.http<Wire<ExecutionView>>('GET', `/executions/${id}`)).body.status;
const becomes = (id: string, status: string) => waitFor(async () => (await statusOf(id)) === status, { what: `${id} to be ${status}` });
const why = async (id: string): Promise<Why> => (await server.http<Why>('GET', `/executions/${id}/why`)).body;
const closed = ({ blockers }: Why): BlockerCode[] => blockers.filter(({ open }) => !open).map(({ code }) => code);
const gate = ({ blockers }: Why, code: BlockerCode): Gate | undefined => blockers.find((one) => one.code === code);

describe('why is it not running?', () => {
  it('because of a dependency', async () => {
    const blocker = await run('endless');
    const done = await run('quick');
    await Promise.all([becomes(blocker, 'running'), becomes(done, 'completed')]);
    const later = await run('quick', { runAt: TOMORROW });
    const answer = await why(await run('quick', { dependsOn: [blocker, later] }));
    expect(closed(answer)).toEqual(['dependencies']);
    expect(gate(answer, 'dependencies')?.dependsOn).toEqual(
      [
        { executionId: blocker, status: 'running', open: true },
        { executionId: later, status: 'pending', open: true },
      ].toSorted((a, b) => (a.executionId < b.executionId ? -1 : 1)),
    );
    expect(answer).toMatchObject({ status: 'pending', phase: 'waiting', earliestStart: null });
  });

  it('because of its start time', async () => {
    const answer = await why(await run('quick', { runAt: TOMORROW }));
    expect([closed(answer), answer.earliestStart, gate(answer, 'delay')?.until]).toEqual([['delay'], TOMORROW, TOMORROW]);
  });

  it('because of the backoff after a failure', async () => {
    const id = await run('faulty');
    await becomes(id, 'pending');
    const answer = await why(id);
    expect(closed(answer)).toEqual(['backoff']);
    expect(gate(answer, 'backoff')?.detail).toMatch(/^Not before \S+ after attempt 1 failed \(ECONNRESET: hung up\)\.$/);
    expect(gate(answer, 'attempts')?.detail).toBe('1 of 3 attempts are used.');
    expect(answer.earliestStart).toBe(gate(answer, 'backoff')?.until);
  });

  it('because it already runs', async () => {
    const id = await run('endless');
    await becomes(id, 'running');
    const answer = await why(id);
    expect(closed(answer)).toEqual(['running']);
    expect(gate(answer, 'running')?.detail).toMatch(
      /^Attempt 1 of 3 is leased by \S+:\d+:\S+ and may take until \S+Z; its lease is valid until \S+Z and is renewed\.$/,
    );
  });

  it('because it has ended', async () => {
    const id = await run('quick');
    await becomes(id, 'completed');
    expect(closed(await why(id))).toEqual(['final']);
  });

  it('because no process is known to claim from its queue, and it may expire', async () => {
    await becomes(await run('endless'), 'running');
    const id = await run('expiring');
    // This process has sent a heartbeat, but for another queue.
    const answer = await waitFor(
      async () => {
        const now = await why(id);
        return gate(now, 'workers')?.open && now;
      },
      { what: 'the first beat' },
    );
    expect(gate(answer, 'workers')?.detail).toBe(
      '1 other processes that run tasks are connected to the database; their queues are not known.',
    );
    expect(gate(answer, 'expiry')).toMatchObject({ open: true, until: expect.stringMatching(/Z$/) });
  });

  it('because other tasks are ahead: by priority, then by age; counted to 1,000', async () => {
    const ids = [await run('ranked', { priority: 5 }), await run('ranked', { priority: 9 }), await run('ranked', { priority: 5 })];
    const answers = await Promise.all(ids.map(why));
    expect(answers.map((answer) => gate(answer, 'position')?.detail)).toEqual([
      '1 ready tasks of the queue ranked are ahead of it (its priority is 5).',
      'It is the next task of the queue ranked.',
      '2 ready tasks of the queue ranked are ahead of it (its priority is 5).',
    ]);
    const many = Array.from({ length: 1_000 }, () => ({ name: 'ranked', priority: 10, createdBy: 'test', trigger: 'api' as const }));
    await server.app.get(TaskService).submitMany(many);
    expect(gate(await why(ids[2] as string), 'position')?.detail).toBe(
      '≥ 1000 ready tasks of the queue ranked are ahead of it (its priority is 5).',
    );
  });

  it('because this server has no handler for it', async () => {
    const id = await run('unserved');
    await server.sql(`UPDATE tasks SET name = 'forgotten' WHERE id = $1`, [id]);
    expect(closed(await why(id))).toContain('handler');
  });

  it('an unknown execution is not found', async () => {
    const { status, body } = await server.http('GET', '/executions/01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f/why');
    expect([status, body.code]).toEqual([404, 'execution_not_found']);
  });

  it('task why prints it on the command line', async () => {
    const env = { APP_SERVER: server.url, APP_TOKEN: server.key };
    const id = await run('quick', { runAt: TOMORROW });
    const { code, stdout, stderr } = await runCli(['task', 'why', id], { env });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Blocker\tOpen\tDetail\tUntil\n[^]*\ndelay\tfalse\tNot before /);
    expect(stderr).toBe(`It starts at ${TOMORROW} at the earliest\n`);
    expect(JSON.parse((await runCli(['task', 'why', id, '-o', 'json'], { env })).stdout)).toEqual(await why(id));
  });

  it.each(Object.entries({ SELECT_WAITING, SELECT_DEPENDENCIES }))('%s fits the schema', async (name, text) => {
    expect(await server.sql(`PREPARE p_${name} AS ${text}`)).toEqual([]);
  });
});
