import { existsSync } from 'node:fs';
import { readdir, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Connection } from '../connection.ts';
import { packageRoot } from '../package-root.ts';
import { type Check, fail, ok, warn } from './check.ts';
import { modifiedAt } from './modified-at.ts';

const LEAST_NODE = [22, 13] as const;
const LEAST_FREE_BYTES = 1e9;

/** Checks that need no server. */
export async function localChecks({ dataDir, token, tokenFrom }: Connection): Promise<Check[]> {
  return [
    nodeVersion(process.versions.node),
    await buildFresh(packageRoot),
    ...(await dataFolder(dataDir, token, tokenFrom)),
    await freeSpace(dataDir),
  ];
}

export function nodeVersion(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  return enough
    ? ok('node', version)
    : fail(
        'node',
        `${version} is too old`,
        `install Node ${LEAST_NODE.join('.')} or newer, or run npm install to get one with the packages`,
      );
}

/** Each build writes dist/.built. A newer source file has not been built. */
export async function buildFresh(root: string): Promise<Check> {
  if (!existsSync(join(root, 'src'))) return ok('build', 'installed without sources');
  const built = await modifiedAt(join(root, 'dist', '.built'));
  if (built === 0) return fail('build', 'missing', 'npm run build');
  const files = await readdir(root);
  const sources = ['src', 'migrations'].map((folder) => newest(join(root, folder)));
  const settings = files.filter((file) => /^tsconfig.*\.json$/.test(file)).map((file) => modifiedAt(join(root, file)));
  const stale = Math.max(...(await Promise.all([...sources, ...settings]))) > built;
  return stale ? fail('build', 'older than the sources', 'npm run build') : ok('build', 'up to date');
}

async function newest(folder: string): Promise<number> {
  if (!existsSync(folder)) return 0;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.spec.ts')); // tests are not built
  return Math.max(0, ...(await Promise.all(files.map((file) => modifiedAt(join(file.parentPath, file.name))))));
}

export async function dataFolder(dataDir: string, token: string | undefined, tokenFrom: string): Promise<Check[]> {
  const folder = existsSync(dataDir)
    ? ok('data folder', dataDir)
    : warn('data folder', `${dataDir} does not exist yet`, 'contenthub serve creates it; DATA_DIR names another');
  const keyFile = join(dataDir, 'api-key');
  const mode = await stat(keyFile).then(
    (file) => file.mode & 0o777,
    () => undefined,
  );
  if (mode === undefined) {
    const hint = 'start the server once, or set CONTENTHUB_KEY';
    return [folder, token ? ok('key file', `none; the key comes from ${tokenFrom}`) : fail('key file', `${keyFile} does not exist`, hint)];
  }
  const open = process.platform !== 'win32' && (mode & 0o077) !== 0;
  const octal = mode.toString(8).padStart(4, '0');
  return [
    folder,
    open ? fail('key file', `others may read it (mode ${octal})`, `chmod 600 ${keyFile}`) : ok('key file', `${keyFile} (mode ${octal})`),
  ];
}

async function freeSpace(dataDir: string): Promise<Check> {
  let folder = dataDir;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  const { bavail, bsize } = await statfs(folder);
  const free = `${((bavail * bsize) / 1e9).toFixed(1)} GB free`;
  return bavail * bsize > LEAST_FREE_BYTES ? ok('disk', free) : fail('disk', free, 'make room: the database needs more than 1 GB');
}
