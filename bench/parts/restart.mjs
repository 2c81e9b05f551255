// Restart: the server started with its command line on a full database; its application is killed, and the next one
// claims.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { median } from '../lib/statistics.mjs';

const SERVER = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
const TASKS = "tasks:\n  - name: noop\n    params: { n: { type: number } }\n    request: { method: GET, url: 'http://127.0.0.1:1/' }\n";
const ROUNDS = 3;
const PATIENCE_MS = 60_000;
const FIRST_CLAIM = `
  SELECT actor, at FROM task_audit WHERE xid >= $1::xid8 AND reason = 'claim' AND actor <> ALL ($2::text[]) ORDER BY xid LIMIT 1`;

/**
 * The server knows the tasks as a declared task whose request fails: only the first claim is measured.
 * @returns {Promise<{start: number, restart: number}>} seconds from the command, and from kill -9, to the first claim
 */
export async function restart({ postgresUrl, dataDir }) {
  const client = new pg.Client(postgresUrl);
  await client.connect();
  const tasksFile = join(dataDir, 'tasks.yaml');
  writeFileSync(tasksFile, TASKS);
  const environment = {
    TASKS_FILE: tasksFile,
    DATABASE_URL: postgresUrl,
    DATA_DIR: dataDir,
    PORT: '0',
    SEED_EXAMPLE: 'false',
    LOG_LEVEL: 'fatal',
  };
  const known = [];
  const claimAfter = async (act) => {
    const { rows } = await client.query('SELECT pg_current_xact_id()::text AS xid');
    const begun = Date.now();
    act();
    while (Date.now() < begun + PATIENCE_MS) {
      const [found] = (await client.query(FIRST_CLAIM, [rows[0].xid, known])).rows;
      if (found !== undefined) {
        known.push(found.actor);
        return (found.at.getTime() - begun) / 1_000;
      }
      await delay(5);
    }
    throw new Error('the server claimed nothing');
  };
  const serveAndRestart = async () => {
    let server;
    try {
      const start = await claimAfter(() => {
        server = spawn(process.execPath, [SERVER, 'serve'], { env: { ...process.env, ...environment }, stdio: 'ignore' });
      });
      const [, pid] = known.at(-1).split(':');
      return { start, again: await claimAfter(() => process.kill(Number(pid), 'SIGKILL')) };
    } finally {
      if (server !== undefined && server.exitCode === null) {
        server.kill('SIGTERM');
        await once(server, 'exit');
      }
    }
  };
  try {
    // each with a new supervisor, because one supervisor would delay a second restart
    const rounds = [];
    for (let i = 0; i < ROUNDS; i++) rounds.push(await serveAndRestart());
    return { start: median(rounds.map(({ start }) => start)), restart: median(rounds.map(({ again }) => again)) };
  } finally {
    await client.end();
  }
}
