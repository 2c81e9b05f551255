// The mutation gate: removes each guard of the engine in a copy of the tree, and runs the tests that must fail.
// npm run test:mutants [-- --only name] [--shard 1/2]      name: any part of a mutant's name
// Ends with "killed N of N". Exit code 1 when a mutant survived, when a patch no longer fits, or when a run is inconclusive:
// tests that hung, tests that could not run, invalid SQL.
import { spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { verdictOf } from '../test/faults/mutants/verdict.ts';
import { MUTANTS } from '../test/faults/mutants.mjs';
import { folderOfClusters, startTestPostgres } from '../test/support/test-postgres.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const COPIED = ['src', 'migrations', 'test', 'docs', 'openapi.json', 'jest.config.mjs', 'package.json', 'tsconfig.json'];
/** Tests of processes build the copy. */
const BUILDER = ['scripts/build-if-needed.mjs', 'tsconfig.build.json'];
/** Prepares every statement: a failure here means an invalid mutant. */
const STATEMENTS = 'test/engine/statements.int-spec.ts';
const AT_ONCE = 2;
const FILES_AT_ONCE = 6;
const MARKS = { killed: '✓ killed      ', survived: '✗ SURVIVED    ', inconclusive: '✗ INCONCLUSIVE' };
/** Of one mutant. A wait of a test ends after 45 s, and a mutant may fail a few of them. */
const LIMIT_MS = 300_000;

function copyOfTree(number) {
  const folder = mkdtempSync(join(tmpdir(), `contenthub-mutants-${number}-`));
  for (const name of [...COPIED, ...BUILDER]) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  mkdirSync(join(folder, 'tmp'));
  chmodSync(folder, 0o755); // the database server may run under another account
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** The file with the guard, unchanged and with the guard removed. Throws when the guard does not occur exactly once. */
function patchOf(folder, { name, file, find, replace }) {
  const texts = globSync(file, { cwd: folder }).map((path) => ({
    path: join(folder, path),
    text: readFileSync(join(folder, path), 'utf8'),
  }));
  const places = texts.flatMap(({ path, text }) => Array(text.split(find).length - 1).fill({ path, text }));
  if (places.length !== 1)
    throw new Error(`the mutant "${name}" finds its guard ${places.length} times in ${file}: fix test/faults/mutants/`);
  const [{ path, text }] = places;
  return { path, text, patched: text.replace(find, () => replace) };
}

/** Runs one Jest process. Resolves with the failures; `hung` when it had to be killed. */
async function runTests(folder, files, only, limitMs = LIMIT_MS) {
  const report = join(folder, 'report.json');
  rmSync(report, { force: true });
  const flags = ['--disable-warning=ExperimentalWarning'];
  const jest = ['node_modules/jest/bin/jest.js', '--maxWorkers=2', '--silent', '--json', `--outputFile=${report}`];
  const chosen = only === undefined ? [] : ['-t', only];
  const child = spawn(process.execPath, [...flags, ...jest, ...chosen, '--runTestsByPath', ...files], {
    cwd: folder,
    env: { ...process.env, TMPDIR: join(folder, 'tmp') }, // a private folder, so that leftovers of other runs do not matter
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  child.stderr.on('data', (text) => (words = (words + text).slice(-2_000)));
  let hung = false;
  const timer = setTimeout(() => {
    hung = true;
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), 5_000).unref();
  }, limitMs);
  await new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve));
  clearTimeout(timer);
  if (!hung && !existsSync(report)) return { hung, ran: 0, failed: [], broken: [words] };
  if (hung) return { hung, ran: 0, failed: [], broken: [] };
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  // The tests of the statements notice no missing guard, so they do not count.
  const counted = testResults.filter(({ name }) => !name.endsWith(STATEMENTS)).flatMap(({ assertionResults }) => assertionResults);
  const ran = counted.filter(({ status }) => status === 'passed' || status === 'failed').length;
  const failed = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => ({ file: name, fullName })),
  );
  const broken = testResults.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0);
  return { hung, ran, failed, broken: broken.map(({ name, message }) => `${name}: ${message}`) };
}

/** The verdict, and why. */
async function judge(folder, mutant) {
  const { path, text, patched } = patchOf(folder, mutant);
  writeFileSync(path, patched);
  try {
    const isSql = mutant.file.endsWith('.sql.ts');
    const only = mutant.only !== undefined && isSql ? `${mutant.only}|fits the schema` : mutant.only;
    const run = await runTests(folder, isSql ? [STATEMENTS, ...mutant.tests] : mutant.tests, only);
    return verdictOf(run, { statements: STATEMENTS, only: mutant.only, limitMs: LIMIT_MS });
  } finally {
    writeFileSync(path, text);
  }
}

/**
 * Failing tests would kill every mutant, so the same tests must pass on the unchanged tree. Returns runs of a few files each:
 * of the tests that the mutants name, or of the whole files.
 */
function runsWithoutMutants(mutants) {
  const named = Object.entries(Object.groupBy(mutants, ({ only }) => (only === undefined ? 'whole' : 'named')));
  return named.flatMap(([kind, all]) => {
    const files = [...new Set(all.flatMap(({ tests }) => tests))];
    return Array.from({ length: Math.ceil(files.length / FILES_AT_ONCE) }, (_, i) => {
      const some = files.slice(i * FILES_AT_ONCE, (i + 1) * FILES_AT_ONCE);
      const names = all.filter(({ tests }) => tests.some((file) => some.includes(file))).map(({ only }) => only);
      return { files: some, only: kind === 'named' ? [...new Set(names)].join('|') : undefined };
    });
  });
}

async function refuseWhenRed(folders, mutants) {
  const waiting = runsWithoutMutants(mutants);
  const problems = [];
  const runNext = async (folder) => {
    for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) {
      const { hung, failed, broken } = await runTests(folder, run.files, run.only, LIMIT_MS * run.files.length);
      problems.push(...failed.map(({ fullName }) => fullName), ...broken, ...(hung ? [`hung: ${run.files.join(' ')}`] : []));
    }
  };
  await Promise.all(folders.map(runNext));
  if (problems.length > 0) throw new Error(`the tests fail without any mutant:\n  ${problems.join('\n  ')}`);
}

/** `2/3` is the second third of the mutants, so that several machines share a run. */
function shardOf(text) {
  const [shard, shards] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).slice(1).map(Number);
  if (!(shard >= 1 && shard <= shards)) throw new Error(`--shard needs n/m with 1 ≤ n ≤ m, not "${text}"`);
  return [shard, shards];
}

async function main() {
  const { values } = parseArgs({ options: { only: { type: 'string' }, shard: { type: 'string', default: '1/1' } } });
  const [shard, shards] = shardOf(values.shard);
  const mutants = MUTANTS.filter(({ name }) => name.includes(values.only ?? '')).filter((_, i) => i % shards === shard - 1);
  if (mutants.length === 0) throw new Error(`no mutant is named ${values.only}`);
  const started = performance.now();
  const clusterFolder = mkdtempSync(join(folderOfClusters(), 'contenthub-mutants-database-'));
  const folders = Array.from({ length: Math.min(AT_ONCE, mutants.length) }, (_, i) => copyOfTree(i + 1));
  let cluster;
  try {
    cluster = await startTestPostgres(clusterFolder);
    process.env.TEST_DATABASE_URL = cluster.url; // of the runs
    for (const mutant of mutants) patchOf(folders[0], mutant);
    await refuseWhenRed(folders, mutants);
    const waiting = [...mutants];
    const alive = [];
    const judgeNext = async (folder) => {
      for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
        const { kind, why } = await judge(folder, mutant);
        if (kind !== 'killed') alive.push(`${kind}: ${mutant.name}`);
        console.log(`${MARKS[kind]}  ${mutant.name.padEnd(46)}  ${why}`);
      }
    };
    await Promise.all(folders.map(judgeNext));
    const seconds = Math.round((performance.now() - started) / 1_000);
    for (const line of alive) console.log(line);
    console.log(`killed ${mutants.length - alive.length} of ${mutants.length} in ${seconds} s`);
    return alive.length === 0 ? 0 : 1;
  } finally {
    await cluster?.stop();
    for (const folder of [clusterFolder, ...folders]) rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main().catch((error) => {
  console.error(`✗ ${error.message}`);
  return 1;
});
