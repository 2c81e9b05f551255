import { afterEach, beforeAll } from '@jest/globals';
import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TaskWorkerStatus } from '../../src/workers/pool/task-worker.ts';
import { COMPILE_CACHE } from '../support/infrastructure.ts';
import { waitFor } from '../support/wait-for.ts';

type Settings = Record<string, string>;

interface Answer {
  status: TaskWorkerStatus[];
  rss: number;
}

/** A worker process without a supervisor, with a scheduler in it. */
export class LoneWorker {
  private output = '';

  private constructor(readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => (this.output += text.toString()));
  }

  static async start(databaseUrl: string, settings: Settings): Promise<LoneWorker> {
    const env = { ...environment(databaseUrl), APP_ROLES: 'worker,scheduler', ...settings };
    const child = fork(join(import.meta.dirname, 'application.mjs'), [], { env, execArgv: [], silent: true });
    const worker = new LoneWorker(child);
    const started = once(child, 'message');
    await Promise.race([started, once(child, 'exit')]);
    if (child.exitCode !== null) throw new Error(`the worker did not start: ${worker.output}`);
    return worker;
  }

  get pid(): number {
    return this.child.pid as number;
  }

  async ask(): Promise<Answer> {
    const answer = once(this.child, 'message');
    this.child.send('tell');
    return ((await answer) as [Answer])[0];
  }

  /** Its highest resident memory so far, in bytes. */
  peak(): number {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))?.[1]) * 1024;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<[number | null, NodeJS.Signals | null]> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return [child.exitCode, child.signalCode];
    const exit = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    child.kill('SIGCONT'); // a test that failed may have left it stopped
    child.kill(signal);
    return exit;
  }
}

/** Starts the processes of a test file and ends them after each test. */
export function useProcesses() {
  let running: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    // The processes run the build, because Node cannot run decorators.
    const { ensureBuilt } = (await import('../../scripts/build-if-needed.mjs' as string)) as { ensureBuilt: () => Promise<void> };
    await ensureBuilt();
  });

  afterEach(async () => {
    const ends = running;
    running = [];
    await Promise.all(ends.map((end) => end()));
  });

  return {
    async worker(databaseUrl: string, settings: Settings = {}): Promise<LoneWorker> {
      const worker = await LoneWorker.start(databaseUrl, settings);
      running.push(() => worker.stop());
      return worker;
    },
    /** A supervisor with worker processes and a scheduler; returns its output so far. */
    supervise(databaseUrl: string, workerProcesses: number, settings: Settings = {}): () => string {
      const dataDir = mkdtempSync(join(tmpdir(), 'contenthub-quarantine-'));
      const script = join(import.meta.dirname, 'supervise.ts');
      const supervisor = spawn(process.execPath, [script, dataDir, String(workerProcesses), databaseUrl], {
        env: { ...environment(databaseUrl), ...settings },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      for (const stream of [supervisor.stdout, supervisor.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
      running.push(async () => {
        const exit = once(supervisor, 'exit');
        supervisor.kill('SIGTERM');
        await exit;
        rmSync(dataDir, { recursive: true, force: true });
      });
      return () => output;
    },
  };
}

function environment(databaseUrl: string): Settings {
  const path = process.env.PATH as string;
  return {
    PATH: path,
    NODE_COMPILE_CACHE: COMPILE_CACHE,
    DATABASE_URL: databaseUrl,
    DATABASE_POOL_SIZE: '2',
    LOG_LEVEL: 'warn',
    POLL_INTERVAL_MS: '100',
  };
}

/** The living processes of a group; none once all have ended. */
export function groupOf(pgid: number): number[] {
  try {
    return execFileSync('pgrep', ['-g', String(pgid)], { encoding: 'utf8' })
      .split('\n')
      .filter(Boolean)
      .map(Number)
      .filter(isRunning);
  } catch {
    return [];
  }
}

/** Not a zombie: in a container without an init, orphans are not reaped. */
export function isRunning(pid: number): boolean {
  const file = `/proc/${pid}/status`;
  try {
    return existsSync(file) && !/^State:\s+Z/m.test(readFileSync(file, 'utf8'));
  } catch {
    return false;
  }
}

export const gone = (pid: number, timeoutMs = 10_000) =>
  waitFor(async () => !isRunning(pid), { what: `process ${pid} to be gone`, timeoutMs });
