import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { freePort } from '../../dist/src/platform/database/embedded/free-port.js';

/** Starts a private, empty server without persistence. Undefined when neither Valkey nor Redis is installed. */
export async function startRedis() {
  for (const binary of ['valkey-server', 'redis-server']) {
    const port = await freePort();
    const child = spawn(binary, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
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
      flush: () => command(port, 'FLUSHALL'),
      async stop() {
        process.off('exit', kill);
        child.kill('SIGTERM');
        await once(child, 'exit');
      },
    };
  }
  return undefined;
}

async function command(port, word) {
  const socket = connect(port, '127.0.0.1');
  socket.write(`${word}\r\n`);
  const [answer] = await once(socket, 'data');
  socket.destroy();
  if (!String(answer).startsWith('+OK')) throw new Error(`redis answered ${word} with ${answer}`);
}
