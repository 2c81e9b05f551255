import { createHash } from 'node:crypto';
import { existsSync, realpathSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Linux has abstract socket names, which end with their process. On other systems kill -9 may leave a socket file. */
const HAS_ABSTRACT_NAMES = process.platform === 'linux';
const ANSWER_MS = 1_000;

/**
 * Makes this process the only server of a data folder on this machine, until it ends. Returns undefined, or the id of
 * the process that holds the lock. The lock is a listening socket, because the kernel always releases it with its
 * process.
 */
export async function lockDataFolder(dataDir: string): Promise<number | undefined> {
  const address = addressOf(existsSync(dataDir) ? realpathSync(dataDir) : dataDir);
  for (;;) {
    if (await listen(address)) return undefined;
    const holder = await askHolder(address);
    if (holder !== undefined) return holder;
    if (!HAS_ABSTRACT_NAMES) rmSync(address, { force: true });
  }
}

function addressOf(folder: string): string {
  const name = `contenthub-${createHash('sha256').update(folder).digest('hex').slice(0, 32)}`;
  return HAS_ABSTRACT_NAMES ? `\0${name}` : join(tmpdir(), `${name}.sock`);
}

function listen(address: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.on('error', () => socket.destroy()).end(String(process.pid)));
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error)));
    server.listen(address, () => resolve(true)).unref();
  });
}

/** Undefined when no process listens. 0 when the holder does not answer in time. */
function askHolder(address: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(address);
    socket.setTimeout(ANSWER_MS, () => {
      resolve(0);
      socket.destroy();
    });
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('end', () => resolve(Number(text) || 0));
    socket.on('error', () => resolve(undefined));
  });
}
