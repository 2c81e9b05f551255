// The servers and processes of the test of schedules.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startEmbeddedPostgres } from '../../../dist/src/platform/database/embedded/embedded-postgres.js';
import { migrateDatabase } from '../../../dist/src/platform/database/migrate.js';
import { addressOf } from '../../../dist/src/platform/database/address.js';
import { loadSettings } from '../../../dist/src/platform/config/settings.js';

const SCRIPT = join(import.meta.dirname, 'scheduler.mjs');
/** 12 processes with 2 pools each. */
const FLAGS = ['-c', 'max_connections=300'];

/** PostgreSQL with the default durability, and scheduler processes on it. Both can be killed and started again. */
export async function startServers() {
  const baseDir = mkdtempSync(join(tmpdir(), 'contenthub-schedules-'));
  let postgres = await startEmbeddedPostgres({ baseDir, flags: FLAGS });
  await migrateDatabase(addressOf(loadSettings({ DATABASE_URL: postgres.url })));
  const running = new Set();

  async function startScheduler() {
    const env = { ...process.env, DATABASE_URL: postgres.url, DATABASE_POOL_SIZE: '2', LOG_LEVEL: 'silent', APP_ROLES: 'scheduler' };
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', SCRIPT], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    running.add(child);
    child.once('exit', () => running.delete(child));
    await Promise.race([
      once(child.stdout, 'data'),
      once(child, 'exit').then(() => Promise.reject(new Error('a scheduler ended at its start'))),
    ]);
    return child;
  }

  return {
    url: postgres.url,
    running,
    async startSchedulers(count) {
      for (let i = 0; i < count; i += 2) await Promise.all(Array.from({ length: Math.min(2, count - i) }, startScheduler));
    },
    async killScheduler() {
      const all = [...running];
      const child = all[Math.floor(Math.random() * all.length)];
      child?.kill('SIGKILL');
    },
    async killSchedulers() {
      const ends = [...running].map((child) => once(child, 'exit'));
      for (const child of running) child.kill('SIGKILL');
      await Promise.all(ends);
    },
    /** kill -9 of the postmaster and everything it started, a pause, and the start on the same port. */
    async restartPostgres(pauseMs) {
      const { port, pid } = postgres;
      process.kill(pid, 'SIGKILL');
      await postgres.whenGone();
      await delay(pauseMs);
      postgres = await startEmbeddedPostgres({ baseDir, flags: FLAGS, port });
      if (postgres.port !== port) throw new Error(`PostgreSQL came back on port ${postgres.port}, not ${port}`);
    },
    async stop() {
      await this.killSchedulers();
      await postgres.stop();
      rmSync(baseDir, { recursive: true, force: true });
    },
  };
}
