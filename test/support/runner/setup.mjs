// The runner loads this file in each of its processes before the first test. From then on Node can import TypeScript with
// decorators, and finds `it`, `expect` and `jest` in globals.mjs: the package @jest/globals works in Jest's own runner only.
import 'reflect-metadata';
import { transformSync } from '@swc/core';
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { SWC_OPTIONS } from './swc-options.mjs';

const PROJECT = pathToFileURL(`${process.cwd()}/`).href;
const GLOBALS = new URL('globals.mjs', import.meta.url).href;

process.once('disconnect', () => process.exit()); // Jest has ended, or was killed
process.setSourceMapsEnabled(true);
registerHooks({
  resolve: (specifier, context, next) => (specifier === '@jest/globals' ? { url: GLOBALS, shortCircuit: true } : next(specifier, context)),
  load(url, context, next) {
    const [file] = url.split('?'); // the runner adds a query to the address of a test file
    if (!file.endsWith('.ts') || !file.startsWith(PROJECT) || file.includes('/node_modules/')) return next(url, context);
    const filename = fileURLToPath(file);
    const { code } = transformSync(readFileSync(filename, 'utf8'), { ...SWC_OPTIONS, swcrc: false, filename });
    return { format: 'module', source: code, shortCircuit: true };
  },
});
