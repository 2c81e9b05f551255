import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { promisify } from 'node:util';
import { EmbeddedDatabaseError, USE_DATABASE_URL } from './embedded-database.error.ts';

const run = promisify(execFile);

/** How to run PostgreSQL's programs: spawn `[...prefix, program, ...args]` with these ids. */
export interface Account {
  ids: { uid?: number; gid?: number };
  prefix: string[];
}

/** A fixed environment: PGPORT, PGDATA or a locale of the user must not change the server or the language of its log. */
export const ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' };

const OURSELVES: Account = { ids: {}, prefix: [] };
const NAMESPACE: Account = { ids: {}, prefix: ['unshare', '--user', '--map-user=1000', '--map-group=1000', '--'] };

/**
 * PostgreSQL does not run as root. Root therefore uses an unprivileged account that can access the binaries and
 * `baseDir`, or else (a checkout in root's home) a user namespace in which root has another uid. The owner of existing
 * data comes first. Each candidate is tested by running a program, because permission bits do not cover access lists
 * and mounts.
 */
export async function chooseAccount(postgres: string, baseDir: string, dataDir: string): Promise<Account> {
  if (process.getuid?.() !== 0) return OURSELVES;
  const owner = statSync(dataDir, { throwIfNoEntry: false });
  const accounts = [await accountOf('postgres'), await accountOf('nobody'), NAMESPACE];
  if (owner?.uid === 0) accounts.unshift(NAMESPACE);
  else if (owner !== undefined) accounts.unshift({ ids: { uid: owner.uid, gid: owner.gid }, prefix: [] });
  for (const account of accounts) {
    if (account !== undefined && (await works(account, postgres, baseDir))) return account;
  }
  throw new EmbeddedDatabaseError(
    `The embedded database cannot run as root here: run as another user, let the accounts postgres or nobody reach ${baseDir} and ${postgres}, or ${USE_DATABASE_URL}.`,
  );
}

/** Changes the owner of `path` and its content to the account, if it differs. */
export async function giveTo(account: Account, path: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid = 0, gid = 0 } = account.ids;
  if (statSync(path).uid !== uid) await run('chown', ['-R', `${uid}:${gid}`, path]);
}

async function accountOf(name: string): Promise<Account | undefined> {
  const number = async (flag: string) => Number.parseInt((await run('id', [flag, name])).stdout, 10);
  try {
    return { ids: { uid: await number('-u'), gid: await number('-g') }, prefix: [] };
  } catch {
    return undefined; // no such account
  }
}

async function works(account: Account, postgres: string, baseDir: string): Promise<boolean> {
  const trial = [...account.prefix, '/bin/sh', '-c', 'test -x "$1" && exec "$2" --version', 'trial', baseDir, postgres];
  try {
    await run('env', trial, { ...account.ids, env: ENVIRONMENT, cwd: '/' });
    return true;
  } catch {
    return false;
  }
}
