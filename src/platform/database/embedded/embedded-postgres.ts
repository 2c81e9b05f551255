import { mkdirSync, rmSync, statfsSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chooseAccount, giveTo } from './account.ts';
import { findBinaries } from './binaries.ts';
import { initialise, type Layout, layoutOf, readOrCreatePassword } from './data-directory.ts';
import { EmbeddedDatabaseError } from './embedded-database.error.ts';
import { freePort } from './free-port.ts';
import { LaunchFailure, launch } from './postgres-process.ts';
import { acceptsConnections, isAlive, postmasterPath, readPostmaster, servesDirectory } from './postmaster-file.ts';

const START_MS = 30_000;
const MAX_FAILURES = 10;
const RETRY_MS = 300;
const MIN_FREE_BYTES = 16_000_000; // one WAL file

export interface EmbeddedOptions {
  /** Created if missing. Contains `pg/` (the data), `pg.password` (0600) and `pg.log`. */
  baseDir: string;
  /** Further arguments for the server, e.g. `['-c', 'fsync=off']`. */
  flags?: readonly string[];
  /** The preferred port. If it is taken or not given, a free port is used. */
  port?: number;
  log?: (message: string) => void;
}

export interface EmbeddedDatabase {
  url: string;
  pid: number;
  port: number;
  /** "18.4" */
  version: string;
  /** false: another process runs the server, and this one joined it. */
  started: boolean;
  /** This call created the data directory. */
  firstStart: boolean;
  dataDir: string;
  /** Resolves when the server has ended, for any reason. */
  whenGone(): Promise<void>;
  /** Fast shutdown; resolves when the server has ended. Does nothing for a joined server. */
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL of `baseDir`, or joins it when another process (a second terminal, the CLI) runs it. The
 * server ends with this process, also after SIGKILL. Throws EmbeddedDatabaseError when it cannot run here or is not
 * ready within 30 s.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const { flags = [], log = () => {} } = options;
  const layout = layoutOf(resolve(options.baseDir));
  const { dataDir, baseDir } = layout;
  mkdirSync(baseDir, { recursive: true, mode: 0o755 });
  const binaries = await findBinaries();
  const deadline = Date.now() + START_MS;
  let port = options.port;
  let firstStart = false;
  for (let failures = 0; ; ) {
    const joined = await join(layout, deadline);
    if (joined !== undefined) return { ...joined, version: binaries.version };

    const account = await chooseAccount(binaries.postgres, baseDir, dataDir);
    const password = readOrCreatePassword(layout);
    firstStart = (await initialise(layout, binaries.initdb, account, password)) || firstStart;
    await giveTo(account, dataDir);
    port ??= await freePort();
    try {
      const server = await launch(binaries.postgres, account, layout, port, flags, deadline);
      const { pid, exited, stop } = server;
      return {
        url: urlOf(password, port),
        pid,
        port,
        version: binaries.version,
        started: true,
        firstStart,
        dataDir,
        whenGone: () => exited,
        stop,
      };
    } catch (error) {
      if (!(error instanceof LaunchFailure)) throw error;
      failures += 1;
      const reason = passingReason(error.log);
      if (reason === undefined || failures >= MAX_FAILURES || Date.now() > deadline) throw explain(error, layout);
      log(`embedded database: ${reason}, retrying`);
      if (reason === PORT_TAKEN) port = undefined;
      await delay(RETRY_MS);
    }
  }
}

/** The running server of this directory. Waits while it starts; undefined when there is none. */
async function join(layout: Layout, deadline: number): Promise<Omit<EmbeddedDatabase, 'version'> | undefined> {
  const { dataDir } = layout;
  for (;;) {
    const postmaster = readPostmaster(dataDir);
    if (postmaster === undefined) return undefined;
    const { pid, port, status } = postmaster;
    if (!servesDirectory(pid, dataDir)) {
      await removeMisleading(dataDir, pid);
      return undefined;
    }
    if (status === 'ready' && (await acceptsConnections(port))) {
      const url = urlOf(readOrCreatePassword(layout), port);
      return { url, pid, port, started: false, firstStart: false, dataDir, whenGone: () => untilDead(pid), stop: async () => {} };
    }
    if (Date.now() > deadline) {
      throw new EmbeddedDatabaseError(`The embedded database (process ${pid}) runs but accepts no connections; see ${layout.logFile}.`);
    }
    await delay(50);
  }
}

/**
 * PostgreSQL detects the file of a dead process and uses it to find surviving children of that server, so such a file
 * is kept. Files that PostgreSQL mistakes for a running server are removed: a file with the pid of another living
 * program (the pid was reused), or one that stays empty (the disk was full).
 */
async function removeMisleading(dataDir: string, pid: number): Promise<void> {
  if (Number.isNaN(pid)) {
    await delay(RETRY_MS);
    if (Number.isNaN(readPostmaster(dataDir)?.pid)) rmSync(postmasterPath(dataDir));
  } else if (isAlive(pid)) {
    rmSync(postmasterPath(dataDir), { force: true });
  }
}

async function untilDead(pid: number): Promise<void> {
  while (isAlive(pid)) await delay(500, undefined, { ref: false });
}

const PORT_TAKEN = 'its port was taken';

/** The reason of a failed start that may succeed in a moment. */
function passingReason(log: string): string | undefined {
  if (/could not (bind|create any TCP)/.test(log)) return PORT_TAKEN;
  // The last child of a killed server holds its shared memory a little longer.
  if (/pre-existing shared memory block/.test(log)) return 'the last server is still ending';
  if (/lock file .* (already exists|is empty)/.test(log)) return 'another process is starting it';
  return undefined;
}

function explain(failure: LaunchFailure, { baseDir, logFile }: Layout): EmbeddedDatabaseError {
  // On a full disk the server may not have logged why it ended.
  const full = /No space left on device/.test(failure.log) || freeBytes(baseDir) < MIN_FREE_BYTES;
  const advice = full ? `The disk is full: free some space for ${baseDir}.` : `Its log is ${logFile}.`;
  return new EmbeddedDatabaseError(`The embedded database did not start: ${failure.message}. ${advice}\n${failure.log}`, {
    cause: failure,
  });
}

function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}

const urlOf = (password: string, port: number) => `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
