import { type DestinationStream, destination, type LogFn, pino, stdSerializers } from 'pino';
import type { Settings } from '../config/settings.ts';
import { escapeText } from './escape-text.ts';
import { plainLine } from './plain-line.ts';
import { createScrubber } from './scrubber.ts';
import { isPlain } from './status-output.ts';
import { traceLogFields } from './tracing/trace-scope.ts';

/** The logger of the application (a pino instance) and its DI token. */
export abstract class Logger {
  abstract trace: LogFn;
  abstract debug: LogFn;
  abstract info: LogFn;
  abstract warn: LogFn;
  abstract error: LogFn;
  abstract fatal: LogFn;
  abstract child(bindings: Record<string, unknown>): Logger;
}

const SECRET_KEYS = ['authorization', 'cookie', 'password', 'secret', 'token', 'apiKey', 'api_key', 'x-api-key'];
const REDACTED = SECRET_KEYS.flatMap((key) => {
  const name = key.includes('-') ? `["${key}"]` : `.${key}`;
  return [name.replace(/^\./, ''), `*${name}`, `*.*${name}`];
});

/** HTTP clients attach request, response and configuration to their errors, with headers: only these members are logged. */
function errorFields(error: Error): object {
  const { type, message, stack } = stdSerializers.err(error);
  return { type, message, stack, ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}) };
}

type LogSettings = Pick<Settings, 'logLevel' | 'logFormat' | 'secrets'>;

/** Writes lines to stdout synchronously. When the reader is gone (EPIPE), lines are dropped and the process continues. */
export function createLogger(settings: LogSettings, out: DestinationStream = destination(1)): Logger {
  const plain = isPlain(settings.logFormat);
  const scrub = createScrubber(settings.secrets);
  return pino(
    {
      level: settings.logLevel,
      base: null,
      mixin: traceLogFields,
      redact: { paths: REDACTED, censor: '[hidden]' },
      serializers: { err: errorFields, error: errorFields },
      // The hook receives the finished line, so nothing that is logged bypasses it. JSON keeps its final line break.
      hooks: { streamWrite: (line) => scrub(plain ? plainLine(line) : `${escapeText(line.trimEnd())}\n`) },
    },
    out,
  );
}

/** For console.* and direct writes: without a listener, an EPIPE on a standard stream ends the process. */
export function surviveBrokenPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}
