import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../../src/platform/database/embedded/free-port.ts';

export interface PrivateRedis {
  url: string;
  stop(): Promise<void>;
}

/** A private, empty, non-persistent server on a free port; undefined where neither Valkey nor Redis is installed. */
export async function startRedis(): Promise<PrivateRedis | undefined> {
  for (const binary of ['valkey-server', 'redis-server']) {
    const port = await freePort();
    const child = spawn(binary, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const up = await new Promise<boolean>((resolve) => {
      child.once('error', () => resolve(false)); // not installed
      child.once('exit', () => resolve(false));
      child.stdout.on('data', (chunk: Buffer) => chunk.includes('Ready to accept connections') && resolve(true));
    });
    if (!up) continue;
    child.stdout.removeAllListeners('data').resume();
    return {
      url: `redis://127.0.0.1:${port}`,
      stop: async () => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        child.kill('SIGTERM');
        await once(child, 'exit');
      },
    };
  }
  return undefined;
}
