import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { generateApiKey, type KeyDigest, parseApiKey } from '../../src/platform/auth/api-key.ts';
import { waitFor } from '../support/wait-for.ts';

/** An event stream on a bare socket: 2,000 of them cost less than as many HTTP clients. */
export class RawClient {
  text = '';
  closed = false;
  private readonly socket: Socket;

  constructor(url: string, key: string) {
    const { hostname, port } = new URL(url);
    this.socket = connect(Number(port), hostname);
    this.socket.setEncoding('utf8').on('data', (text: string) => {
      this.text += text;
    });
    this.socket
      .on('error', () => undefined)
      .on('close', () => {
        this.closed = true;
      });
    this.socket.write(`GET /events?topics=executions HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${key}\r\n\r\n`);
  }
}

export async function all(clients: readonly RawClient[], word: string, timeoutMs = 20_000): Promise<void> {
  await waitFor(() => Promise.resolve(clients.every(({ text }) => text.includes(word))), { what: `${word} at every client`, timeoutMs });
}

/** Keys that may read, as rows. */
export async function makeKeys(sql: (text: string, values: unknown[]) => Promise<unknown>, count: number): Promise<string[]> {
  const keys = Array.from({ length: count }, generateApiKey);
  const rows = keys.map((key) => {
    const { prefix, hash } = parseApiKey(key) as KeyDigest;
    return { id: randomUUID(), prefix, hash: hash.toString('hex') };
  });
  await sql(
    `INSERT INTO api_keys (id, name, prefix, hash, roles)
     SELECT id, 'one of a crowd', prefix, decode(hash, 'hex'), '{viewer}' FROM json_to_recordset($1) AS r (id uuid, prefix text, hash text)`,
    [JSON.stringify(rows)],
  );
  return keys;
}
