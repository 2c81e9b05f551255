import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { signalGroup } from '../../src/platform/lifecycle/process-group.ts';
import type { LogLine } from '../../src/tasks/logs/log-line.view.ts';
import { AgentTaskHandler } from '../../src/tasks/definitions/agent-task.handler.ts';
import { ContentClient } from '../api/content-client.ts';
import { COMPILE_CACHE } from '../support/infrastructure.ts';
import { type TestApplication, startApplication, type Wire } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { SlowFeed } from './slow-feed.ts';

const hasFaketime = spawnSync('faketime', ['--version']).status === 0;
const either = hasFaketime ? describe : describe.skip;
/** Leases of 1.5 s, so that a task of 8 s would be rescued or timed out if a process used the wrong clock. */
const LEASES = { LEASE_TTL_MS: '1500', LEASE_BEAT_MS: '500' };
const HELD_MS = 8_000;

/** A program with a wrong clock but correct timers, like a machine with a wrong date. */
function withClock(offset: string, parameters: readonly string[], environment: Record<string, string>): ChildProcess {
  return spawn('faketime', ['-f', offset, process.execPath, ...parameters], {
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: COMPILE_CACHE, DONT_FAKE_MONOTONIC: '1', LOG_FORMAT: 'json', ...environment },
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true, // faketime starts the program as its child: a signal goes to both
  });
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null) return;
  const exit = once(child, 'exit');
  signalGroup(child, 'SIGTERM');
  await exit;
}

either(`the clock of a worker and of an agent${hasFaketime ? '' : ' (needs faketime; Debian: apt-get install faketime)'}`, () => {
  const feed = new SlowFeed();
  let server: TestApplication;
  let client: ContentClient;
  let databaseUrl = '';

  beforeAll(async () => {
    await feed.start();
    server = await startApplication({
      handlers: [{ name: 'sleep', runBy: 'agents', capabilities: ['sleep'], handle: () => new AgentTaskHandler().handle() }],
      // The worker under test has all slots.
      settings: { ...LEASES, QUEUE_SLOTS: 'default=0,content=0', EGRESS_ALLOW_PRIVATE: feed.host },
      through: (url) => Promise.resolve((databaseUrl = url)),
    });
    client = new ContentClient(server.http);
  });
  afterAll(async () => {
    await server.close();
    await feed.stop();
  });

  /** The log of an execution, which must be ordered by time, and its transitions. */
  async function transitions(id: string): Promise<{ messages: string[]; reasons: string[] }> {
    const { body } = await server.http<{ logs: Wire<LogLine>[] }>('GET', `/tasks/running/execution/${id}`);
    const times = body.logs.map(({ timestamp }) => Date.parse(timestamp));
    expect(times.toSorted((a, b) => a - b)).toEqual(times);
    for (const time of times) expect(Math.abs(time - Date.now())).toBeLessThan(120_000);
    const rows = await server.sql<{ reason: string }>('SELECT reason FROM task_audit WHERE task_id = $1 ORDER BY version', [id]);
    return { messages: body.logs.map(({ message }) => message), reasons: rows.map(({ reason }) => reason) };
  }

  it.each([
    ['ahead', '+1d'],
    ['behind', '-1d'],
  ])(
    'a day %s changes no decision and no order of the log, from submission to content',
    async (name, offset) => {
      feed.hold();
      const asked = feed.requests;
      const worker = withClock(offset, ['dist/src/main.js'], {
        ...LEASES,
        APP_ROLES: 'worker',
        DATABASE_URL: databaseUrl,
        EGRESS_ALLOW_PRIVATE: feed.host,
        LOG_LEVEL: 'warn',
        NODE_ENV: 'test',
      });
      const agentArguments = ['--exec', 'test/agents/sleep.sh', '--capabilities', 'sleep', '--concurrency', '1', '--name', name];
      const agent = withClock(offset, ['bin/contenthub.mjs', 'agent', ...agentArguments], {
        APP_SERVER: server.url,
        APP_TOKEN: server.key,
      });
      try {
        const source = { type: 'rss', name: 'Energy', location: `http://${feed.host}/feed.xml` };
        const account = await client.createAccount({ sources: [source] });
        const { body: task } = await client.submit({ accountId: account.id });
        const { body: sleep } = await server.http<{ executionId: string }>('POST', '/tasks/sleep/execute/api', {
          params: { seconds: 4 },
        });
        await waitFor(() => Promise.resolve(feed.requests > asked), { what: 'the worker to run the task', timeoutMs: 60_000 });
        await new Promise((ok) => setTimeout(ok, HELD_MS));
        feed.release();
        const { contentId } = await client.ended(task.taskId);
        const { body: content } = await server.http<{ title: string; wordCount: number }>('GET', `/contents/${contentId}`);
        expect(content.wordCount).toBeGreaterThan(0);

        const id =
          (await server.sql<{ id: string }>('SELECT generation_task_id AS id FROM contents WHERE id = $1', [contentId]))[0]?.id ?? '';
        const ofContent = await transitions(id);
        expect(ofContent.reasons).toEqual(['submit', 'claim', 'complete']);
        expect(ofContent.messages.length).toBeGreaterThan(3);
        expect(ofContent.messages[0]).toMatch(/^Task accepted/);
        expect(ofContent.messages[1]).toMatch(/^Task started/);
        expect(ofContent.messages.at(-1)).toBe('Task completed');

        const done = async () => (await transitions(sleep.executionId)).reasons.at(-1) === 'complete';
        await waitFor(done, { what: 'the agent to complete' });
        expect((await transitions(sleep.executionId)).reasons).toEqual(['submit', 'assign', 'claim', 'complete']);
      } finally {
        await Promise.all([end(worker), end(agent)]);
      }
    },
    120_000,
  );
});
