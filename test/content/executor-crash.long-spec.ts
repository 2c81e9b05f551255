import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import type { RunResult } from '../../src/content/topics/executor/executor.params.ts';
import { pick, seeded } from '../faults/random.ts';
import { Server } from '../process/server.ts';
import { waitFor } from '../support/wait-for.ts';

interface Execution {
  executionId: string;
  status: string;
  result: RunResult;
}

const SAMPLES = { platform: 'blog', creator: 'simulated', creatorOptions: { latencyMs: 0, words: 50 } };
const random = seeded(7);
/** Titles of random words: no two resemble each other. */
const titles = (count: number): string[] => Array.from({ length: count }, () => `${word()} ${word()} ${word()}`);
const word = (): string => Array.from({ length: 9 }, () => pick(random, [...'abcdefghijklmnopqrstuvwxyz'])).join('');

describe('kill -9 while a run of async-content-generation works', () => {
  let server: Server;
  let feed: HttpServer;
  let database: pg.Pool;
  let reads = 0;
  const items = titles(6).map(
    (title, i) =>
      `<item><title>${title}</title><description>${title} was seen in the valley last week.</description><guid>${i}</guid><pubDate>${new Date().toUTCString()}</pubDate></item>`,
  );

  beforeAll(async () => {
    feed = createServer((_request, response) => {
      reads += 1;
      if (reads === 1) return; // the process is killed while it reads
      response.setHeader('content-type', 'application/rss+xml');
      response.end(`<rss version="2.0"><channel><title>News</title>${items.join('')}</channel></rss>`);
    });
    await new Promise<void>((ok) => feed.listen(0, '127.0.0.1', ok));
    server = new Server({ EGRESS_ALLOW_PRIVATE: `127.0.0.1:${(feed.address() as AddressInfo).port}` });
    await server.start();
    database = new pg.Pool({ connectionString: server.databaseUrl, application_name: 'test', max: 1 });
    database.on('error', () => undefined);
  });
  afterAll(async () => {
    await database.end();
    await server.remove();
    feed.closeAllConnections();
    feed.close();
  });

  const accountWith = async (name: string, lines: readonly string[], fields: object = {}): Promise<string> => {
    const { id } = await server.call<{ id: string }>('POST', '/accounts', { ...SAMPLES, name, ...fields });
    const { created } = await server.call<{ created: object[] }>('POST', '/topics/import', { accountId: id, lines });
    expect(created).toHaveLength(lines.length);
    return id;
  };
  const start = async (params: object): Promise<string> =>
    (await server.call<Execution>('POST', '/tasks/async-content-generation/execute/api', { params })).executionId;
  const ended = (id: string): Promise<Execution> =>
    waitFor(
      async () => {
        const execution = await server.call<Execution>('GET', `/executions/${id}`).catch(() => null);
        return execution !== null && ['completed', 'failed'].includes(execution.status) && execution;
      },
      { what: 'the run to end', timeoutMs: 60_000 },
    );
  /** Topics with a content task, content tasks, and distinct titles of content tasks. */
  const counts = async (accounts: readonly string[]): Promise<number[]> => {
    const { rows } = await database.query<Record<'topics' | 'tasks' | 'titles', number>>(
      `SELECT (SELECT count(*)::int FROM topics WHERE account_id = ANY ($1) AND status IN ('reserved', 'used')) AS topics,
              count(*)::int AS tasks, count(DISTINCT topic)::int AS titles
       FROM content_generation_tasks WHERE account_id = ANY ($1)`,
      [accounts],
    );
    return Object.values(rows[0] ?? {});
  };

  it('between the topics of the backlog and those of a feed: each is written once', async () => {
    const { port } = feed.address() as AddressInfo;
    const account = await accountWith('with a feed', titles(5), { sources: [{ type: 'rss', location: `http://127.0.0.1:${port}/` }] });
    const run = await start({ account_ids: [account], count_per_account: 8 });
    await waitFor(() => Promise.resolve(reads === 1), { what: 'the run to read the feed' });
    expect(await counts([account])).toEqual([5, 5, 5]); // stored before the kill
    server.killApplication();
    const { status, result } = await ended(run);
    expect([status, result.total_submitted, result.total_failed, result.errors]).toEqual(['completed', 8, 0, []]);
    expect(new Set(result.tasks.map(({ topic_id: topic }) => topic)).size).toBe(8);
    expect([reads, await counts([account])]).toEqual([2, [8, 8, 8]]);
  });

  it('at any point of a run of 300: no topic is lost or written twice', async () => {
    const accounts: string[] = [];
    for (let i = 0; i < 6; i += 1) accounts.push(await accountWith(`account ${i}`, titles(100)));
    const run = await start({ account_ids: accounts, count_per_account: 50 });
    await waitFor(
      async () => (await counts(accounts))[1] !== 0 || (await server.call<Execution>('GET', `/executions/${run}`)).status === 'running',
      {
        what: 'the run to begin',
      },
    );
    server.killApplication();
    const { status, result } = await ended(run);
    expect([status, result.total_submitted, result.total_failed]).toEqual(['completed', 300, 0]);
    expect(new Set(result.tasks.map(({ topic_id: topic }) => topic)).size).toBe(300);
    expect(await counts(accounts)).toEqual([300, 300, 300]);
  });
});
