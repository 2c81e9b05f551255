// The mutation gate: removes each guard of the engine in a copy of the tree, and runs the tests that must fail.
// npm run test:mutants [-- --only name]      name: any part of a mutant's name
// Ends with "killed N of N". Exit code 1 when a mutant survived, when a patch no longer fits, or when a mutant is
// invalid SQL.
import { spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { MUTANTS } from '../test/faults/mutants.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const COPIED = ['src', 'migrations', 'test', 'jest.config.mjs', 'package.json', 'tsconfig.json'];
/** Prepares every statement: a failure here means an invalid mutant. */
const STATEMENTS = 'test/engine/statements.int-spec.ts';
const AT_ONCE = 2;
const LIMIT_MS = 120_000;

function copyOfTree(number) {
  const folder = mkdtempSync(join(tmpdir(), `contenthub-mutants-${number}-`));
  for (const name of COPIED) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
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
async function runTests(folder, files, only) {
  const report = join(folder, 'report.json');
  rmSync(report, { force: true });
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const jest = ['node_modules/jest/bin/jest.js', '--runInBand', '--silent', '--json', `--outputFile=${report}`];
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
  }, LIMIT_MS);
  await new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve));
  clearTimeout(timer);
  if (!hung && !existsSync(report)) return { hung, ran: 0, failed: [], broken: [words] };
  if (hung) return { hung, ran: 0, failed: [], broken: [] };
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const failed = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => ({ file: name, fullName })),
  );
  const broken = testResults.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0);
  return { hung, ran: numPassedTests + numFailedTests, failed, broken: broken.map(({ name, message }) => `${name}: ${message}`) };
}

/** The result: `killed by …`, or why the mutant counts as alive. */
async function judge(folder, mutant) {
  const { path, text, patched } = patchOf(folder, mutant);
  writeFileSync(path, patched);
  try {
    const isSql = mutant.file.endsWith('.sql.ts');
    const only = mutant.only !== undefined && isSql ? `${mutant.only}|fits the schema` : mutant.only;
    const { hung, ran, failed, broken } = await runTests(folder, isSql ? [STATEMENTS, ...mutant.tests] : mutant.tests, only);
    const invalid = failed.find((test) => test.file.endsWith(STATEMENTS));
    if (invalid !== undefined) return { killed: false, why: `no valid statement: ${invalid.fullName}` };
    if (broken.length > 0) return { killed: false, why: `the tests could not run: ${broken[0]?.slice(0, 500)}` };
    if (!hung && ran === 0) return { killed: false, why: `no test is named ${mutant.only}` };
    if (hung) return { killed: true, why: 'a test that hung' };
    return failed.length > 0 ? { killed: true, why: failed[0].fullName } : { killed: false, why: `${ran} tests passed` };
  } finally {
    writeFileSync(path, text);
  }
}

/** Failing tests would kill every mutant, so the same tests must pass on the unchanged tree. */
async function refuseWhenRed(folder, mutants) {
  const files = [...new Set([STATEMENTS, ...mutants.flatMap(({ tests }) => tests)])];
  const names = mutants.some(({ only }) => only === undefined) ? undefined : mutants.map(({ only }) => only).join('|');
  const { hung, failed, broken } = await runTests(folder, files, names);
  const problems = [...failed.map(({ fullName }) => fullName), ...broken, ...(hung ? ['the tests hung'] : [])];
  if (problems.length > 0) throw new Error(`the tests fail without any mutant:\n  ${problems.join('\n  ')}`);
}

async function main() {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  const mutants = MUTANTS.filter(({ name }) => name.includes(values.only ?? ''));
  if (mutants.length === 0) throw new Error(`no mutant is named ${values.only}`);
  const started = performance.now();
  const folders = Array.from({ length: Math.min(AT_ONCE, mutants.length) }, (_, i) => copyOfTree(i + 1));
  try {
    for (const mutant of mutants) patchOf(folders[0], mutant);
    await refuseWhenRed(folders[0], mutants);
    const waiting = [...mutants];
    const survivors = [];
    const lane = async (folder) => {
      for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
        const { killed, why } = await judge(folder, mutant);
        if (!killed) survivors.push(mutant.name);
        console.log(`${killed ? '✓ killed  ' : '✗ SURVIVED'}  ${mutant.name.padEnd(46)}  ${why}`);
      }
    };
    await Promise.all(folders.map(lane));
    const seconds = Math.round((performance.now() - started) / 1_000);
    for (const name of survivors) console.log(`survivor: ${name}`);
    console.log(`killed ${mutants.length - survivors.length} of ${mutants.length} in ${seconds} s`);
    return survivors.length === 0 ? 0 : 1;
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main().catch((error) => {
  console.error(`✗ ${error.message}`);
  return 1;
});
