import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { waitFor } from '../support/wait-for.ts';
import { Server } from './server.ts';
import { SlowFeed } from './slow-feed.ts';

interface ContentTask {
  id: string;
  status: string;
  contentId: string | null;
}

describe('kill -9 in mid-generation', () => {
  const feed = new SlowFeed();
  let server: Server;
  let accountId: string;

  beforeAll(async () => {
    await feed.start();
    // Longer than the test: only the report of the supervisor can give a task back.
    server = new Server({ EGRESS_ALLOW_PRIVATE: feed.host, LEASE_TTL_MS: '600000' });
    await server.start();
    const source = { type: 'rss', name: 'Energy', location: `http://${feed.host}/feed.xml` };
    const account = await server.call<{ id: string }>('POST', '/accounts', { name: 'energy', platform: 'blog', sources: [source] });
    accountId = account.id;
  });

  afterAll(async () => {
    await server.remove();
    await feed.stop();
  });

  async function startWriting(): Promise<ContentTask> {
    const before = feed.requests;
    const task = await server.call<ContentTask>('POST', '/content-tasks', { accountId });
    await waitFor(async () => feed.requests > before, { what: 'the generation to be under way' });
    return task;
  }

  async function finished(id: string): Promise<ContentTask> {
    return waitFor(
      async () => {
        const task = await server.call<ContentTask>('GET', `/content-tasks/${id}`);
        return !['pending', 'submitted', 'running'].includes(task.status) && task;
      },
      { what: 'the task to finish' },
    );
  }

  /** Must hold after any crash; each number is a count of violations. */
  async function violations(id: string): Promise<Record<string, number>> {
    const client = new pg.Client(server.databaseUrl);
    await client.connect();
    try {
      const { rows } = await client.query<Record<string, number>>(
        `SELECT
          (SELECT abs(1 - count(*))::int FROM contents WHERE generation_task_id = $1) AS contents,
          (SELECT abs(1 - count(*))::int FROM events e JOIN contents c ON c.id = e.aggregate_id WHERE c.generation_task_id = $1) AS events,
          (SELECT abs(1 - count(*))::int FROM task_audit WHERE task_id = $1 AND to_status = 'completed') AS ends,
          (SELECT count(*)::int FROM (SELECT from_status f, version v, lag(to_status) OVER w pt, lag(version) OVER w pv
             FROM task_audit WHERE task_id = $1 WINDOW w AS (ORDER BY version)) x WHERE pt IS NOT NULL AND (pt <> f OR v <> pv + 1)) AS chain,
          (SELECT count(*)::int FROM contents c JOIN tasks t ON t.id = c.generation_task_id WHERE t.id = $1 AND c.lease_epoch <> t.lease_epoch) AS epochs`,
        [id],
      );
      return rows[0] as Record<string, number>;
    } finally {
      await client.end();
    }
  }
  const NONE = { contents: 0, events: 0, ends: 0, chain: 0, epochs: 0 };

  it('of the application: its task runs again at once and creates exactly one content', async () => {
    const task = await startWriting();
    const before = feed.requests;
    server.killApplication();
    await waitFor(async () => feed.requests > before, { what: 'the task to run again' });
    feed.release();
    expect(await finished(task.id)).toMatchObject({ status: 'completed', contentId: expect.any(String) });
    expect(await violations(task.id)).toEqual(NONE);
  });

  it('of everything: the next start prints what it recovered, and the task creates exactly one content', async () => {
    feed.hold();
    const task = await startWriting();
    await server.killEverything();
    feed.release();
    await server.start();
    expect(server.output).toContain('recovered 1 task that was running when the last session ended');
    expect(await finished(task.id)).toMatchObject({ status: 'completed', contentId: expect.any(String) });
    expect(await violations(task.id)).toEqual(NONE);
  });

  it('and Ctrl-C stops everything cleanly', async () => {
    expect(await server.stop()).toBe(0);
    expect(server.output).not.toMatch(/error|SIGKILL/i);
  });
});
