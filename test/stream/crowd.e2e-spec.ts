import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { generateApiKey, type KeyDigest, parseApiKey } from '../../src/platform/auth/api-key.ts';
import { Draining } from '../../src/platform/lifecycle/drain.ts';
import type { ExecutionView } from '../../src/tasks/executions/execution.view.ts';
import { startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';

const CLIENTS = 2_000;
const STREAMS_PER_KEY = 5;

let server: TestApplication;
beforeAll(async () => {
  server = await startApplication({ handlers: [{ name: 'quick', handle: () => Promise.resolve({}) }] });
});
afterAll(() => server.close());

it('2,000 clients receive an event, and do not delay the shutdown', async () => {
  const keys = await makeKeys(CLIENTS / STREAMS_PER_KEY);
  const clients: RawClient[] = [];
  while (clients.length < CLIENTS) {
    const wave = keys.map((key) => new RawClient(server.url, key));
    await all(wave, 'event: ready');
    clients.push(...wave);
  }
  const { body } = await server.http<Wire<ExecutionView>>('POST', '/tasks/quick/execute/api', {});
  await all(clients, `"executionId":"${body.executionId}","taskName":"quick","status":"completed"`);

  const start = performance.now();
  server.app.get(Draining).begin();
  await all(clients, 'event: bye');
  await waitFor(() => Promise.resolve(clients.every(({ closed }) => closed)), { what: 'all connections to end' });
  expect(performance.now() - start).toBeLessThan(25_000); // less than the whole shutdown may take
});

class RawClient {
  text = '';
  closed = false;
  private readonly socket: Socket;

  constructor(url: string, key: string) {
    const { hostname, port } = new URL(url);
    this.socket = connect(Number(port), hostname);
    this.socket.setEncoding('utf8').on('data', (text: string) => {
      this.text += text;
    });
    this.socket.on('close', () => {
      this.closed = true;
    });
    this.socket.write(`GET /events?topics=executions HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${key}\r\n\r\n`);
  }
}

async function all(clients: readonly RawClient[], word: string): Promise<void> {
  await waitFor(() => Promise.resolve(clients.every(({ text }) => text.includes(word))), {
    what: `${word} at every client`,
    timeoutMs: 20_000,
  });
}

async function makeKeys(count: number): Promise<string[]> {
  const keys = Array.from({ length: count }, generateApiKey);
  const rows = keys.map((key) => {
    const { prefix, hash } = parseApiKey(key) as KeyDigest;
    return { id: randomUUID(), prefix, hash: hash.toString('hex') };
  });
  await server.sql(
    `INSERT INTO api_keys (id, name, prefix, hash, roles)
     SELECT id, 'one of a crowd', prefix, decode(hash, 'hex'), '{viewer}' FROM json_to_recordset($1) AS r (id uuid, prefix text, hash text)`,
    [JSON.stringify(rows)],
  );
  return keys;
}
