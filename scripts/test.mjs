// Runs the test suite, or a part of it:  npm test [-- jest arguments]
// Without the path of a file, *.long-spec.ts is left out: npm run test:long runs those files.
// Ends with "N passed, N failed[, N skipped]"; the exit code is Jest's.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './build-if-needed.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const OLDEST = 24; // Jest handles ES modules that import CommonJS reliably from this version on

function nodeBinary() {
  if (Number.parseInt(process.versions.node, 10) >= OLDEST) return process.execPath;
  const os = process.platform === 'win32' ? 'win' : process.platform;
  const bundled = join(ROOT, `node_modules/node-${os}-${process.arch}/bin/node${os === 'win' ? '.exe' : ''}`);
  if (existsSync(bundled)) return bundled;
  throw new Error(`the tests need Node ${OLDEST} or newer; this is ${process.versions.node}`);
}

/** A path selects files of every project, so that one file is run by its name alone. */
function projectsOf(args) {
  const isSelected = args.some((arg) => arg.includes('/') || arg === '--selectProjects');
  return isSelected ? [] : ['--selectProjects', 'unit', 'integration'];
}

async function runJest(args, report) {
  const jest = ['node_modules/jest/bin/jest.js', '--json', `--outputFile=${report}`];
  // The coverage run is Jest's own runner, which needs the first flag.
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const child = spawn(nodeBinary(), [...flags, ...jest, ...args], { cwd: ROOT, stdio: 'inherit' });
  // Ctrl-C reaches Jest too; this process waits until Jest has stopped its servers.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => child.once('error', reject).once('exit', (code) => resolve(code ?? 1)));
}

/** Jest does not count a test file that could not run as a failed test; here it counts as one. */
function summary(report) {
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, numPendingTests, numTodoTests } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  const skipped = numPendingTests + numTodoTests;
  const counts = `${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed`;
  return skipped > 0 ? `${counts}, ${skipped} skipped` : counts;
}

/** Tests that take long cost every run; one that is far slower than in other runs is a fault. */
const LONG_TEST_MS = 10_000;
const SHOWN_TESTS = 10;

function slowest(report) {
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  return testResults
    .flatMap(({ name, startTime, endTime, assertionResults }) =>
      // Fake timers may make a test seem longer than its file.
      assertionResults.flatMap(({ fullName, duration }) => (duration <= endTime - startTime ? [{ name, fullName, duration }] : [])),
    )
    .filter(({ duration }) => duration > LONG_TEST_MS)
    .toSorted((a, b) => b.duration - a.duration)
    .slice(0, SHOWN_TESTS)
    .map(({ name, fullName, duration }) => `${(duration / 1_000).toFixed(1).padStart(6)} s  ${relative(ROOT, name)}: ${fullName}`);
}

const folder = mkdtempSync(join(tmpdir(), 'contenthub-report-'));
try {
  await ensureBuilt();
  const report = join(folder, 'jest.json');
  const args = process.argv.slice(2);
  const projects = projectsOf(args);
  process.exitCode = await runJest([...args, ...projects], report);
  process.exitCode ||= existsSync(report) ? 0 : 1;
  const slow = existsSync(report) ? slowest(report) : [];
  if (slow.length > 0) console.log(['The slowest tests:', ...slow].join('\n'));
  if (projects.length > 0) console.log('Not run: test/**/*.long-spec.ts, which npm run test:long runs.');
  console.log(existsSync(report) ? summary(report) : '0 passed, 1 failed');
} catch (error) {
  console.error(`✗ ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
