import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../../src/platform/database/embedded/free-port.ts';

export interface PrivateRedis {
  url: string;
  port: number;
  stop(): Promise<void>;
  /** SIGKILL ends it at once; SIGSTOP and SIGCONT stall and resume it. */
  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
}

/**
 * A private, empty, non-persistent server on this port or a free one; undefined when neither Valkey nor Redis is
 * installed. `more`: arguments; `ready`: the log line to wait for.
 */
export async function startRedis(
  wanted?: number,
  more: readonly string[] = [],
  ready = 'Ready to accept connections',
): Promise<PrivateRedis | undefined> {
  for (const binary of ['valkey-server', 'redis-server']) {
    const port = wanted ?? (await freePort());
    const child = spawn(
      binary,
      ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--rdb-del-sync-files', 'yes', ...more],
      {
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    const up = await new Promise<boolean>((resolve) => {
      child.once('error', () => resolve(false)); // not installed
      child.once('exit', () => resolve(false));
      child.stdout.on('data', (chunk: Buffer) => chunk.includes(ready) && resolve(true));
    });
    if (!up) continue;
    child.stdout.removeAllListeners('data').resume();
    return {
      url: `redis://127.0.0.1:${port}`,
      port,
      signal: (name) => child.kill(name),
      stop: async () => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        child.kill('SIGTERM');
        await once(child, 'exit');
      },
    };
  }
  return undefined;
}
