import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../dist/src/platform/database/embedded/free-port.js';

/** appendfsync by the persistence that a contender names. */
const APPEND_ONLY = { none: undefined, everysec: 'everysec', always: 'always' };

/** Starts a private, empty server, without persistence until clear() sets it. Undefined when neither Valkey nor Redis is installed. */
export async function startRedis() {
  const folder = mkdtempSync(join(tmpdir(), 'contenthub-bench-redis-'));
  for (const binary of ['valkey-server', 'redis-server']) {
    const port = await freePort();
    const settings = { port, bind: '127.0.0.1', save: '', appendonly: 'no', dir: folder };
    const child = spawn(
      binary,
      Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
      {
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    let log = '';
    const up = await new Promise((resolve) => {
      child.once('error', () => resolve(false)); // not installed
      child.once('exit', () => resolve(false));
      child.stdout.on('data', (chunk) => {
        log += chunk;
        if (log.includes('Ready to accept connections')) resolve(true);
      });
    });
    if (!up) continue;
    child.stdout.removeAllListeners('data').resume();
    const kill = () => child.kill('SIGKILL');
    process.once('exit', kill);
    return {
      url: `redis://127.0.0.1:${port}`,
      pid: child.pid,
      version: `${binary.split('-')[0]} ${/version=([\d.]+)/i.exec(log)?.[1] ?? '?'}`,
      /** Empties the server. `persistence`: none, everysec or always, as appendfsync. */
      async clear(persistence) {
        await configure(port, 'appendonly no');
        await command(port, 'FLUSHALL');
        const fsync = APPEND_ONLY[persistence];
        if (fsync === undefined) return;
        await configure(port, `appendfsync ${fsync}`);
        await configure(port, 'appendonly yes');
        while (!/aof_enabled:1[^]*aof_rewrite_in_progress:0/.test(await ask(port, 'INFO persistence'))) await delay(10);
      },
      async stop() {
        process.off('exit', kill);
        child.kill('SIGTERM');
        await once(child, 'exit');
        rmSync(folder, { recursive: true, force: true });
      },
    };
  }
  rmSync(folder, { recursive: true, force: true });
  return undefined;
}

const configure = (port, setting) => command(port, `CONFIG SET ${setting}`);

async function command(port, words) {
  const answer = await ask(port, words);
  if (!answer.startsWith('+OK')) throw new Error(`redis answered ${words} with ${answer}`);
}

/** The first packet of the answer. */
async function ask(port, words) {
  const socket = connect(port, '127.0.0.1');
  socket.write(`${words}\r\n`);
  const [answer] = await once(socket, 'data');
  socket.destroy();
  return String(answer);
}
