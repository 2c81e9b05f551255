// Builds the admin pages into admin/dist unless it matches the present sources.
// node scripts/build-admin.mjs [--force]
// `contenthub serve` starts it beside the application, which answers without the pages until they are there, and when this fails.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const ADMIN = join(ROOT, 'admin');
const DIST = join(ADMIN, 'dist');
const STAMP = '.built';
const STAGE = join(ROOT, '.build', `admin-${process.pid}`);

/** Returns when admin/dist matches the sources. */
export async function ensureAdminBuilt({ force = false } = {}) {
  if (!existsSync(join(ADMIN, 'src')) || (!force && isFresh())) return;
  const sources = listSources();
  const { build } = await import('vite').catch((cause) => {
    throw new Error('vite is not installed. Run: npm install', { cause });
  });
  const mode = process.env.NODE_ENV;
  try {
    // Vite keeps a NODE_ENV that is set, and under `test` it would bundle the React of development: 62 kB more.
    process.env.NODE_ENV = 'production';
    await build({ root: ADMIN, configFile: join(ADMIN, 'vite.config.ts'), logLevel: 'error', build: { outDir: STAGE, emptyOutDir: true } });
    writeFileSync(join(STAGE, STAMP), sources);
    replaceDist();
  } finally {
    if (mode === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = mode;
    rmSync(STAGE, { recursive: true, force: true });
  }
}

/** By renaming: a server that reads the folder meanwhile finds the old build, none or the new one, never a part. */
function replaceDist() {
  const old = `${STAGE}-old`;
  mkdirSync(dirname(old), { recursive: true });
  if (existsSync(DIST)) renameSync(DIST, old);
  renameSync(STAGE, DIST);
  rmSync(old, { recursive: true, force: true });
}

function isFresh() {
  const stamp = join(DIST, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === listSources();
}

/** Name, size and time of every file that the build reads. The generated types are erased, so they are not among them. */
function listSources() {
  const folders = ['src', 'public'].flatMap((folder) => readdirSync(join(ADMIN, folder), { recursive: true, withFileTypes: true }));
  const files = folders
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.spec.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
  const others = ['admin/index.html', 'admin/vite.config.ts', 'package-lock.json'].map((name) => join(ROOT, name));
  return [...others, ...files]
    .filter((file) => !file.startsWith(join(ADMIN, 'src/api/schema')))
    .map((file) => [file, statSync(file, { throwIfNoEntry: false })])
    .map(([file, stat]) => `${relative(ROOT, file)} ${stat?.size} ${stat?.mtimeMs}\n`)
    .sort()
    .join('');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await ensureAdminBuilt({ force: process.argv.includes('--force') }).catch((error) => {
    const text = `the admin pages could not be built: ${error.message}`;
    const json = process.env.LOG_FORMAT === 'json';
    console.error(json ? JSON.stringify({ level: 40, time: Date.now(), msg: text }) : `✗ ${text}`);
    process.exitCode = 1;
  });
}
