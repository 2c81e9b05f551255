import { constants } from 'node:fs';
import { lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { decodeText } from '../../core/text/decode-text.ts';
import { CreationError } from '../creation-error.ts';

/** A readable source: its path, and a name that does not reveal the folders of the machine. */
export interface SourceFile {
  path: string;
  shown: string;
}

/** Extensions of readable files, in lower case. */
export const READABLE: ReadonlySet<string> = new Set(['.md', '.markdown', '.txt', '.xml', '.rss', '.atom', '.html', '.htm', '.xhtml']);
/** Extensions of files with rows. */
export const TABLES: ReadonlySet<string> = new Set(['.csv', '.tsv', '.json']);
/** Enough for a year of notes. */
const MAX_FILES = 200;
const MAX_FOLDERS = 200;

/**
 * The readable files at a path: the file itself, or all files of a folder, sorted, without hidden files and links.
 * Empty when the path does not exist. Relative paths are tried under each root. A path that leaves the roots, by `..`
 * or by a link, is rejected, whether its target exists or not.
 */
export async function locateFiles(location: string, roots: readonly string[], extensions = READABLE): Promise<SourceFile[]> {
  for (const root of roots) {
    const base = await realpath(root).catch(() => null);
    if (base === null) continue;
    const wanted = isAbsolute(location) ? resolve(location) : resolve(base, location);
    if (!isInside(wanted, base) && !isInside(wanted, resolve(root))) continue;
    const path = await realpath(wanted).catch(() => null);
    if (path === null && (await wouldLeave(wanted, base))) throw outside(location);
    if (path === null) continue;
    if (!isInside(path, base)) throw outside(location);
    const files = (await stat(path)).isDirectory()
      ? await listFolder(path, extensions)
      : extensions.has(extname(path).toLowerCase())
        ? [path]
        : [];
    return files.map((file) => ({ path: file, shown: relative(base, file).split(sep).join('/') || basename(file) }));
  }
  const reachable = roots.some((root) => isInside(isAbsolute(location) ? resolve(location) : resolve(root, location), resolve(root)));
  if (!reachable) throw outside(location);
  return [];
}

/** The first `limit` bytes of a regular file as text. `cut`: the file is longer. */
export async function readTextFile(
  { path, shown }: SourceFile,
  limit: number,
): Promise<{ text: string; cut: boolean; modifiedAt: string }> {
  // O_NONBLOCK: a pipe would block the worker until it has a writer. O_NOFOLLOW: the path was resolved before.
  const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const facts = await file.stat();
    if (!facts.isFile()) throw new CreationError('invalid_input', `"${shown}" is not a regular file.`);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(facts.size, limit)), 0);
    const cut = facts.size > limit;
    const text = decodeText(buffer.subarray(0, bytesRead), { cut });
    if (text.includes('\0')) throw new CreationError('invalid_input', `"${shown}" is not a text file.`);
    return { text, cut, modifiedAt: facts.mtime.toISOString() };
  } finally {
    await file.close();
  }
}

/** True when a path without a target would leave `base`: it is a broken link, or lies below a link to the outside. */
async function wouldLeave(wanted: string, base: string): Promise<boolean> {
  for (let current = wanted; isInside(current, base); current = dirname(current)) {
    const path = await realpath(current).catch(() => null);
    if (path !== null) return !isInside(path, base);
    const isLink = await lstat(current).then(
      () => true,
      () => false,
    );
    if (isLink) return true;
  }
  return false;
}

async function listFolder(folder: string, extensions: ReadonlySet<string>): Promise<string[]> {
  const files: string[] = [];
  const folders = [folder];
  for (let visited = 0; visited < MAX_FOLDERS && files.length < MAX_FILES; visited += 1) {
    const current = folders.shift();
    if (current === undefined) break;
    const entries = await readdir(current, { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory()) folders.push(join(current, entry.name));
      if (entry.isFile() && extensions.has(extname(entry.name).toLowerCase())) files.push(join(current, entry.name));
    }
  }
  return files.slice(0, MAX_FILES);
}

function isInside(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

function outside(location: string): CreationError {
  return new CreationError(
    'invalid_input',
    `"${location}" is outside the folders sources may be read from: move the file below one of them, or let an operator add its folder to SOURCE_ROOTS.`,
  );
}
