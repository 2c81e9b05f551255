import 'reflect-metadata';
import { EXIT_CONFIGURATION } from './platform/config/configuration-error.ts';
import { loadSettings, type Settings } from './platform/config/settings.ts';
import { surviveBrokenPipes } from './platform/telemetry/logger.ts';
import { printCrashesAsJson, statusOutput } from './platform/telemetry/status-output.ts';

/**
 * The program of every server process. The application is imported dynamically, so that a module that cannot be loaded
 * (a wrong import, an error in a decorator) ends with 78: the same start would fail again.
 */
surviveBrokenPipes();
const out = statusOutput(settingsOrNone());
printCrashesAsJson(out);
const start = await import('./app/start.ts').catch((error: unknown) => end(error, EXIT_CONFIGURATION));
await start.start(out).catch((error: unknown) => end(error, start.isFinalStartError(error) ? EXIT_CONFIGURATION : 1));

/** Invalid settings are reported by the start. */
function settingsOrNone(): Settings | undefined {
  try {
    return loadSettings();
  } catch {
    return undefined;
  }
}

function end(error: unknown, code: number): never {
  const message = error instanceof Error ? error.message : String(error);
  // For an unexpected error, the place in the code is the useful information.
  const frames = error instanceof Error && error.constructor !== Error && error.name.endsWith('Error') ? firstFrames(error) : '';
  out.warn(`✗ ${message}${frames}`);
  process.exit(code);
}

function firstFrames({ name, stack = '' }: Error): string {
  if (!['TypeError', 'ReferenceError', 'SyntaxError', 'RangeError'].includes(name)) return '';
  const lines = stack.split('\n').filter((line) => /^\s+at /.test(line) && !/node_modules|node:/.test(line));
  return lines
    .slice(0, 3)
    .map((line) => `\n${line}`)
    .join('');
}
