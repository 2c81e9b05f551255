import { describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { once } from 'node:events';
import pg from 'pg';
import { workerChannel } from './runner/worker-channel.mjs';
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
