import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Account, ENVIRONMENT } from './account.ts';
import type { Layout } from './data-directory.ts';
import { readPostmaster, servesDirectory } from './postmaster-file.ts';
import { boundLog, logSize, logTail } from './server-log.ts';

const STOP_MS = 20_000;

/** For a small machine: 25 MB when idle. Durability (fsync, WAL) keeps PostgreSQL's defaults. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '60',
  shared_buffers: '64MB',
  huge_pages: 'off',
  jit: 'off', // costs more than it gains for short statements
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Failed statements are reported to the client, which logs them. Here they would only fill the file.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
};

/**
 * sh runs between this process and the server and outlives this process, also after SIGKILL: its standard input then
 * ends, and it requests a fast shutdown. No server is ever left running on the directory. It repeats the request each
 * second, because a newly spawned server ignores signals at first.
 */
const GUARDIAN = `
exec 3<&0
"$@" </dev/null 3<&- & server=$!
{ read -r _ <&3; while kill -INT "$server"; do sleep 1; done; } 2>/dev/null & reader=$!
exec 3<&-
trap "" INT TERM HUP
wait "$server"; code=$?
kill "$reader" 2>/dev/null
exit "$code"`;

export interface ServerProcess {
  pid: number;
  /** Resolves when the server has ended, for any reason. */
  exited: Promise<void>;
  stop: () => Promise<void>;
}

/** The server ended before it accepted connections, or was too slow. `log` is its output. */
export class LaunchFailure extends Error {
  readonly log: string;

  constructor(message: string, log: string) {
    super(message);
    this.log = log;
  }
}

/** Starts the server on `port` and waits until it accepts connections. Throws LaunchFailure. */
export async function launch(
  postgres: string,
  account: Account,
  layout: Layout,
  port: number,
  flags: readonly string[],
  deadline: number,
): Promise<ServerProcess> {
  const bound = boundLog(layout.logFile);
  const logStart = logSize(layout.logFile);
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const command = [...account.prefix, postgres, '-D', layout.dataDir, '-p', String(port), ...settings, ...flags];
  const child = spawnGuarded(command, account, layout.logFile);
  let gone = false;
  const exited = new Promise<void>((resolve) => {
    const end = () => {
      gone = true;
      clearInterval(bound);
      child.stdin?.destroy();
      resolve();
    };
    child.once('exit', end);
    child.once('error', end); // sh could not be spawned
  });
  const stop = async (pid: number | undefined) => {
    child.stdin?.end();
    const timer = setTimeout(() => kill(pid ?? child.pid, 'SIGQUIT'), STOP_MS); // immediate shutdown: the next start recovers
    await exited;
    clearTimeout(timer);
  };
  while (!gone) {
    const postmaster = readPostmaster(layout.dataDir);
    // The file may belong to the last server, or to one that another process started at the same moment.
    if (postmaster?.status === 'ready' && postmaster.port === port && servesDirectory(postmaster.pid, layout.dataDir)) {
      return { pid: postmaster.pid, exited, stop: () => stop(postmaster.pid) };
    }
    if (Date.now() > deadline) {
      await stop(postmaster?.pid);
      throw new LaunchFailure('it was not ready in time', logTail(layout.logFile, logStart));
    }
    await Promise.race([exited, delay(10)]);
  }
  throw new LaunchFailure('it exited at once', logTail(layout.logFile, logStart));
}

function spawnGuarded(command: string[], account: Account, logFile: string): ChildProcess {
  const log = openSync(logFile, 'a', 0o600);
  try {
    return spawn('/bin/sh', ['-c', GUARDIAN, 'contenthub-postgres', ...command], {
      ...account.ids,
      env: ENVIRONMENT,
      cwd: '/',
      stdio: ['pipe', log, log],
      detached: true, // its own process group: Ctrl-C in the terminal reaches the application only
    });
  } finally {
    closeSync(log);
  }
}

function kill(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(pid, signal);
  } catch {
    // already ended
  }
}
