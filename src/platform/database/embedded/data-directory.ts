import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Account, ENVIRONMENT, giveTo } from './account.ts';
import { EmbeddedDatabaseError } from './embedded-database.error.ts';
import { isAlive } from './postmaster-file.ts';

const run = promisify(execFile);
const UNFINISHED = 'pg.new-';

/** The files of one embedded database. */
export interface Layout {
  baseDir: string;
  dataDir: string;
  passwordFile: string;
  logFile: string;
}

export const layoutOf = (baseDir: string): Layout => ({
  baseDir,
  dataDir: join(baseDir, 'pg'),
  passwordFile: join(baseDir, 'pg.password'),
  logFile: join(baseDir, 'pg.log'),
});

/** The superuser's password, created on first use. `link` creates the file atomically, also with two simultaneous first starts. */
export function readOrCreatePassword({ dataDir, passwordFile }: Layout): string {
  if (!existsSync(passwordFile)) {
    if (existsSync(dataDir)) {
      throw new EmbeddedDatabaseError(`${passwordFile} is missing: restore it, or move ${dataDir} away to start with an empty database.`);
    }
    const draft = `${passwordFile}.${process.pid}`;
    writeFileSync(draft, randomBytes(24).toString('base64url'), { mode: 0o600, flush: true });
    try {
      linkSync(draft, passwordFile);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(draft);
    }
  }
  return readFileSync(passwordFile, 'utf8').trim();
}

/**
 * Creates the data directory unless it exists; returns true if it did. initdb runs in a temporary directory, which is
 * then renamed. An existing data directory is therefore complete, whatever was killed.
 */
export async function initialise(layout: Layout, initdb: string, account: Account, password: string): Promise<boolean> {
  removeUnfinished(layout.baseDir);
  if (existsSync(layout.dataDir)) return false;
  const workshop = mkdtempSync(join(layout.baseDir, `${UNFINISHED}${process.pid}-`));
  const fresh = join(workshop, 'data');
  const passwordCopy = join(workshop, 'password');
  try {
    writeFileSync(passwordCopy, password, { mode: 0o600 });
    await giveTo(account, workshop);
    await runInitdb([...account.prefix, initdb, '-D', fresh, `--pwfile=${passwordCopy}`, ...INITDB_FLAGS], account);
    renameSync(fresh, layout.dataDir);
    syncDirectory(layout.baseDir);
    return true;
  } catch (error) {
    if (existsSync(layout.dataDir)) return false; // another process created it
    throw error;
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

// Collation by code point (fast and equal on every machine) with Unicode case mapping. lc-ctype matters too: with C,
// pg_trgm finds no letters in Chinese text.
const INITDB_FLAGS = [
  '--username=postgres',
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  `--lc-ctype=${process.platform === 'darwin' ? 'UTF-8' : 'C.UTF-8'}`,
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--no-instructions',
];

async function runInitdb(command: string[], account: Account): Promise<void> {
  // LC_ALL would override the flag above.
  const env = { PATH: ENVIRONMENT.PATH, LANG: 'C', TZ: ENVIRONMENT.TZ };
  await run('env', command, { ...account.ids, env, cwd: '/' }).catch((error: Error & { stderr?: string }) => {
    throw new EmbeddedDatabaseError(`The embedded database could not be created: ${(error.stderr || error.message).trim().slice(-2000)}`);
  });
}

function removeUnfinished(baseDir: string): void {
  for (const name of readdirSync(baseDir)) {
    if (!name.startsWith(UNFINISHED)) continue;
    const maker = Number.parseInt(name.slice(UNFINISHED.length), 10);
    // Its own process id: in a container, every start has the same one.
    if (maker === process.pid || !isAlive(maker)) rmSync(join(baseDir, name), { recursive: true, force: true });
  }
}

function syncDirectory(path: string): void {
  const directory = openSync(path, 'r');
  fsyncSync(directory);
  closeSync(directory);
}
