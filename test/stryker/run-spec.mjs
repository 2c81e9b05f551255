// Runs one spec file in this process, as test/support/runner does, but evaluates all modules of src again each time:
// a mutant may be in code that runs when its module is loaded.
import '../support/runner/setup.mjs';
import fastCheck from 'fast-check';
import { getState, resetState } from 'jest-circus';
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import '../../node_modules/jest-light-runner/src/global-setup.js';

const SOURCES = pathToFileURL(`${process.cwd()}/src/`).href;
const sources = new Map();
let run = 0;

registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    return resolved.url.startsWith(SOURCES) ? { ...resolved, url: `${resolved.url.split('?')[0]}?run=${run}` } : resolved;
  },
  load(url, context, next) {
    if (!url.startsWith(SOURCES)) return next(url, context);
    const [file] = url.split('?');
    if (!sources.has(file)) sources.set(file, next(url, context));
    return { ...sources.get(file) };
  },
});
process.setSourceMapsEnabled(false); // the maps of all evaluated modules would fill the memory

// The same cases for each mutant. The first counterexample is enough.
fastCheck.configureGlobal({ seed: 1, endOnFailure: true });

let unhandled = null;
process.on('unhandledRejection', (error) => (unhandled ??= error));
process.on('uncaughtException', (error) => (unhandled ??= error));

const hooks = (block, type) => block.hooks.filter((hook) => hook.type === type).map(({ fn }) => fn);
const withParents = (block) => (block === undefined ? [] : [...withParents(block.parent), block]);

async function runBlock(block) {
  for (const fn of hooks(block, 'beforeAll')) await fn();
  try {
    for (const child of block.children) {
      if (child.mode === 'skip' || child.mode === 'todo') continue;
      if (child.type === 'describeBlock') await runBlock(child);
      else await runTest(child, withParents(block));
    }
  } finally {
    for (const fn of hooks(block, 'afterAll')) await fn();
  }
}

async function runTest({ fn }, blocks) {
  for (const before of blocks.flatMap((block) => hooks(block, 'beforeEach'))) await before();
  try {
    await fn();
  } finally {
    for (const after of blocks.toReversed().flatMap((block) => hooks(block, 'afterEach'))) await after();
  }
}

/** Stops at the first failing test. Resolves with its message, or with null when all tests pass. */
export async function runSpec(file) {
  run++;
  unhandled = null;
  resetState();
  try {
    await import(`${SOURCES}${file.slice('src/'.length)}?run=${run}`);
    await runBlock(getState().rootDescribeBlock);
    return unhandled === null ? null : String(unhandled);
  } catch (error) {
    return String(error?.stack ?? error);
  }
}
