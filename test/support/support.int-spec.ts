import { describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { once } from 'node:events';
import pg from 'pg';
import { workerChannel } from './runner/worker-channel.mjs';
import { runBehindLock, runBesideLock } from './lock-holder.ts';
import { createTestDatabase } from './test-database.ts';
import { waitFor } from './wait-for.ts';

async function open(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'forgotten' });
  client.on('error', () => {}); // ended by the server when the database is dropped
  await client.connect();
  return client;
}

describe('the test harness', () => {
  it('gives each file a migrated database of its own', async () => {
    const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    const clients = await Promise.all([open(one.url), open(two.url)]);
    await clients[0].query('CREATE TABLE mine AS SELECT 1');
    const { rows } = await clients[1].query(`SELECT to_regclass('mine') AS mine, to_regclass('tasks')::text AS tasks`);
    expect(rows).toEqual([{ mine: null, tasks: 'tasks' }]);
    await Promise.all(clients.map((client) => client.end()));
    await Promise.all([one.drop(), two.drop()]);
  });

  it('reports a connection that was left open, and drops the database anyway', async () => {
    const { url, drop } = await createTestDatabase();
    const client = await open(url);
    await client.query('SELECT 42');
    await expect(drop()).rejects.toThrow('still open: forgotten: SELECT 42');
    await expect(open(url)).rejects.toThrow('does not exist');
  });

  it('reports what it waited for, and the last error', async () => {
    const never = waitFor(() => Promise.reject(new Error('not today')), { what: 'a miracle', timeoutMs: 50 });
    await expect(never).rejects.toThrow('waited 50 ms in vain for a miracle: not today');
  });

  it('fails when a statement does not wait for a lock, or waits for one that it must not wait for', async () => {
    const { url, drop } = await createTestDatabase();
    const client = await open(url);
    const lock = { text: 'SELECT pg_advisory_xact_lock(1)' };
    const waits = () => client.query('SELECT pg_advisory_xact_lock(1)');
    const free = () => client.query('SELECT 1');
    await expect(runBehindLock(url, lock, free)).rejects.toThrow('it did not wait for the lock');
    await expect(runBesideLock(url, lock, waits)).rejects.toThrow('it waited for the lock');
    expect((await runBehindLock(url, lock, waits)).answer.rowCount).toBe(1);
    expect((await runBesideLock(url, lock, free)).rowCount).toBe(1);
    await client.end();
    await drop();
  });

  it('commits the change that holds the lock only when it is told to', async () => {
    const { url, drop } = await createTestDatabase();
    const client = await open(url);
    await client.query('CREATE TABLE counted AS SELECT 0 AS n');
    const lock = { text: 'UPDATE counted SET n = n + 1' };
    const read = async () => (await client.query<{ n: number }>('SELECT n FROM counted FOR UPDATE')).rows;
    expect((await runBehindLock(url, lock, read)).answer).toEqual([{ n: 0 }]);
    expect((await runBehindLock(url, { ...lock, commits: true }, read)).answer).toEqual([{ n: 1 }]);
    await client.end();
    await drop();
  });

  it('answers the process that asks for its data and no other, which may not listen yet', () => {
    const answers: string[] = [];
    const [first, second] = ['first', 'second'].map((name) => {
      const channel = workerChannel({ name });
      channel.onMessage((message) => answers.push(`${name}: ${JSON.stringify(message)}`));
      return channel;
    });
    first?.postMessage('jest-light-runner-get-worker-data');
    expect(answers).toEqual(['first: {"type":"jest-light-runner-worker-data","workerData":{"name":"first"}}']);
    second?.postMessage('jest-light-runner-get-worker-data');
    expect(answers).toHaveLength(2);
  });

  it('has a private Redis, which REQUIRE_REDIS=1 demands', async () => {
    const { TEST_REDIS_URL: url, REQUIRE_REDIS: required } = process.env;
    const expected = url === undefined && required !== '1' ? 'none installed' : '+PONG\r\n';
    expect(url === undefined ? 'none installed' : await ping(url)).toBe(expected);
  });
});

async function ping(url: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write('PING\r\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return answer.toString();
}
