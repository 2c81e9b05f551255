// Runs on Node 20.19 too: finds a newer Node, brings the build up to date, then starts a program of the build.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** These load parts of the application. All other commands are made of src/cli and src/core alone: test/cli/partial-build checks it. */
const LOADS_APPLICATION = new Set(['serve', 'migrate', 'backup', 'restore', 'openapi', 'verify', 'key', 'agent', 'worker']);

/** `entry`: a file below dist/src/cli. */
export async function launch(entry) {
  if (isNewEnough(process.versions.node)) await start(entry).catch(fail);
  else await rerunWithOwnNode();
}

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 13);
}

async function start(entry) {
  const program = new URL(`../dist/src/cli/${entry}`, import.meta.url);
  const builder = new URL('../scripts/build-if-needed.mjs', import.meta.url);
  module.enableCompileCache?.(join(root, '.build/compile-cache')); // compiled once, not at each start
  // The version is in package.json, so an old build prints it too. The check costs a part of the start.
  const isFresh = /^(-V|--version)$/.test(process.argv.slice(2).join(' ')) && existsSync(program);
  const parts = process.argv.slice(2).some((word) => LOADS_APPLICATION.has(word)) ? undefined : ['src/cli', 'src/core'];
  if (!isFresh && existsSync(builder)) await (await import(builder.href)).ensureBuilt({ parts }); // an installed package has a build but no build script
  if (process.argv[2] === 'serve') await buildAdmin();
  await import(program.href);
}

/** In a process of its own, so that the application starts meanwhile, and also when the pages cannot be built. */
async function buildAdmin() {
  const builder = join(root, 'scripts/build-admin.mjs');
  if (!existsSync(builder)) return;
  const { spawn } = await import('node:child_process');
  spawn(process.execPath, [builder], { stdio: ['ignore', 'ignore', 'inherit'] })
    .on('error', () => {})
    .unref();
}

function fail(error) {
  console.error(`✗ ${error.cause ? error.message : (error.stack ?? error.message)}`);
  process.exitCode = 1;
}

async function rerunWithOwnNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const node = join(root, 'node_modules', `node-${platform}-${process.arch}`, 'bin', name);
  if (!existsSync(node)) {
    console.error(
      `ContentHub needs Node 22.13 or newer; this is ${process.versions.node}.\nNext: install Node 24, or run npm install to get one with the packages`,
    );
    process.exitCode = 1;
    return;
  }
  const { spawn } = await import('node:child_process');
  const child = spawn(node, [...process.execArgv, ...process.argv.slice(1)], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both processes; forwarding it would count as a second one.
  const onTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  process.on('SIGINT', () => onTerminal || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`${node} cannot be started: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exitCode = code;
    else {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }
  });
}
