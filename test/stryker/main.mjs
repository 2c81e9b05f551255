// Mutation tests of src/core: npm run test:stryker [-- src/core/task src/core/dispatch/claim-floor.ts …]
// Ends with "N passed, N failed": killed mutants passed, others failed. Exit code 1 when a folder has more survivors than UNANSWERED.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(dirname(FOLDER));
const STRYKER = join(FOLDER, 'node_modules/@stryker-mutator/core');
const REPORT = join(ROOT, '.build/stryker-report.json');
/** Survivors that no test answers yet, or that change nothing. Lower the number with each answer. */
const UNANSWERED = {
  'src/core/actor': 2,
  'src/core/budget': 2,
  'src/core/files': 1,
  'src/core/publishing': 12,
  'src/core/report': 1,
  'src/core/schedule': 16,
  'src/core/task': 4,
  'src/core/text': 576,
  'src/core/trace': 1,
};
const read = (path) => JSON.parse(readFileSync(path, 'utf8'));

function ensureStryker() {
  const wanted = read(join(FOLDER, 'package.json')).dependencies['@stryker-mutator/core'];
  const manifest = join(STRYKER, 'package.json');
  if (existsSync(manifest) && read(manifest).version === wanted) return;
  console.log(`Installing Stryker ${wanted}: npm ci in test/stryker/`);
  const arguments_ = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', arguments_, { cwd: FOLDER, stdio: 'inherit', shell: process.platform === 'win32' });
}

ensureStryker();
rmSync(REPORT, { force: true });
const paths = process.argv.slice(2).map((path) => (path.endsWith('.ts') ? path : `${path.replace(/\/$/, '')}/**/*.ts`));
// The argument replaces the list of the configuration.
const mutate = paths.length === 0 ? [] : ['--mutate', [...paths, '!**/*.spec.ts'].join(',')];
const stryker = [join(STRYKER, 'bin/stryker.js'), 'run', join(FOLDER, 'stryker.config.mjs'), ...mutate];
const { status } = spawnSync(process.execPath, stryker, { cwd: ROOT, stdio: 'inherit' });
const files = existsSync(REPORT) ? Object.entries(read(REPORT).files) : [];
const count = (those, ...wanted) => those.flatMap(([, { mutants }]) => mutants).filter((mutant) => wanted.includes(mutant.status)).length;
const survivorsOf = (those) => count(those, 'Survived', 'NoCoverage', 'RuntimeError');
const folders = [...Map.groupBy(files, ([file]) => dirname(file))];
for (const [folder, those] of folders)
  console.log(`${folder}: ${survivorsOf(those)} of ${count(those, 'Killed', 'Timeout') + survivorsOf(those)} survived`);
const worse = folders.filter(([folder, those]) => survivorsOf(those) > (UNANSWERED[folder] ?? 0)).map(([folder]) => folder);
if (worse.length > 0) console.log(`More survivors than before: ${worse.join(', ')}`);
console.log(`${count(files, 'Killed', 'Timeout')} passed, ${survivorsOf(files)} failed, ${count(files, 'Ignored')} skipped`);
process.exitCode = status === 0 && files.length > 0 && worse.length === 0 ? 0 : 1;
