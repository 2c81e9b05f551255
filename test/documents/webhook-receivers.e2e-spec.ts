import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../../src/platform/database/embedded/free-port.ts';
import { signWebhook, webhookKey } from '../../src/platform/egress/standard-webhook.ts';
import { startApplication, type TestApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { blocksOf } from './pages.ts';

const PAGE = 'docs/webhooks.md';
const [nodeExample = ''] = blocksOf(PAGE, ['js']).map(({ text }) => text);
const [pythonExample = ''] = blocksOf(PAGE, ['python']).map(({ text }) => text);
const describePython = spawnSync('python3', ['--version']).status === 0 || process.env.REQUIRE_REDIS === '1' ? describe : describe.skip;

let ports: number[];
let server: TestApplication;
const children: ChildProcess[] = [];

beforeAll(async () => {
  ports = [await freePort(), await freePort()];
  const EGRESS_ALLOW_PRIVATE = ports.map((port) => `127.0.0.1:${port}`).join(',');
  server = await startApplication({ settings: { EGRESS_ALLOW_PRIVATE } });
});
afterAll(async () => {
  await server.close();
  for (const child of children) {
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  }
});

/** Tests a webhook whose receiver is this program, and returns the statuses of the receiver for a genuine and three forged requests. */
async function statusesOf(name: string, port: number, command: string, args: string[]): Promise<(number | null)[]> {
  const url = `http://127.0.0.1:${port}/`;
  const { id, secret } = (await server.http<{ id: string; secret: string }>('POST', '/webhooks', { name, url })).body;
  const env = { PATH: process.env.PATH, RECEIVER_SECRET: secret, RECEIVER_PORT: String(port) };
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  let printed = '';
  child.stdout.on('data', (text: Buffer) => (printed += text.toString()));
  await waitFor(async () => (await fetch(url, { method: 'POST' }).catch(() => undefined)) !== undefined, { what: 'the receiver' });
  await server.http('POST', `/webhooks/${id}/test`);
  const log = async () =>
    (await server.http<{ items: { attempts: number; lastStatus: number }[] }>('GET', `/webhooks/${id}/deliveries`)).body.items[0];
  const delivery = await waitFor(
    async () => {
      const newest = await log();
      return newest !== undefined && newest.attempts > 0 && newest;
    },
    { what: 'an attempt' },
  );
  await waitFor(() => Promise.resolve(printed.includes('contenthub.webhook.tested.v1')), { what: 'the event' });
  const send = async (key: Buffer, at: number, changed = '') => {
    const body = '{"id":"1","type":"x","data":{}}';
    const headers = signWebhook('1', body, key, Date.now() + at);
    return (await fetch(url, { method: 'POST', headers, body: body + changed })).status;
  };
  const key = webhookKey(secret) as Buffer;
  return [delivery.lastStatus, await send(key, 0), await send(key, -301_000), await send(key, 0, ' '), await send(Buffer.alloc(32), 0)];
}

describe('the receiver of docs/webhooks.md in Node', () => {
  it('takes what is genuine, and nothing else', async () => {
    const args = ['--input-type=module', '--eval', nodeExample];
    expect(await statusesOf('node', ports[0] as number, process.execPath, args)).toEqual([204, 204, 401, 401, 401]);
  });
});

describePython('the receiver of docs/webhooks.md in Python (Debian: apt-get install python3)', () => {
  it('takes what is genuine, and nothing else', async () => {
    expect(await statusesOf('python', ports[1] as number, 'python3', ['-c', pythonExample])).toEqual([204, 204, 401, 401, 401]);
  });
});
