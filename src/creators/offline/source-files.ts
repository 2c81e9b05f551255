import { constants } from 'node:fs';
import { lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { decodeText } from '../../core/text/decode-text.ts';
import { CreationError } from '../creation-error.ts';

/** A readable source: where it is, and what to call it without telling the machine's layout. */
export interface SourceFile {
  path: string;
  shown: string;
}

/** Extensions of readable files, in lower case. */
export const READABLE = new Set(['.md', '.markdown', '.txt', '.xml', '.rss', '.atom', '.html', '.htm', '.xhtml']);
/** More files than an editor lists by hand; enough for a year of notes. */
const MAX_FILES = 200;
const MAX_FOLDERS = 200;

/**
 * The readable files at a path: itself, or all in the folder, sorted, hidden ones and links left out; none
 * when there is no such path.
 * Relative paths are tried under each root. A path that leaves the roots, by `..` or by a link, is refused, whether
 * there is something outside or not.
 */
export async function locateFiles(location: string, roots: readonly string[]): Promise<SourceFile[]> {
  for (const root of roots) {
    const base = await realpath(root).catch(() => null);
    if (base === null) continue;
    const wanted = isAbsolute(location) ? resolve(location) : resolve(base, location);
    if (!isInside(wanted, base) && !isInside(wanted, resolve(root))) continue;
    const path = await realpath(wanted).catch(() => null);
    if (path === null && (await wouldLeave(wanted, base))) throw outside(location);
    if (path === null) continue;
    if (!isInside(path, base)) throw outside(location);
    const files = (await stat(path)).isDirectory() ? await listFolder(path) : READABLE.has(extname(path).toLowerCase()) ? [path] : [];
    return files.map((file) => ({ path: file, shown: relative(base, file).split(sep).join('/') || basename(file) }));
  }
  const reachable = roots.some((root) => isInside(isAbsolute(location) ? resolve(location) : resolve(root, location), resolve(root)));
  if (!reachable) throw outside(location);
  return [];
}

/** The first `limit` bytes of a regular file as text, and whether there are more. */
export async function readTextFile({ path, shown }: SourceFile, limit: number): Promise<{ text: string; cut: boolean }> {
  // O_NONBLOCK: a pipe would keep the worker waiting for a writer. O_NOFOLLOW: the path was resolved a moment ago.
  const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const facts = await file.stat();
    if (!facts.isFile()) throw new CreationError('invalid_input', `"${shown}" is not a regular file.`);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(facts.size, limit)), 0);
    const cut = facts.size > limit;
    const text = decodeText(buffer.subarray(0, bytesRead), { cut });
    if (text.includes('\0')) throw new CreationError('invalid_input', `"${shown}" is not a text file.`);
    return { text, cut };
  } finally {
    await file.close();
  }
}

/** Whether a path to nothing leads out of `base`: by a link to nothing, or below a link that leads out. */
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

async function listFolder(folder: string): Promise<string[]> {
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
      if (entry.isFile() && READABLE.has(extname(entry.name).toLowerCase())) files.push(join(current, entry.name));
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
