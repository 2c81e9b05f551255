import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { usageError } from './cli-error.ts';
import type { Terminal } from './terminal.ts';

/** A server that the user has named. */
export interface Profile {
  readonly server?: string;
  readonly token?: string;
  /** The account of requests that name none. */
  readonly account?: string;
}

export interface ProfileFile {
  /** The profile that is used when none is named. */
  readonly current?: string;
  readonly profiles: Readonly<Record<string, Profile>>;
}

const LIST = 'contenthub config profiles';

/** CONTENTHUB_CONFIG, or below XDG_CONFIG_HOME or HOME; undefined without a home. */
function profilePath(env: Terminal['env']): string | undefined {
  if (env.CONTENTHUB_CONFIG) return env.CONTENTHUB_CONFIG;
  const folder = env.XDG_CONFIG_HOME || (env.HOME && join(env.HOME, '.config'));
  return folder ? join(folder, 'contenthub', 'config.json') : undefined;
}

/** A file that does not exist has no profiles. */
export function readProfiles(env: Terminal['env']): ProfileFile {
  const path = profilePath(env);
  if (path === undefined) return { profiles: {} };
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ENOTDIR') return { profiles: {} };
    throw usageError(`The profiles in ${path} cannot be read: ${(error as Error).message}`, LIST);
  }
  try {
    const { current, profiles } = JSON.parse(text) as Partial<ProfileFile>;
    if (typeof profiles === 'object' && profiles !== null) return { current, profiles };
  } catch {
    // reported below, without the text, which holds keys
  }
  throw usageError(`The profiles in ${path} are not valid JSON: correct or delete the file`, LIST);
}

/** The file holds keys, so only its user may read it. It is replaced as a whole. */
export function writeProfiles(env: Terminal['env'], file: ProfileFile): string {
  const path = profilePath(env);
  if (path === undefined) throw usageError('There is no home directory for profiles: set CONTENTHUB_CONFIG to a file', LIST);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, path);
  return path;
}

/** The profile that was named by --profile or CONTENTHUB_PROFILE, else the current one; undefined when there is none. */
export function chosenProfile(flag: string | undefined, env: Terminal['env']): { name: string; profile: Profile } | undefined {
  const { current, profiles } = readProfiles(env);
  const name = flag ?? (env.CONTENTHUB_PROFILE || current);
  if (name === undefined) return undefined;
  const profile = profiles[name];
  if (profile !== undefined) return { name, profile };
  const known = Object.keys(profiles).join(', ') || 'none';
  throw usageError(
    `There is no profile "${name}"; known: ${known}`,
    `contenthub config set --profile ${name} server http://127.0.0.1:3000`,
  );
}
