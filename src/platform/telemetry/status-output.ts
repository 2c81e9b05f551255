import type { Settings } from '../config/settings.ts';
import { createScrubber } from './scrubber.ts';

type Format = Pick<Settings, 'logFormat' | 'secrets'>;

/**
 * Messages for the operator at the terminal: start, ready, drain, end. With a JSON log, each message is a JSON line
 * with the same members as a log line, so that a collector can parse the whole output.
 */
export interface StatusOutput {
  /** True when messages are printed as plain text. */
  readonly plain: boolean;
  readonly say: (text: string, fields?: object) => void;
  readonly warn: (text: string, fields?: object) => void;
}

/** Format of the log and of the status output. */
export function isPlain(format: Settings['logFormat']): boolean {
  return format === 'pretty' || (format === 'auto' && process.stdout.isTTY);
}

/** Without settings (when they are invalid), the variable LOG_FORMAT of the process decides. */
export function statusOutput(settings?: Format): StatusOutput {
  const plain = isPlain(settings?.logFormat ?? formatOf(process.env.LOG_FORMAT));
  const scrub = createScrubber(settings?.secrets ?? []);
  const line = (level: number, text: string, fields?: object): string => {
    if (plain) return text;
    return scrub(JSON.stringify({ level, time: Date.now(), msg: text.replace(/^[✓✗\s]+/, ''), ...fields }));
  };
  return {
    plain,
    say: (text, fields) => void process.stdout.write(`${line(30, text, fields)}\n`),
    warn: (text, fields) => void process.stderr.write(`${line(40, text, fields)}\n`),
  };
}

/** Prints uncaught errors and Node's warnings as JSON lines too. The process ends with exit code 1, as it does without this. */
export function printCrashesAsJson(out: StatusOutput): void {
  if (out.plain) return;
  const end = (error: unknown): never => {
    out.warn(`uncaught error: ${error instanceof Error ? error.message : String(error)}`, {
      stack: error instanceof Error ? error.stack : undefined,
    });
    process.exit(1);
  };
  process.on('uncaughtException', end).on('unhandledRejection', end);
  process.removeAllListeners('warning').on('warning', ({ name, message }) => out.warn(`${name}: ${message}`));
}

function formatOf(text: string | undefined): Settings['logFormat'] {
  return text === 'json' || text === 'pretty' ? text : 'auto';
}
