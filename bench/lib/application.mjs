import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Starts one process with all its roles on an empty database, after ensureBuilt(). `onSpawn` gets the process at once, so that the
 * caller can end it when the start fails. Resolves with `call(method, path, body)`, which throws for an error answer, and has
 * `call.open(path, signal)`, which resolves with the response of a stream.
 */
export async function startApplication({ postgresUrl, folder, settings, onSpawn }) {
  const { freePort } = await import('../../dist/src/platform/database/embedded/free-port.js');
  const port = await freePort();
  const own = { DATABASE_URL: postgresUrl, DATA_DIR: folder, PORT: String(port), OPS_PORT: 'off', SEED_EXAMPLE: 'no' };
  const child = spawn(process.execPath, ['dist/src/main.js'], {
    env: { PATH: process.env.PATH, LOG_LEVEL: 'error', ...own, ...settings },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  onSpawn(child);
  const url = `http://127.0.0.1:${port}`;
  while (child.exitCode === null && (await fetch(`${url}/health/ready`).catch(() => null))?.status !== 200) await delay(100);
  if (child.exitCode !== null) throw new Error(`the server ended with exit code ${child.exitCode}`);
  const key = readFileSync(join(folder, 'api-key'), 'utf8').trim();
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const call = async (method, path, body) => {
    const response = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${response.status} ${JSON.stringify(answer)}`);
    return answer;
  };
  return Object.assign(call, { open: (path, signal) => fetch(url + path, { headers, signal }) });
}
